"""The working calendar, and its axis: a count of working minutes from the first day of its first year.

Every question becomes arithmetic on that axis, so adding twenty working days costs two look-ups.
"""

from __future__ import annotations

import enum
from array import array
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")


class DayKind(enum.StrEnum):
    WORKING = "working"
    OFF = "off"


class OutsideCalendar(ValueError):
    """The computation leaves the years of the calendar. Nothing is guessed; `message` (Vietnamese) says what to do."""

    def __init__(self, calendar: WorkingCalendar, asked: str) -> None:
        self.message = (
            f"Lịch làm việc chỉ có từ năm {calendar.first_year} đến hết năm {calendar.last_year}, "
            f"không tính được cho {asked}. Quản trị viên cần công bố lịch có thời gian này."
        )
        super().__init__(self.message)


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


@dataclass(frozen=True, slots=True)
class Window:
    """Working hours of half a day, local time: from `start` up to `end`."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if _minutes(self.start) >= _minutes(self.end):
            raise ValueError("a window must end after it starts")

    @property
    def length(self) -> int:
        """Minutes."""
        return _minutes(self.end) - _minutes(self.start)


DEFAULT_WINDOWS = (Window(time(8), time(12)), Window(time(13), time(17)))
DEFAULT_WEEKDAYS = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """An exception to the weekday rule: a holiday, or a Saturday worked in exchange."""

    day: date
    working: bool
    name: str
    name_en: str = ""

    @property
    def kind(self) -> DayKind:
        return DayKind.WORKING if self.working else DayKind.OFF


@dataclass(frozen=True)
class WorkingCalendar:
    """One published version of an agency's calendar. `weekdays`: 0 = Monday. Years are inclusive."""

    version: int
    windows: tuple[Window, Window]
    weekdays: frozenset[int]
    exceptions: Mapping[date, CalendarDay] = field(hash=False)
    first_year: int
    last_year: int

    def __post_init__(self) -> None:
        if _minutes(self.windows[0].end) > _minutes(self.windows[1].start):
            raise ValueError("the two windows overlap")
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise ValueError("weekdays are numbers 0 (Monday) to 6, at least one")
        if self.first_year > self.last_year:
            raise ValueError("the calendar ends before it begins")

    @property
    def day_minutes(self) -> int:
        """Minutes of one working day."""
        return self.windows[0].length + self.windows[1].length

    def is_working(self, day: date) -> bool:
        """Whether the day is worked. OutsideCalendar beyond its years."""
        return self.axis.worked_before(day + timedelta(days=1)) > self.axis.worked_before(day)

    @cached_property
    def axis(self) -> Axis:
        return Axis(self)


class Axis:
    """Moments as counts of working minutes, and back."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        self._calendar = calendar
        morning, afternoon = calendar.windows
        self._starts = (_minutes(morning.start), _minutes(afternoon.start))
        self._lengths = (morning.length, afternoon.length)
        self._day_minutes = calendar.day_minutes
        self._origin = date(calendar.first_year, 1, 1).toordinal()
        end = date(calendar.last_year, 12, 31).toordinal() + 1
        self._worked = array("l")  # ordinals of the working days, ascending
        self._before = array("l", [0])  # for each day from the origin: how many working days precede it
        for ordinal in range(self._origin, end):
            day = date.fromordinal(ordinal)
            exception = calendar.exceptions.get(day)
            if exception.working if exception else day.weekday() in calendar.weekdays:
                self._worked.append(ordinal)
            self._before.append(len(self._worked))

    def local(self, moment: datetime) -> datetime:
        """The moment in Viet Nam's time, without seconds. ValueError if naive, OutsideCalendar beyond the years."""
        if moment.tzinfo is None:
            raise ValueError("a moment must carry its time zone")
        local = moment.astimezone(VIET_NAM).replace(second=0, microsecond=0)
        self.worked_before(local.date())
        return local

    def worked_before(self, day: date) -> int:
        """How many working days of the calendar precede `day`."""
        index = day.toordinal() - self._origin
        if not 0 <= index < len(self._before):
            raise OutsideCalendar(self._calendar, f"ngày {day:%d/%m/%Y}")
        return self._before[index]

    def position(self, local: datetime) -> int:
        """Working minutes before the moment."""
        day = local.date()
        before = self.worked_before(day)
        if self._before[day.toordinal() - self._origin + 1] == before:
            return before * self._day_minutes
        clock = local.hour * 60 + local.minute
        elapsed = sum(
            min(max(clock - start, 0), length) for start, length in zip(self._starts, self._lengths, strict=True)
        )
        return before * self._day_minutes + elapsed

    def opening(self, position: int) -> datetime:
        """The moment from which the next working minute runs: 13:00, not 12:00; Monday 08:00, not Friday 17:00."""
        index, minute = divmod(position, self._day_minutes)
        half = 0 if minute < self._lengths[0] else 1
        return self._moment(index, half, minute - half * self._lengths[0])

    def closing(self, position: int) -> datetime:
        """The moment at which the last working minute has run: 12:00, not 13:00; Friday 17:00, not Monday 08:00."""
        if position <= 0:
            return self.opening(0)
        index, minute = divmod(position - 1, self._day_minutes)
        half = 0 if minute < self._lengths[0] else 1
        return self._moment(index, half, minute + 1 - half * self._lengths[0])

    def closing_of(self, day: date) -> datetime:
        """The end of work on `day`, or on the first working day after it."""
        first = bisect_left(self._worked, day.toordinal())
        self.worked_before(day)
        return self._moment(first, 1, self._lengths[1])

    def _moment(self, index: int, half: int, minute: int) -> datetime:
        if index >= len(self._worked):
            raise OutsideCalendar(self._calendar, f"thời điểm sau ngày 31/12/{self._calendar.last_year}")
        hour, rest = divmod(self._starts[half] + minute, 60)
        day = date.fromordinal(self._worked[index])
        return datetime(day.year, day.month, day.day, hour, rest, tzinfo=VIET_NAM)
