"""The compliance cost sheet, by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emoit.forms.rules import check_form
from emoit.procedures import cost, rules
from tests.procedures.documents import document, known_process, known_unit

SHEET: dict[str, Any] = {
    "hourly_income_vnd": 45_000,
    "income_source": "Số thử",
    "times_per_year": 2,
    "subjects_per_year": 300,
    "activities": [
        {"name": "Điền tờ khai", "hours": 1.5, "fee_vnd": 0, "other_vnd": 0},
        {"name": "Sao chụp giấy tờ", "hours": 0.1, "fee_vnd": 0, "other_vnd": 20_000},
        {"name": "Nộp phí", "hours": 0, "fee_vnd": 150_000, "other_vnd": 0},
    ],
}


def test_the_sum_by_hand() -> None:
    """(1,5 + 0,1) h × 45.000 đ + 20.000 đ + 150.000 đ = 67.500 + 24.500 + 150.000 = 242.000 đ; × 2 × 300."""
    done = cost.work_out(SHEET)
    assert [a.total_vnd for a in done.activities] == [67_500, 24_500, 150_000]
    assert (done.hours, done.once_vnd) == ("1,6", 242_000)
    assert (done.subject_year_vnd, done.year_vnd) == (484_000, 145_200_000)


@pytest.mark.parametrize(
    ("hours", "income", "expected"), [(0.1, 45_005, 4_501), (0.5, 1, 1), (0.3, 10, 3), (100, 0, 0), (1, 99_999, 99_999)]
)
def test_halves_are_rounded_up_and_tenths_are_tenths(hours: float, income: int, expected: int) -> None:
    activity = {"name": "x", "hours": hours, "fee_vnd": 0, "other_vnd": 0}
    assert cost.work_out({**SHEET, "hourly_income_vnd": income, "activities": [activity]}).once_vnd == expected


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda s: s.pop("activities"), "/cost"),
        (lambda s: s.update(activities=[]), "/cost/activities"),
        (lambda s: s.update(hourly_income_vnd=1.5), "/cost/hourly_income_vnd"),
        (lambda s: s.update(times_per_year=True), "/cost/times_per_year"),
        (lambda s: s.update(subjects_per_year=-1), "/cost/subjects_per_year"),
        (lambda s: s.update(income_source=" "), "/cost/income_source"),
        (lambda s: s["activities"][0].update(hours=float("nan")), "/cost/activities/0/hours"),
        (lambda s: s["activities"][0].update(hours="2"), "/cost/activities/0/hours"),
        (lambda s: s["activities"][0].update(fee_vnd=-1), "/cost/activities/0/fee_vnd"),
        (lambda s: s["activities"][0].update(name=""), "/cost/activities/0/name"),
        (lambda s: s["activities"][0].pop("other_vnd"), "/cost/activities/0"),
    ],
)
def test_a_fault_is_found(change: Change, path: str) -> None:
    import copy

    faulty = copy.deepcopy(SHEET)
    change(faulty)
    given = {**document(), "cost": faulty}
    problems = rules.check_document(given, known_unit=known_unit, known_process=known_process, check_form=check_form)
    assert [problem.path for problem in problems] == [path]


def test_a_right_sheet_is_clean_and_junk_never_crashes() -> None:
    assert list(cost.check_cost(SHEET)) == []
    for junk in (None, [], "x", {}, {**SHEET, "activities": [None]}, {**SHEET, "activities": {}}):
        assert list(cost.check_cost(junk))
