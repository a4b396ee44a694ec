"""The algebra of working time, against laws it must keep and against a clock that is walked minute by minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emoit.lib.working_time import (
    VIET_NAM,
    Pause,
    Term,
    Unit,
    WorkingCalendar,
    add,
    deadline,
    working_minutes_between,
)
from tests.lib.calendars import CALENDAR, EARLY

CUT_OFF = time(15)
MOMENTS = st.datetimes(datetime(2025, 12, 1), datetime(2026, 12, 31, 23, 59)).map(  # noqa: DTZ001 - zone added below
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=VIET_NAM)
)
CALENDARS = st.sampled_from([replace(CALENDAR, last_year=2033), replace(EARLY, last_year=2033)])
TERMS = st.builds(Term, st.integers(0, 30), st.sampled_from(Unit))
HOURS = st.integers(0, 200).map(lambda n: Term(n, Unit.WORKING_HOUR))
MINUTE = timedelta(minutes=1)


def inside(calendar: WorkingCalendar, minute: datetime) -> bool:
    """Whether the minute that begins here is worked: written from the rule, not from the code."""
    exception = calendar.exceptions.get(minute.date())
    worked = exception.working if exception else minute.weekday() < 5
    return worked and any(window.start <= minute.time() < window.end for window in calendar.windows)


def walk(calendar: WorkingCalendar, start: datetime, minutes: int) -> datetime:
    """The end of the last of so many worked minutes; for none, the next worked minute."""
    at = start
    while minutes:
        minutes -= inside(calendar, at)
        at += MINUTE
    while minutes == 0 and at == start and not inside(calendar, at):
        start = at = at + MINUTE
    return at


@settings(max_examples=60, deadline=None)
@given(CALENDARS, MOMENTS, st.integers(0, 12))
def test_hours_as_the_clock_walks(calendar: WorkingCalendar, start: datetime, hours: int) -> None:
    assert add(calendar, start, Term(hours, Unit.WORKING_HOUR)) == walk(calendar, start, hours * 60)


@settings(max_examples=60, deadline=None)
@given(CALENDARS, MOMENTS, st.integers(0, 10_000))
def test_minutes_between_as_the_clock_walks(calendar: WorkingCalendar, start: datetime, length: int) -> None:
    counted = sum(inside(calendar, start + n * MINUTE) for n in range(length))
    assert working_minutes_between(calendar, start, start + length * MINUTE) == counted


@given(CALENDARS, MOMENTS, MOMENTS, MOMENTS)
def test_minutes_between_add_up(calendar: WorkingCalendar, a: datetime, b: datetime, c: datetime) -> None:
    between = working_minutes_between
    assert between(calendar, a, b) + between(calendar, b, c) == between(calendar, a, c)


@given(CALENDARS, MOMENTS, HOURS, HOURS)
def test_adding_twice_is_adding_the_sum(calendar: WorkingCalendar, start: datetime, a: Term, b: Term) -> None:
    total = Term(a.value + b.value, Unit.WORKING_HOUR)
    twice, once = add(calendar, add(calendar, start, a), b), add(calendar, start, total)
    assert working_minutes_between(calendar, twice, once) == 0
    assert b.value == 0 or twice == once


@given(CALENDARS, MOMENTS, HOURS)
def test_the_time_between_is_the_time_added(calendar: WorkingCalendar, start: datetime, term: Term) -> None:
    assert working_minutes_between(calendar, start, add(calendar, start, term)) == term.value * 60


@given(CALENDARS, MOMENTS, st.integers(0, 40))
def test_a_working_day_is_eight_working_hours(calendar: WorkingCalendar, start: datetime, days: int) -> None:
    assert add(calendar, start, Term(days, Unit.WORKING_DAY)) == add(calendar, start, Term(days * 8, Unit.WORKING_HOUR))


@given(CALENDARS, MOMENTS, MOMENTS, TERMS)
def test_received_later_is_never_due_earlier(
    calendar: WorkingCalendar, one: datetime, other: datetime, term: Term
) -> None:
    first, second = (
        deadline(calendar, received_at=moment, term=term, cut_off=CUT_OFF).due_at for moment in sorted([one, other])
    )
    assert first is not None
    assert second is not None
    assert first <= second


@given(CALENDARS, MOMENTS, TERMS, st.integers(0, 30))
def test_a_longer_term_is_never_due_earlier(
    calendar: WorkingCalendar, received: datetime, term: Term, more: int
) -> None:
    shorter = add(calendar, received, term)
    assert shorter <= add(calendar, received, Term(term.value + more, term.unit))


@given(CALENDARS, MOMENTS, TERMS)
def test_due_within_a_window_after_the_start(calendar: WorkingCalendar, received: datetime, term: Term) -> None:
    found = deadline(calendar, received_at=received, term=term, cut_off=CUT_OFF)
    assert found.due_at is not None
    assert received <= found.starts_at <= found.due_at
    assert calendar.is_working(found.due_at.date())
    assert any(window.start <= found.due_at.time() <= window.end for window in calendar.windows)


@given(CALENDARS, MOMENTS, st.integers(1, 30))
def test_never_later_than_the_legal_end_of_so_many_working_days(
    calendar: WorkingCalendar, received: datetime, days: int
) -> None:
    """The day of the start is not counted (Civil Code 2015, Art. 147(2)); the term ends on the N-th after it."""
    found = deadline(calendar, received_at=received, term=Term(days, Unit.WORKING_DAY), cut_off=CUT_OFF)
    day, left = found.starts_at.date(), days
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working(day)
    assert found.due_at is not None
    assert found.due_at.date() <= day


@given(CALENDARS, MOMENTS, TERMS.filter(lambda t: t.value > 0), st.data())
def test_a_pause_moves_the_due_moment_by_what_it_takes(
    calendar: WorkingCalendar, received: datetime, term: Term, data: st.DataObject
) -> None:
    plain = deadline(calendar, received_at=received, term=term, cut_off=CUT_OFF)
    assert plain.due_at is not None
    running = int((plain.due_at - plain.starts_at) / MINUTE)
    since = plain.starts_at + data.draw(st.integers(0, running - 1)) * MINUTE
    until = since + data.draw(st.integers(0, 30_000)) * MINUTE
    paused = deadline(calendar, received_at=received, term=term, cut_off=CUT_OFF, pauses=[Pause(since, until)])
    assert paused.due_at is not None
    taken = working_minutes_between(calendar, since, until)
    assert working_minutes_between(calendar, plain.due_at, paused.due_at) == taken == paused.paused_minutes
    still = deadline(calendar, received_at=received, term=term, cut_off=CUT_OFF, pauses=[Pause(since)])
    assert still.due_at is None
    assert still.left_minutes == working_minutes_between(calendar, since, plain.due_at)


def test_twenty_working_days_take_microseconds() -> None:
    start, term = datetime(2026, 2, 12, 10, 30, tzinfo=VIET_NAM), Term(20, Unit.WORKING_DAY)
    add(CALENDAR, start, term)
    best = min(_seconds(start, term) for _ in range(5))
    assert best < 100e-6


def _seconds(start: datetime, term: Term) -> float:
    from timeit import timeit

    return timeit(lambda: add(CALENDAR, start, term), number=200) / 200


@pytest.mark.parametrize("unit", Unit)
def test_a_term_of_nothing_is_due_at_once(unit: Unit) -> None:
    start = datetime(2026, 5, 4, 9, 30, tzinfo=VIET_NAM)
    due = add(CALENDAR, start, Term(0, unit))
    assert due == (start if unit.counts_working_time else start.replace(hour=17, minute=0))
