"""What makes a working calendar lawful and whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from emoit.codes.types import CalendarVersionInfo, DayEntry, DayStatus, OffDayKind, Problem
from emoit.kernel.access import Actor, Holding
from emoit.lib.saying import listed, say, vi
from emoit.lib.working_time import CalendarDay, Window, WorkingCalendar

ADMINISTRATOR = "administrator"
DAY_MINUTES = 8 * 60  # Labour Code 2019, Art. 105: at most 8 hours a day

# Days off in every year (Labour Code 2019, Art. 112(1)); the lunar ones move and cannot be named here.
FIXED_HOLIDAYS = {
    (1, 1): vi("Tết Dương lịch"),
    (4, 30): vi("Ngày Chiến thắng"),
    (5, 1): vi("Quốc tế Lao động"),
    (9, 2): vi("Quốc khánh"),
}


def may_publish(by: Actor) -> bool:
    """An administrator of the agency, or a process of ours within one."""
    return by.agency_id > 0 and (by.is_process or by.has_role(ADMINISTRATOR))


def holding_used(by: Actor) -> Holding | None:
    held = [h for h in by.holdings if h.role == ADMINISTRATOR]
    return min(held, key=lambda h: h.principal_id is not None, default=None)


def edited(current: Iterable[DayEntry], days: Iterable[DayEntry], removed: Collection[date] = ()) -> list[DayEntry]:
    """The current days with some replaced or added and some taken out, in order."""
    kept = {entry.day: entry for entry in current if entry.day not in removed}
    kept.update({entry.day: entry for entry in days})
    return [kept[day] for day in sorted(kept)]


def years_of(days: Iterable[DayEntry]) -> tuple[int, int]:
    years = [entry.day.year for entry in days]
    return min(years), max(years)


def check_windows(windows: tuple[Window, Window], weekdays: Collection[int]) -> list[Problem]:
    problems = []
    if windows[0].end > windows[1].start:
        problems.append(Problem(vi("Buổi chiều phải bắt đầu sau khi buổi sáng kết thúc.")))
    if windows[0].length + windows[1].length != DAY_MINUTES:
        problems.append(Problem(vi("Hai buổi làm việc cộng lại phải đủ 8 giờ.")))
    if not weekdays or not set(weekdays) <= set(range(7)):
        problems.append(Problem(vi("Cần chọn ít nhất một ngày làm việc trong tuần.")))
    return problems


def check_days(days: Sequence[DayEntry], weekdays: Collection[int]) -> list[Problem]:
    """Everything wrong with the days of a calendar; an empty list when it may be published."""
    if not days:
        return [Problem(vi("Lịch chưa có ngày nghỉ nào."))]
    by_day = {entry.day: entry for entry in days}
    problems = [*_twice(days), *_incomplete_years(by_day), *_years_apart(by_day)]
    for entry in days:
        problems += _entry(entry, weekdays) + _swap(entry, by_day)
    return problems


def _twice(days: Sequence[DayEntry]) -> list[Problem]:
    seen: set[date] = set()
    twice = {entry.day for entry in days if entry.day in seen or seen.add(entry.day)}  # type: ignore[func-returns-value]
    return [Problem(say("Ngày {day} có hai lần.", day=day), frozenset({day})) for day in sorted(twice)]


def _entry(entry: DayEntry, weekdays: Collection[int]) -> list[Problem]:
    day, only = entry.day, frozenset({entry.day})
    usual = entry.day.weekday() in weekdays
    problems = []
    if not entry.name.strip():
        problems.append(Problem(say("Ngày {day} chưa có tên.", day=day), only))
    if not entry.source.strip():
        problems.append(Problem(say("Ngày {day} chưa ghi căn cứ.", day=day), only))
    if entry.kind.working and usual:
        problems.append(Problem(say("Ngày {day} vốn là ngày làm việc, không thể là ngày làm bù.", day=day), only))
    if entry.kind in {OffDayKind.COMPENSATORY_DAY, OffDayKind.SWAPPED_DAY_OFF} and not usual:
        problems.append(Problem(say("Ngày {day} vốn là ngày nghỉ hằng tuần, không thể nghỉ bù.", day=day), only))
    return problems


def _swap(entry: DayEntry, by_day: dict[date, DayEntry]) -> list[Problem]:
    """A swap is two days that name each other, one off and one worked, equally sure."""
    swapped = entry.kind in {OffDayKind.SWAPPED_DAY_OFF, OffDayKind.SWAPPED_WORKING_DAY}
    day = entry.day
    if not swapped:
        lone = entry.swap_with is not None
        return [Problem(say("Ngày {day} không phải ngày hoán đổi.", day=day), frozenset({entry.day}))] if lone else []
    if entry.swap_with is None:
        return [Problem(say("Ngày {day} chưa ghi hoán đổi với ngày nào.", day=day), frozenset({entry.day}))]
    other = by_day.get(entry.swap_with)
    pair = frozenset({entry.day, entry.swap_with})
    if other is None or other.swap_with != entry.day or {entry.kind, other.kind} != _SWAP:
        return [
            Problem(
                say(
                    "Ngày {day} hoán đổi với {swap_with} nhưng ngày kia không khớp.", day=day, swap_with=entry.swap_with
                ),
                pair,
            )
        ]
    if other.status is not entry.status:
        return [
            Problem(
                say(
                    "Ngày {day} và ngày hoán đổi {swap_with} khác tình trạng xác nhận.",
                    day=day,
                    swap_with=entry.swap_with,
                ),
                pair,
            )
        ]
    return []


_SWAP = {OffDayKind.SWAPPED_DAY_OFF, OffDayKind.SWAPPED_WORKING_DAY}


def _incomplete_years(by_day: dict[date, DayEntry]) -> list[Problem]:
    """A year without its fixed holidays would make every deadline of it too early."""
    problems = []
    for year, days in _by_year(by_day).items():
        off = {(day.month, day.day) for day in days if not by_day[day].kind.working}
        missing = [
            say("{day} ({name})", day=f"{d:02}/{m:02}", name=say(name))
            for (m, d), name in FIXED_HOLIDAYS.items()
            if (m, d) not in off
        ]
        if missing:
            problems.append(
                Problem(say("Năm {year} thiếu ngày nghỉ {names}.", year=year, names=listed(missing)), frozenset(days))
            )
    return problems


def _years_apart(by_day: dict[date, DayEntry]) -> list[Problem]:
    """The years follow each other; those outside the longest run are named."""
    by_year = _by_year(by_day)
    runs: list[list[int]] = []
    for year in sorted(by_year):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    longest = max(runs, key=len)
    apart = [year for run in runs if run is not longest for year in run]
    return [
        Problem(say("Năm {year} không liền với các năm khác của lịch.", year=year), frozenset(by_year[year]))
        for year in apart
    ]


def _by_year(days: Iterable[date]) -> dict[int, set[date]]:
    found: defaultdict[int, set[date]] = defaultdict(set)
    for day in days:
        found[day.year].add(day)
    return dict(found)


def counts(entry: DayEntry, *, count_unverified: bool) -> bool:
    """Whether the day departs from the weekday rule in a version with this setting."""
    return count_unverified or entry.status is not DayStatus.UNVERIFIED


def to_calendar(info: CalendarVersionInfo, days: Iterable[DayEntry]) -> WorkingCalendar:
    return WorkingCalendar(
        version=info.version,
        windows=info.windows,
        weekdays=info.weekdays,
        exceptions={
            entry.day: CalendarDay(entry.day, entry.kind.working, entry.name, entry.name_en)
            for entry in days
            if counts(entry, count_unverified=info.count_unverified)
        },
        first_year=info.first_year,
        last_year=info.last_year,
    )
