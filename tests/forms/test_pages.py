"""Pages, first answers, summary, personal fields and the markup."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.template import Context, Template
from lxml import html  # noqa: TID251 - our own markup, read back

from emoit.forms import queries
from tests.forms.examples import form, good

PAGE = Template("{% load forms %}<form>{% render_page page answers errors %}</form>")


def drawn(key: str, answers: dict[str, Any], errors: dict[str, str] | None = None, language: str = "vi") -> Any:
    page = queries.page(form(), key, language=language)
    return html.fromstring(PAGE.render(Context({"page": page, "answers": answers, "errors": errors or {}})))


def test_pages_follow_the_answers() -> None:
    assert [p.key for p in queries.pages(form())] == ["trader", "programme", "prizes", "end"]
    assert [p.key for p in queries.pages(form(), answers={"kind": "other"})] == ["trader", "programme", "end"]
    assert [p.title for p in queries.pages(form(), answers=good(), language="en")] == [
        "Trader", "Programme", "Prizes", "Commitment",
    ]  # fmt: skip


def test_prefill() -> None:
    sources = {"party": {"name": " Công ty A ", "identity": "0100109106"}, "account": {"phone": None}}
    assert queries.prefill(form(), sources) == {"trader": {"name": "Công ty A", "tax_code": "0100109106"}}
    assert queries.prefill(form(), {}) == {}


def test_personal_pointers() -> None:
    assert queries.personal_pointers(form()) == ["/trader/phone", "/trader/email"]


def test_labels_and_places() -> None:
    labels = queries.labels(form(), language="en")
    assert (labels["/trader/name"], labels["/prizes"], len(labels)) == ("Trader's name", "Prizes", 16)
    assert queries.page_of(form(), "/prizes/1/title") == "prizes"
    assert queries.page_of(form(), "/nowhere") is None
    assert queries.anchor(form(), "/prizes/1/title") == "f-prizes-1-title"
    assert queries.anchor(form(), "/starts_on") == "f-starts-on-day"


def test_summary() -> None:
    sections = queries.summary(form(), good())
    assert [(s.title, s.page_key) for s in sections] == [
        ("Thương nhân", "trader"), ("Chương trình", "programme"), ("Giải thưởng", "prizes"), ("Cam kết", "end"),
    ]  # fmt: skip
    assert sections[1].rows == (
        ("Ngày bắt đầu", "12/05/2026"),
        ("Ngày kết thúc", "30/06/2026"),
        ("Tỉnh, thành phố", "Hà Nội\nThành phố Hồ Chí Minh"),
        ("Bán trên mạng", "Không"),
        ("Tỷ lệ trúng thưởng", "12,5 %"),
        ("Mã chương trình", "KM-001"),
        ("Ghi chú", "Không"),
        ("Mã CAS", "7732-18-5"),
    )
    assert sections[2].rows == (
        ("Giải thưởng 1", "Tên giải: Nhất\nTrị giá: 50.000.000 đ\nSố giải: 1"),
        ("Giải thưởng 2", "Tên giải: Nhì\nTrị giá: 1.000.000 đ\nSố giải: 10"),
        ("Tổng giá trị", "60.000.000 đ"),
    )
    assert queries.summary(form(), {})[0].rows[0] == ("Tên thương nhân", "Chưa khai")


@pytest.mark.parametrize("key", ["trader", "programme", "prizes", "end"])
@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_markup_is_bound_and_unique(key: str, filled: bool, language: str) -> None:
    answers = good() if filled else {}
    errors = queries.validate(form(), {}, page=key, language=language)
    page = drawn(key, answers, errors, language)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for control in page.xpath("//input|//select|//textarea"):
        assert page.xpath(f"//label[@for='{control.get('id')}']"), control.get("name")
    for described in page.xpath("//@aria-describedby"):
        assert set(described.split()) <= set(ids)
    for href, _ in queries.error_list(form(), errors):
        assert href[1:] in ids
    assert not page.xpath("//script|//style|//@style|//@onclick")


def test_the_error_stands_beside_the_field() -> None:
    page = drawn("trader", {"trader": {"name": "<b>"}}, {"/trader/name": "Nhập tên"})
    control = page.get_element_by_id("f-trader-name")
    assert control.get("value") == "<b>"
    assert control.get("aria-describedby") == "f-trader-name-error"
    assert re.sub(r"\s+", " ", page.get_element_by_id("f-trader-name-error").text_content()) == "Lỗi: Nhập tên"


def test_attributes_help_the_phone() -> None:
    page = drawn("trader", {})
    assert page.get_element_by_id("f-trader-phone").get("type") == "tel"
    assert page.get_element_by_id("f-trader-phone").get("autocomplete") == "tel"
    assert page.get_element_by_id("f-trader-email").get("type") == "email"
    assert page.get_element_by_id("f-trader-tax-code").get("inputmode") == "numeric"
    assert "(không bắt buộc)" in page.xpath("string(//label[@for='f-trader-phone'])")


def test_what_was_typed_is_shown_again() -> None:
    page = drawn("programme", {"starts_on": "31/2/2026", "rate": "nhiều", "provinces": ["48"]})
    assert [page.get_element_by_id(f"f-starts-on-{p}").get("value") for p in ("day", "month", "year")] == [
        "31", "2", "2026",
    ]  # fmt: skip
    assert page.get_element_by_id("f-rate").get("value") == "nhiều"
    assert page.xpath("//input[@checked]/@value") == ["48"]


def test_a_posted_page_reads_back_the_same() -> None:
    from django.http import QueryDict

    for key in ("trader", "programme", "prizes", "end"):
        posted = QueryDict(mutable=True)
        for name, value in _values(drawn(key, good())):
            posted.appendlist(name, value)
        asked = {p.split("/")[1] for p in (f.pointer for f in queries.page(form(), key).fields)}
        assert queries.parse_page(form(), key, posted) == {k: v for k, v in good().items() if k in asked}


def _values(page: Any) -> list[tuple[str, str]]:
    """What a browser would post without pressing a named button."""
    return [(name, value) for name, value in page.xpath("//form")[0].form_values() if name]


def test_rows_have_their_own_buttons() -> None:
    page = drawn("prizes", good())
    assert page.xpath("//button/@value") == ["remove:prizes:0", "remove:prizes:1", "add:prizes"]
    assert page.xpath("//button")[0].get("name") is None  # Enter presses the first: it must change no row
    assert page.get_element_by_id("f-prizes-1-amount").get("value") == "1.000.000"
    empty = drawn("prizes", {})
    assert empty.xpath("//button/@value") == ["add:prizes"]
    assert empty.get_element_by_id("f-prizes-0-title").get("name") == "prizes.0.title"
