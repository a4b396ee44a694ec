"""Adding terms and measuring working time."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta

from emoit.lib.working_time.calendar import OutsideCalendar, WorkingCalendar
from emoit.lib.working_time.terms import Term, Unit

_MINUTES_PER_HOUR = 60


def add(calendar: WorkingCalendar, start: datetime, term: Term) -> datetime:
    """The end of a term that begins at `start`.

    Working hours and days: `start` outside the windows counts from the next one, then the term's working minutes are
    run off (N working days = N times the minutes of a day), so 5 working days from Monday 09:30 end on the next
    Monday at 09:30: the day of the start is made up to a full day, never counted as one (Civil Code 2015, Art. 147(2)).
    A term that fills its last window ends with it (17:00), not at the opening of the next.

    Calendar days and months: the day of the start is not counted, the term ends at the end of work of its last day;
    where that day is off, of the next working day (Civil Code 2015, Art. 147(2), 148). A month without the day ends
    on its last day (Art. 148(3)).

    Raises OutsideCalendar beyond the calendar's years, ValueError for a naive `start`.
    """
    local = calendar.axis.local(start)
    if term.unit.counts_working_time:
        return after(calendar, calendar.axis.position(local), working_minutes(calendar, term))
    return calendar.axis.closing_of(nominal_end(calendar, local.date(), term))


def working_minutes_between(calendar: WorkingCalendar, a: datetime, b: datetime) -> int:
    """Working minutes from `a` to `b`; negative when `b` comes first."""
    axis = calendar.axis
    return axis.position(axis.local(b)) - axis.position(axis.local(a))


def working_minutes(calendar: WorkingCalendar, term: Term) -> int:
    return term.value * (calendar.day_minutes if term.unit is Unit.WORKING_DAY else _MINUTES_PER_HOUR)


def after(calendar: WorkingCalendar, position: int, minutes: int) -> datetime:
    """The moment `minutes` after a place on the axis; the place itself opens a window."""
    return calendar.axis.closing(position + minutes) if minutes else calendar.axis.opening(position)


def nominal_end(calendar: WorkingCalendar, start: date, term: Term) -> date:
    """The last day of a term of calendar days or months, before days off are looked at."""
    if term.unit is Unit.CALENDAR_DAY:
        try:
            return start + timedelta(days=term.value)
        except OverflowError:
            raise OutsideCalendar(calendar, f"thời hạn {term.value} ngày") from None
    months = start.month - 1 + term.value
    year, month = start.year + months // 12, months % 12 + 1
    if year > calendar.last_year:
        raise OutsideCalendar(calendar, f"năm {year}")
    return date(year, month, min(start.day, monthrange(year, month)[1]))
