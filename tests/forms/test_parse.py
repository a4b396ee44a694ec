"""From a posted form to typed answers."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from emoit.forms import parsing, queries
from emoit.kernel.access import NotFound
from tests.forms.examples import form, good


def post(*pairs: tuple[str, str]) -> QueryDict:
    posted = QueryDict(mutable=True)
    for name, value in pairs:
        posted.appendlist(name, value)
    return posted


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.000.000", 1_000_000),
        ("1000000", 1_000_000),
        (" 1.000.000 đ ", 1_000_000),
        ("60.000 đồng", 60_000),
        ("12,5", 12.5),
        ("1.250,50", 1250.5),
        ("12,0", 12),
        ("-5", -5),
        ("1.250,5 kg", 1250.5),
        ("1.5", "1.5"),
        ("1.00", "1.00"),
        ("1,000,000", "1,000,000"),
        ("1e9", "1e9"),
        ("٣", "٣"),
        ("nhiều", "nhiều"),
        ("9" * 16, "9" * 16),
    ],
)
def test_numbers(text: str, number: object) -> None:
    read = parsing.read_number(text.strip())
    assert read == number if not isinstance(number, str) else read == text
    assert type(read) is type(number)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("12/05/2026", "2026-05-12"),
        ("1/5/2026", "2026-05-01"),
        ("12-05-2026", "2026-05-12"),
        ("12.05.2026", "2026-05-12"),
        ("29/02/2026", "29/02/2026"),
        ("2026", "2026"),
        ("12/05/26", "12/05/26"),
    ],
)
def test_dates(text: str, iso: str) -> None:
    assert parsing.read_date(text) == iso


@given(st.text(max_size=40))
def test_nothing_typed_breaks_the_reader(text: str) -> None:
    parsing.read_date(parsing.read_text(text))
    parsing.read_number(parsing.read_text(text))


def test_a_page_of_every_widget() -> None:
    posted = post(
        ("starts_on-day", "12"), ("starts_on-month", "5"), ("starts_on-year", "2026"), ("ends_on", "30/06/2026"),
        ("provinces", "01"), ("provinces", "79"), ("online", "no"), ("rate", "12,5"), ("code", " KM-001 "),
        ("note", "Hoa\u0300\r\nbình\x07"), ("cas", ""), ("unknown", "x"), ("csrfmiddlewaretoken", "t"),
    )  # fmt: skip
    assert queries.parse_page(form(), "programme", posted) == {
        "starts_on": "2026-05-12",
        "ends_on": "2026-06-30",
        "provinces": ["01", "79"],
        "online": False,
        "rate": 12.5,
        "code": "KM-001",
        "note": "Hoà\nbình",
    }


def test_what_cannot_be_read_stays_as_typed() -> None:
    posted = post(("starts_on-day", "31"), ("starts_on-month", "2"), ("starts_on-year", "2026"), ("ends_on-day", "4"))
    answers = queries.parse_page(form(), "programme", posted)
    assert answers == {"starts_on": "31/2/2026", "ends_on": "4//"}
    errors = queries.validate(form(), answers, page="programme")
    assert errors["/starts_on"] == "Ngày bắt đầu phải là ngày có thật, ví dụ 12/05/2026"
    assert errors["/ends_on"] == "Ngày kết thúc phải là ngày có thật, ví dụ 12/05/2026"


ROWS = [
    ("prizes.0.title", "Nhất"), ("prizes.0.amount", "50.000.000"), ("prizes.0.count", "1"),
    ("prizes.1.title", ""), ("prizes.1.amount", ""), ("prizes.1.count", ""),
    ("prizes.2.title", "Nhì"), ("prizes.2.amount", "1.000.000"), ("prizes.2.count", "10"),
]  # fmt: skip
FIRST = {"title": "Nhất", "amount": 50_000_000, "count": 1}
SECOND = {"title": "Nhì", "amount": 1_000_000, "count": 10}


@pytest.mark.parametrize(
    ("button", "rows"),
    [
        ("", [FIRST, SECOND]),
        ("add:prizes", [FIRST, SECOND, {}]),
        ("remove:prizes:2", [FIRST]),
        ("remove:prizes:0", [SECOND]),
        ("remove:prizes:99", [FIRST, SECOND]),
        ("add:total", [FIRST, SECOND]),
        ("drop table", [FIRST, SECOND]),
    ],
)
def test_rows_are_added_and_removed_by_plain_buttons(button: str, rows: list[object]) -> None:
    posted = post(*ROWS, ("total", "60.000.000"), ("_repeat", button))
    assert queries.parse_page(form(), "prizes", posted) == {"prizes": rows, "total": 60_000_000}
    assert queries.is_repeat_button(posted) is bool(button)


def test_rows_stop_at_the_limit() -> None:
    pairs = [(f"prizes.{n}.title", f"Giải {n}") for n in range(3)]
    assert len(queries.parse_page(form(), "prizes", post(*pairs, ("_repeat", "add:prizes")))["prizes"]) == 3
    far = post(("prizes.999.title", "x"), ("prizes.99999.title", "x"))
    assert queries.parse_page(form(), "prizes", far) == {}


def test_merging_forgets_what_the_page_left_blank() -> None:
    before = good()
    after = queries.merge_page(form(), "trader", before, {"trader": {"name": "Mới"}, "kind": "other"})
    assert after["trader"] == {"name": "Mới"}
    assert after["prizes"] == good()["prizes"]
    assert before == good()


def test_no_such_page() -> None:
    with pytest.raises(NotFound, match="Biểu mẫu không có trang này"):
        queries.parse_page(form(), "nowhere", post())
