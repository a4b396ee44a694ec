"""Moments of a year as whole seconds since 1970 (UTC), and as working minutes of the agency's calendar.

Viet Nam has kept UTC+7 without summer time since 1975, so its clock is an addition. Everything is taken from
`lib.working_time`: the days worked from the calendar's axis, deadlines from `deadline` itself.
"""

from __future__ import annotations

import json
from array import array
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from emoit.lib import working_time
from emoit.lib.working_time import VIET_NAM, Pause, Term, WorkingCalendar

OFFSET = 7 * 3600
DAY = 86_400
YEARS = 2  # deadlines of late December fall into the next year


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def moment_of(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


class Clock:
    """The calendar of one year and the next."""

    def __init__(self, calendar: WorkingCalendar, year: int, cut_off: time) -> None:
        self.calendar, self.cut_off = calendar, cut_off
        self.first = date(year, 1, 1)
        self.start = seconds(datetime(year, 1, 1, tzinfo=VIET_NAM))
        self.end = seconds(datetime(year + 1, 1, 1, tzinfo=VIET_NAM))
        self._windows = [(w.start.hour * 60 + w.start.minute, w.length) for w in calendar.windows]
        self._length = calendar.day_minutes
        self._before, self._works, self._worked = array("l"), bytearray(), array("l")
        for n in range((date(year + YEARS, 1, 1) - self.first).days):
            day = self.first + timedelta(days=n)
            working = calendar.is_working(day)
            self._before.append(len(self._worked))
            self._works.append(working)
            if working:
                self._worked.append(n)
        self._unpaused = lru_cache(maxsize=200_000)(self._reckon)

    def works(self, day: date) -> bool:
        return bool(self._works[(day - self.first).days])

    def position(self, at: int) -> int:
        """Working minutes of the calendar from the year's beginning to that second."""
        day, second = divmod(at - self.start, DAY)
        base = self._before[day] * self._length
        if not self._works[day]:
            return base
        minute = second // 60
        for start, length in self._windows:
            base += min(max(minute - start, 0), length)
        return base

    def beginning(self, received: int) -> int:
        """The position from which a term runs: of the receipt, or after the cut-off of the next working day."""
        position = self.position(received)
        late = (received - self.start) % DAY // 60 > self.cut_off.hour * 60 + self.cut_off.minute
        return (position // self._length + 1) * self._length if late else position

    def moment(self, position: int) -> int:
        """The second from which the working minute after `position` runs."""
        index, minute = divmod(position, self._length)
        start, length = self._windows[0]
        if minute >= length:
            start, minute = self._windows[1][0], minute - length
        return self.start + self._worked[index] * DAY + (start + minute) * 60

    def closing(self, at: int) -> int:
        """The end of work on the day of that second."""
        start, length = self._windows[-1]
        return self.start + (at - self.start) // DAY * DAY + (start + length) * 60

    def deadline(
        self, received: int, term: Term, pauses: tuple[tuple[int, int | None], ...] = (), extension: Term | None = None
    ) -> tuple[int | None, str]:
        """The due second (None while a pause is open) and the deadline as JSON, as a dossier keeps it."""
        if not pauses and extension is None:
            return self._unpaused(received // 60, term)
        return self._reckon(received // 60, term, pauses, extension)

    def _reckon(
        self,
        minute: int,
        term: Term,
        pauses: tuple[tuple[int, int | None], ...] = (),
        extension: Term | None = None,
    ) -> tuple[int | None, str]:
        value = working_time.deadline(
            self.calendar,
            received_at=moment_of(minute * 60),
            term=term,
            cut_off=self.cut_off,
            pauses=[Pause(moment_of(since), None if until is None else moment_of(until)) for since, until in pauses],
            extension=extension,
        )
        due = None if value.due_at is None else seconds(value.due_at)
        return due, json.dumps(working_time.deadline_to_json(value), ensure_ascii=False)
