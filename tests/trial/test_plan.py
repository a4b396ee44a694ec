"""The shape of the year, before anything is written."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

import pytest

from emoit.lib.working_time import DEFAULT_WEEKDAYS, DEFAULT_WINDOWS, VIET_NAM, CalendarDay, WorkingCalendar
from emoit.people.rules import is_tax_code
from emoit.trial import names, plan, profile
from emoit.trial.clock import Clock, moment_of, seconds

TET = {date(2019, 2, day): CalendarDay(date(2019, 2, day), working=False, name="Tết") for day in range(4, 9)}
MADE_UP = {date(2019, 1, 5): CalendarDay(date(2019, 1, 5), working=True, name="Làm bù")}
CALENDAR = WorkingCalendar(
    version=1,
    windows=DEFAULT_WINDOWS,
    weekdays=DEFAULT_WEEKDAYS,
    exceptions=TET | MADE_UP,
    first_year=2018,
    last_year=2021,
)
CLOCK = Clock(CALENDAR, 2019, time(15))
PROFILE = profile.read()


def test_every_figure_has_its_source_or_says_that_it_is_assumed() -> None:
    assert (PROFILE.dossiers, PROFILE.enterprises, PROFILE.busiest_day) == (1_540_792, 33_000, 25_000)


def test_the_real_year_has_its_sum_and_its_busiest_day() -> None:
    days = plan.days(PROFILE, CLOCK, 1_540_792)
    assert sum(days.values()) == 1_540_792
    assert len(days) == 365
    assert max(days.values()) == 25_000
    assert max(days, key=days.__getitem__).month == 12
    first, last, many = PROFILE.rush
    assert sum(count for day, count in days.items() if first <= day <= last) == many
    tet, ordinary, saturday = days[date(2019, 2, 5)], days[date(2019, 3, 5)], days[date(2019, 3, 9)]
    assert tet < saturday < ordinary
    assert days[date(2019, 1, 5)] > 3 * days[date(2019, 1, 12)]  # a Saturday that was worked


@pytest.mark.parametrize("size", [1, 2, 17, 300, 9_999])
def test_a_year_of_any_size_loses_none(size: int) -> None:
    days = plan.days(PROFILE, CLOCK, size)
    assert sum(days.values()) == size
    assert min(days.values()) >= 0


@pytest.mark.parametrize(
    ("size", "enterprises", "citizens"),
    [(1_540_792, 33_000, 2_400), (154_079, 3_300, 240), (300, 20, 5), (10**7, 33_000, 2_400)],
)
def test_population(size: int, enterprises: int, citizens: int) -> None:
    assert plan.population(PROFILE, size) == (enterprises, citizens)


def test_certificates_of_origin_lead_the_ranking() -> None:
    procedures = [
        ("1.000001", "Cấp phép A"),
        ("2.000138", "Đăng ký"),
        ("9.000009", "Cấp Giấy chứng nhận xuất xứ mẫu D"),
    ]
    assert plan.ranking(PROFILE, procedures) == [2, 1, 0]


def test_the_clock_is_the_calendar() -> None:
    """Positions and moments are those of lib.working_time's own axis, over the whole year."""
    axis, rng = CALENDAR.axis, random.Random(1)
    base = axis.position(axis.local(moment_of(CLOCK.start)))
    for _ in range(2_000):
        at = rng.randrange(CLOCK.start, CLOCK.end + 300 * 86_400)
        position = CLOCK.position(at)
        assert position == axis.position(axis.local(moment_of(at))) - base
        assert moment_of(CLOCK.moment(position)) == axis.opening(position + base)


def test_tax_codes_are_right_and_nobody_s() -> None:
    codes = names.first_tax_codes(500)
    assert len(set(codes)) == 500
    assert all(is_tax_code(code) and code.startswith("98") for code in codes)


def test_a_moment_is_whole_seconds_of_utc() -> None:
    noon = datetime(2019, 6, 3, 12, 0, tzinfo=VIET_NAM)
    assert moment_of(seconds(noon)) == noon
    assert moment_of(seconds(noon)) - moment_of(CLOCK.start) == timedelta(days=153, hours=12)
