"""Numbers and validity of results."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from emoit.procedures import outcomes

ON = date(2026, 5, 4)


@pytest.mark.parametrize(
    ("pattern", "n", "number"),
    [
        ("{n}/BCT-XTTM", 12, "12/BCT-XTTM"),
        ("{n:3}/GCN-BCT", 7, "007/GCN-BCT"),
        ("{n:3}/GCN-BCT", 12345, "12345/GCN-BCT"),
        ("VN-{/country} {yy}/01/{n:5}", 6, "VN-TH 26/01/00006"),
        ("{n}/{yyyy}/{/place/province}", 1, "1/2026/79"),
    ],
)
def test_numbers(pattern: str, n: int, number: str) -> None:
    assert outcomes.is_pattern(pattern)
    answers = {"country": "TH", "place": {"province": "79"}}
    assert outcomes.number(pattern, n, on=ON, answers=answers) == number


@pytest.mark.parametrize(
    "pattern",
    ["", "1/BCT", "{n}{n}", "{n}{n:3}", "{n:0}", "{n:12}", "{n}{x}", "{n}{", "}{n}", "{n}{/A}", "{n}{0.real}"],
)
def test_what_is_no_pattern(pattern: str) -> None:
    assert not outcomes.is_pattern(pattern)


@pytest.mark.parametrize(
    ("validity", "answers", "last"),
    [
        ("", {}, None),
        ("P30D", {}, date(2026, 6, 3)),
        ("P12M", {}, date(2027, 5, 4)),
        ("P5Y", {}, date(2031, 5, 4)),
        ("/a/b", {"a": {"b": "2026-12-31"}}, date(2026, 12, 31)),
        ("/a/b", {"a": {}}, None),
        ("P5Y /a/b", {"a": {"b": "2028-01-01"}}, date(2028, 1, 1)),
        ("P5Y /a/b", {"a": {"b": "2040-01-01"}}, date(2031, 5, 4)),
        ("P5Y /a/b", {}, date(2031, 5, 4)),
    ],
)
def test_the_last_day(validity: str, answers: dict[str, Any], last: date | None) -> None:
    assert outcomes.last_day(validity, issued_on=ON, answers=answers) == last


def test_a_month_that_is_shorter_ends_on_its_last_day() -> None:
    """Civil Code 91/2015/QH13, Article 148."""
    assert outcomes.last_day("P1M", issued_on=date(2026, 1, 31), answers={}) == date(2026, 2, 28)
    assert outcomes.last_day("P1Y", issued_on=date(2028, 2, 29), answers={}) == date(2029, 2, 28)


@pytest.mark.parametrize("validity", ["5 years", "P0Y", "PT5H", "P5Y P6Y", "/a /b", "/a P5Y", "P5W"])
def test_what_is_no_validity(validity: str) -> None:
    assert outcomes.parts_of(validity) is None
