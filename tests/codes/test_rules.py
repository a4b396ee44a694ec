"""What makes a calendar wrong, as a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from emoit.codes import rules
from emoit.codes.types import DayEntry, DayStatus, OffDayKind
from emoit.lib.working_time import DEFAULT_WEEKDAYS, DEFAULT_WINDOWS, Window


def off(text: str, name: str = "Ngày nghỉ") -> DayEntry:
    return DayEntry(date.fromisoformat(text), OffDayKind.PUBLIC_HOLIDAY, name, DayStatus.OFFICIAL, "QĐ 1")


def swap(day: str, other: str, *, working: bool, status: DayStatus = DayStatus.OFFICIAL) -> DayEntry:
    kind = OffDayKind.SWAPPED_WORKING_DAY if working else OffDayKind.SWAPPED_DAY_OFF
    return DayEntry(date.fromisoformat(day), kind, "Hoán đổi", status, "QĐ 2", swap_with=date.fromisoformat(other))


def year(number: int) -> list[DayEntry]:
    return [off(f"{number}-{day}") for day in ("01-01", "04-30", "05-01", "09-02")]


SWAP = [swap("2026-01-02", "2026-01-10", working=False), swap("2026-01-10", "2026-01-02", working=True)]


def test_a_whole_calendar_has_no_problem() -> None:
    assert rules.check_days([*year(2026), *SWAP, *year(2027)], DEFAULT_WEEKDAYS) == []


@pytest.mark.parametrize(
    ("days", "message", "concerned"),
    [
        ([*year(2026), off("2026-04-30")], "Ngày 30/04/2026 có hai lần.", {"2026-04-30"}),
        (
            year(2026)[1:],
            "Năm 2026 thiếu ngày nghỉ 01/01 (Tết Dương lịch).",
            {"2026-04-30", "2026-05-01", "2026-09-02"},
        ),
        ([*year(2026), *year(2028), *year(2029)], "Năm 2026 không liền với các năm khác của lịch.", None),
        ([*year(2026), off("2026-03-02", " ")], "Ngày 02/03/2026 chưa có tên.", {"2026-03-02"}),
        ([*year(2026), replace(off("2026-03-02"), source="")], "Ngày 02/03/2026 chưa ghi căn cứ.", {"2026-03-02"}),
        (
            [*year(2026), replace(off("2026-03-01"), kind=OffDayKind.COMPENSATORY_DAY)],
            "Ngày 01/03/2026 vốn là ngày nghỉ hằng tuần, không thể nghỉ bù.",
            {"2026-03-01"},
        ),
        (
            [*year(2026), replace(off("2026-03-02"), swap_with=date(2026, 3, 7))],
            "Ngày 02/03/2026 không phải ngày hoán đổi.",
            {"2026-03-02"},
        ),
        (
            [*year(2026), SWAP[0]],
            "Ngày 02/01/2026 hoán đổi với 10/01/2026 nhưng ngày kia không khớp.",
            {"2026-01-02", "2026-01-10"},
        ),
        (
            [*year(2026), replace(SWAP[1], swap_with=None)],
            "Ngày 10/01/2026 chưa ghi hoán đổi với ngày nào.",
            {"2026-01-10"},
        ),
        (
            [
                *year(2026),
                swap("2026-01-02", "2026-01-09", working=False),
                swap("2026-01-09", "2026-01-02", working=True),
            ],
            "Ngày 09/01/2026 vốn là ngày làm việc, không thể là ngày làm bù.",
            {"2026-01-09"},
        ),
        (
            [*year(2026), SWAP[0], replace(SWAP[1], status=DayStatus.UNVERIFIED)],
            "Ngày 02/01/2026 và ngày hoán đổi 10/01/2026 khác tình trạng xác nhận.",
            {"2026-01-02", "2026-01-10"},
        ),
        ([], "Lịch chưa có ngày nghỉ nào.", set()),
    ],
)
def test_problems(days: list[DayEntry], message: str, concerned: set[str] | None) -> None:
    problems = {p.message: p.days for p in rules.check_days(days, DEFAULT_WEEKDAYS)}
    assert message in problems
    if concerned is not None:
        assert problems[message] == {date.fromisoformat(day) for day in concerned}


@pytest.mark.parametrize(
    ("windows", "weekdays", "messages"),
    [
        (DEFAULT_WINDOWS, DEFAULT_WEEKDAYS, []),
        ((Window(time(7, 30), time(11, 30)), Window(time(13, 30), time(17, 30))), {0, 1, 2, 3, 4, 5}, []),
        (
            (Window(time(8), time(12)), Window(time(13), time(16, 30))),
            {0},
            ["Hai buổi làm việc cộng lại phải đủ 8 giờ."],
        ),
        (
            (Window(time(8), time(13)), Window(time(12), time(15))),
            {0},
            ["Buổi chiều phải bắt đầu sau khi buổi sáng kết thúc."],
        ),
        (DEFAULT_WINDOWS, set(), ["Cần chọn ít nhất một ngày làm việc trong tuần."]),
        (DEFAULT_WINDOWS, {7}, ["Cần chọn ít nhất một ngày làm việc trong tuần."]),
    ],
)
def test_windows(windows: tuple[Window, Window], weekdays: set[int], messages: list[str]) -> None:
    assert [p.message for p in rules.check_windows(windows, weekdays)] == messages


def test_edits_replace_add_and_remove() -> None:
    renamed = off("2026-05-01", "Quốc tế Lao động")
    found = rules.edited(year(2026), [renamed, off("2026-03-02")], {date(2026, 9, 2)})
    assert [e.day.isoformat() for e in found] == ["2026-01-01", "2026-03-02", "2026-04-30", "2026-05-01"]
    assert found[-1] == renamed
