"""The partials, as markup: words, states, and that nothing from data becomes markup."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory

from emoit.ui.guide import LONG_TITLE
from emoit.ui.types import Chip, ChipState, Entry, FileLine, Link, Moment, Row, Status, Tone

pytestmark = pytest.mark.usefixtures("guide_settings")


def shown(markup: str, **context: Any) -> str:
    return Template("{% load ui %}" + markup).render(Context(context))


@pytest.mark.parametrize("state", list(ChipState))
def test_a_chip_has_words_and_a_shape_in_every_state(state: ChipState) -> None:
    html = shown("{% deadline_chip chip %}", chip=Chip("còn 2 ngày 3 giờ", state))
    assert f"emoit-chip--{state}" in html
    assert "<svg" in html
    assert "còn 2 ngày 3 giờ" in html


def test_no_chip_is_nothing() -> None:
    assert shown("{% deadline_chip None %}").strip() == ""


def test_an_unknown_state_or_tone_is_a_fault_not_a_guess() -> None:
    with pytest.raises(ValueError, match="late-ish"):
        shown("{% status_tag 'x' 'late-ish' %}")


def test_a_status_comes_from_an_object_or_from_words() -> None:
    assert "emoit-tag--warning" in shown("{% status_tag s %}", s=Status("Chờ bổ sung", Tone.WARNING))
    assert "emoit-tag--neutral" in shown("{% status_tag 'Bản nháp' %}")


def test_errors_lead_to_their_fields_and_are_counted() -> None:
    html = shown("{% error_summary errors %}", errors={"/a/b": "Hãy nhập tên", "": "Hồ sơ đã đổi"})
    assert "Cần sửa 2 chỗ trước khi đi tiếp" in html
    assert '<a href="#a-b">Hãy nhập tên</a>' in html
    assert "<li>Hồ sơ đã đổi</li>" in html
    assert shown("{% error_summary errors %}", errors={}).strip() == ""


@pytest.mark.parametrize(
    ("title", "size"),
    [("Việc của tôi", "govuk-heading-xl"), ("x" * 100, "govuk-heading-l"), (LONG_TITLE, "emoit-heading__title--long")],
)
def test_longer_titles_get_smaller_headings(title: str, size: str) -> None:
    html = shown("{% page_heading title %}", title=title)
    assert size in html
    assert title in html


def test_what_people_typed_stays_text() -> None:
    evil = "<script>alert(1)</script>"
    html = "".join(
        [
            shown("{% summary_list rows %}", rows=[Row(evil, evil, "/x", evil)]),
            shown("{% timeline entries %}", entries=[Entry(evil, by=evil, text=evil, moment=Moment.NOW)]),
            shown("{% file_list files %}", files=[FileLine(evil, note=evil)]),
            shown("{% notification text %}", text=evil),
            shown("{% page_heading title over=title %}", title=evil),
            shown("{% error_summary errors %}", errors={evil: evil}),
        ]
    )
    assert "<script>" not in html


def test_a_summary_says_what_is_missing_and_what_a_link_changes() -> None:
    html = shown("{% summary_list rows %}", rows=[Row("Ghi chú", ""), Row("Tên", "Hè", "/sua", "tên chương trình")])
    assert "Chưa có" in html
    assert 'Thay đổi<span class="govuk-visually-hidden"> tên chương trình</span>' in html


def test_pages_keep_the_rest_of_the_address() -> None:
    request = RequestFactory().get("/x/?q=h%C3%B3a+ch%E1%BA%A5t&trang=3")
    html = shown("{% pagination page %}", page=Paginator(range(100), 10).get_page(3), request=request)
    assert 'href="?q=h%C3%B3a+ch%E1%BA%A5t&amp;trang=4" rel="next"' in html
    assert 'aria-label="Trang 3" aria-current="page"' in html
    assert shown("{% pagination page %}", page=Paginator([], 10).get_page(1)).strip() == ""


def test_navigation_marks_the_part_one_is_in() -> None:
    class Site:
        navigation = (Link("Thủ tục", "/thu-tuc/"), Link("Tra cứu", "/tra-cuu/"))

    html = shown("{% portal_navigation %}", site=Site(), request=RequestFactory().get("/thu-tuc/2.000138/"))
    assert 'href="/thu-tuc/" aria-current="true"' in html
    assert html.count("aria-current") == 1


@pytest.mark.parametrize(
    "template", ["ui/portal.html", "ui/desk.html", *[f"{c}.html" for c in (400, 403, 404, 500, 503)], "403_csrf.html"]
)
def test_frames_stand_without_any_context(template: str) -> None:
    html = render_to_string(template)
    assert '<html lang="vi"' in html
    assert 'href="#main-content"' in html
    assert 'id="main-content"' in html


@pytest.mark.parametrize("code", [400, 403, 404, 500, 503])
def test_an_error_page_speaks_plainly(code: int) -> None:
    html = render_to_string(f"{code}.html")
    assert str(code) not in html.split("<main", 1)[1].split("</main>", 1)[0]
    assert "Về trang chủ" in html


def test_no_template_of_ours_has_inline_script_or_style() -> None:
    from pathlib import Path

    import emoit.ui

    found = [
        str(path.name)
        for path in (Path(emoit.ui.__file__).parent / "templates").rglob("*.html")
        if " style=" in (text := path.read_text(encoding="utf-8"))
        or "<style" in text
        or "<script>" in text
        or " onclick" in text
    ]
    assert found == []
