"""Deadlines on real days of 2026, as a table that reads as the specification."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from emoit.lib.working_time import (
    DEFAULT_WEEKDAYS,
    DEFAULT_WINDOWS,
    DayKind,
    OutsideCalendar,
    Pause,
    Term,
    Unit,
    Window,
    WorkingCalendar,
    add,
    deadline,
    deadline_from_json,
    deadline_to_json,
    working_minutes_between,
)
from tests.lib.calendars import CALENDAR, EARLY, EXCEPTIONS, at

CUT_OFF = time(15)
HOURS, DAYS, CALENDAR_DAYS, MONTHS = Unit.WORKING_HOUR, Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH


@pytest.mark.parametrize(
    ("received", "value", "unit", "starts", "due"),
    [
        # An ordinary week: the same clock time, N working days on.
        ("04/05/2026 09:30", 5, DAYS, "04/05/2026 09:30", "11/05/2026 09:30"),
        ("04/05/2026 09:30", 1, DAYS, "04/05/2026 09:30", "05/05/2026 09:30"),
        ("08/05/2026 14:00", 1, DAYS, "08/05/2026 14:00", "11/05/2026 14:00"),
        # Full days end with the day.
        ("04/05/2026 07:10", 5, DAYS, "04/05/2026 08:00", "08/05/2026 17:00"),
        ("04/05/2026 08:00", 1, DAYS, "04/05/2026 08:00", "04/05/2026 17:00"),
        # Receipts outside the windows begin with the next window.
        ("04/05/2026 12:00", 1, DAYS, "04/05/2026 13:00", "05/05/2026 12:00"),
        ("04/05/2026 12:40", 1, DAYS, "04/05/2026 13:00", "05/05/2026 12:00"),
        ("09/05/2026 10:00", 2, DAYS, "11/05/2026 08:00", "12/05/2026 17:00"),
        # Cut-off 15:00 (Decree 61/2018, Art. 18(1)): at 15:00 in time, later from the next working day.
        ("04/05/2026 15:00", 1, DAYS, "04/05/2026 15:00", "05/05/2026 15:00"),
        ("04/05/2026 15:01", 1, DAYS, "05/05/2026 08:00", "05/05/2026 17:00"),
        ("08/05/2026 22:15", 3, DAYS, "11/05/2026 08:00", "13/05/2026 17:00"),
        # Tết 2026: off 16-20/2 between two weekends.
        ("13/02/2026 10:00", 1, DAYS, "13/02/2026 10:00", "23/02/2026 10:00"),
        ("13/02/2026 15:30", 2, DAYS, "23/02/2026 08:00", "24/02/2026 17:00"),
        ("17/02/2026 09:00", 4, HOURS, "23/02/2026 08:00", "23/02/2026 12:00"),
        # Giỗ Tổ on Sunday 26/4 is made up on Monday 27/4; then 30/4 and 1/5.
        ("24/04/2026 09:30", 5, DAYS, "24/04/2026 09:30", "06/05/2026 09:30"),
        ("29/04/2026 14:30", 1, DAYS, "29/04/2026 14:30", "04/05/2026 14:30"),
        # Friday 2/1 off, Saturday 10/1 worked.
        ("31/12/2025 10:00", 1, DAYS, "31/12/2025 10:00", "05/01/2026 10:00"),
        ("09/01/2026 10:00", 1, DAYS, "09/01/2026 10:00", "10/01/2026 10:00"),
        ("10/01/2026 15:30", 1, DAYS, "12/01/2026 08:00", "12/01/2026 17:00"),
        # Saturday 22/8 worked, Monday 31/8 off with 1/9 and 2/9.
        ("21/08/2026 11:00", 2, DAYS, "21/08/2026 11:00", "24/08/2026 11:00"),
        ("28/08/2026 11:00", 2, DAYS, "28/08/2026 11:00", "04/09/2026 11:00"),
        # Hours.
        ("04/05/2026 10:30", 2, HOURS, "04/05/2026 10:30", "04/05/2026 13:30"),
        ("04/05/2026 08:00", 4, HOURS, "04/05/2026 08:00", "04/05/2026 12:00"),
        ("08/05/2026 14:30", 4, HOURS, "08/05/2026 14:30", "11/05/2026 09:30"),
        ("04/05/2026 12:30", 0, HOURS, "04/05/2026 13:00", "04/05/2026 13:00"),
        # Calendar days: the end of work of the last day, of the next working day when it is off (Civil Code Art. 148).
        ("04/05/2026 09:30", 10, CALENDAR_DAYS, "04/05/2026 09:30", "14/05/2026 17:00"),
        ("04/05/2026 09:30", 5, CALENDAR_DAYS, "04/05/2026 09:30", "11/05/2026 17:00"),
        ("04/05/2026 15:30", 10, CALENDAR_DAYS, "05/05/2026 08:00", "15/05/2026 17:00"),
        ("20/04/2026 09:00", 10, CALENDAR_DAYS, "20/04/2026 09:00", "04/05/2026 17:00"),
        # Months: the same day, the last of a shorter month, moved off days off (Civil Code Art. 148).
        ("04/05/2026 09:30", 1, MONTHS, "04/05/2026 09:30", "04/06/2026 17:00"),
        ("31/03/2026 09:30", 1, MONTHS, "31/03/2026 09:30", "04/05/2026 17:00"),
        ("31/12/2025 09:30", 2, MONTHS, "31/12/2025 09:30", "02/03/2026 17:00"),
        ("17/11/2026 09:30", 2, MONTHS, "17/11/2026 09:30", "18/01/2027 17:00"),
    ],
)
def test_due(received: str, value: int, unit: Unit, starts: str, due: str) -> None:
    found = deadline(CALENDAR, received_at=at(received), term=Term(value, unit), cut_off=CUT_OFF)
    assert (found.starts_at, found.due_at) == (at(starts), at(due))


@pytest.mark.parametrize(
    ("pauses", "due", "paused"),
    [
        ([], "11/05/2026 09:30", 0),
        ([("05/05/2026 10:00", "06/05/2026 10:00")], "12/05/2026 09:30", 480),
        ([("05/05/2026 10:00", "05/05/2026 10:20")], "11/05/2026 09:50", 20),
        ([("05/05/2026 17:00", "06/05/2026 08:00")], "11/05/2026 09:30", 0),
        ([("08/05/2026 17:30", "10/05/2026 11:00")], "11/05/2026 09:30", 0),
        # Two pauses; the second begins only before the due moment as the first has moved it.
        ([("05/05/2026 10:00", "06/05/2026 10:00"), ("12/05/2026 09:00", "12/05/2026 11:00")], "12/05/2026 11:30", 600),
        # A pause that begins at or after the due moment changes nothing.
        ([("11/05/2026 09:30", "13/05/2026 09:30")], "11/05/2026 09:30", 0),
        ([("12/05/2026 10:00", "13/05/2026 10:00")], "11/05/2026 09:30", 0),
    ],
)
def test_pauses(pauses: list[tuple[str, str]], due: str, paused: int) -> None:
    found = deadline(
        CALENDAR,
        received_at=at("04/05/2026 09:30"),
        term=Term(5, DAYS),
        cut_off=CUT_OFF,
        pauses=[Pause(at(since), at(until)) for since, until in pauses],
    )
    assert (found.due_at, found.paused_minutes) == (at(due), paused)


def test_a_pause_before_the_term_has_begun_takes_only_what_lies_after_the_start() -> None:
    found = deadline(
        CALENDAR,
        received_at=at("04/05/2026 15:30"),
        term=Term(1, DAYS),
        cut_off=CUT_OFF,
        pauses=[Pause(at("04/05/2026 16:00"), at("05/05/2026 09:00"))],
    )
    assert (found.due_at, found.paused_minutes) == (at("06/05/2026 09:00"), 60)


def test_an_open_pause_leaves_no_due_moment_but_what_was_left() -> None:
    found = deadline(
        CALENDAR,
        received_at=at("04/05/2026 09:30"),
        term=Term(5, DAYS),
        cut_off=CUT_OFF,
        pauses=[Pause(at("06/05/2026 10:30"))],
    )
    assert found.is_paused
    assert (found.due_at, found.left_minutes, found.skipped) == (None, 3 * 480 - 60, ())


def test_an_open_pause_after_the_due_moment_leaves_it_overdue() -> None:
    found = deadline(
        CALENDAR,
        received_at=at("04/05/2026 09:30"),
        term=Term(1, DAYS),
        cut_off=CUT_OFF,
        pauses=[Pause(at("06/05/2026 10:30"))],
    )
    assert (found.due_at, found.left_minutes) == (at("05/05/2026 09:30"), None)


@pytest.mark.parametrize(
    ("extension", "pauses", "due"),
    [
        (Term(3, DAYS), [], "14/05/2026 09:30"),
        (Term(2, HOURS), [], "11/05/2026 11:30"),
        (Term(10, CALENDAR_DAYS), [], "21/05/2026 17:00"),
        (Term(3, DAYS), [("05/05/2026 10:00", "06/05/2026 10:00")], "15/05/2026 09:30"),
        # Paused within the added time.
        (Term(3, DAYS), [("12/05/2026 10:00", "13/05/2026 10:00")], "15/05/2026 09:30"),
    ],
)
def test_an_extension_counts_from_the_due_moment(extension: Term, pauses: list[tuple[str, str]], due: str) -> None:
    found = deadline(
        CALENDAR,
        received_at=at("04/05/2026 09:30"),
        term=Term(5, DAYS),
        cut_off=CUT_OFF,
        pauses=[Pause(at(since), at(until)) for since, until in pauses],
        extension=extension,
    )
    assert (found.due_at, found.extended_by) == (at(due), extension)


def test_an_extension_granted_before_an_open_pause_is_part_of_what_is_left() -> None:
    found = deadline(
        CALENDAR,
        received_at=at("04/05/2026 09:30"),
        term=Term(5, DAYS),
        cut_off=CUT_OFF,
        pauses=[Pause(at("06/05/2026 09:30"))],
        extension=Term(1, DAYS),
    )
    assert found.left_minutes == (3 + 1) * 480


def test_what_moved_the_due_moment_is_named() -> None:
    found = deadline(CALENDAR, received_at=at("24/04/2026 09:30"), term=Term(5, DAYS), cut_off=CUT_OFF)
    assert [d.day for d in found.skipped] == [date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 1)]
    assert found.weekend_days == 4
    found = deadline(CALENDAR, received_at=at("21/08/2026 11:00"), term=Term(2, DAYS), cut_off=CUT_OFF)
    assert [(d.day, d.kind) for d in found.skipped] == [(date(2026, 8, 22), DayKind.WORKING)]
    assert found.weekend_days == 1


def test_days_off_inside_a_term_of_calendar_days_do_not_matter_those_at_its_end_do() -> None:
    inside = deadline(CALENDAR, received_at=at("27/04/2026 09:30"), term=Term(14, CALENDAR_DAYS), cut_off=CUT_OFF)
    assert (inside.due_at, inside.skipped, inside.weekend_days) == (at("12/05/2026 17:00"), (), 0)
    ending = deadline(CALENDAR, received_at=at("21/04/2026 09:30"), term=Term(9, CALENDAR_DAYS), cut_off=CUT_OFF)
    assert ending.due_at == at("04/05/2026 17:00")
    assert ([d.day.day for d in ending.skipped], ending.weekend_days) == ([30, 1], 2)


@pytest.mark.parametrize(
    ("received", "term"),
    [
        ("31/12/2024 10:00", Term(1, DAYS)),
        ("03/01/2028 10:00", Term(1, DAYS)),
        ("31/12/2027 10:00", Term(1, DAYS)),
        ("31/12/2027 15:30", Term(1, HOURS)),
        ("04/05/2026 10:00", Term(100_000, HOURS)),
        ("04/05/2026 10:00", Term(700, CALENDAR_DAYS)),
        ("04/05/2026 10:00", Term(10_000_000_000, CALENDAR_DAYS)),
        ("04/05/2026 10:00", Term(20, MONTHS)),
        ("04/05/2026 10:00", Term(1_000_000, MONTHS)),
        ("29/12/2027 10:00", Term(1, MONTHS)),
    ],
)
def test_beyond_the_calendar_nothing_is_guessed(received: str, term: Term) -> None:
    with pytest.raises(OutsideCalendar, match="Lịch làm việc chỉ có từ năm 2025 đến hết năm 2027"):
        deadline(CALENDAR, received_at=at(received), term=term, cut_off=CUT_OFF)


@pytest.mark.parametrize(
    "pauses",
    [
        [Pause(at("06/05/2026 10:00"), at("05/05/2026 10:00"))],
        [Pause(at("05/05/2026 10:00"), at("06/05/2026 10:00")), Pause(at("06/05/2026 09:00"), at("06/05/2026 11:00"))],
        [Pause(at("05/05/2026 10:00")), Pause(at("06/05/2026 09:00"), at("06/05/2026 11:00"))],
    ],
)
def test_impossible_pauses_are_refused(pauses: list[Pause]) -> None:
    with pytest.raises(ValueError, match="pause"):
        deadline(CALENDAR, received_at=at("04/05/2026 09:30"), term=Term(5, DAYS), cut_off=CUT_OFF, pauses=pauses)


def test_naive_moments_and_negative_terms_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        add(CALENDAR, datetime(2026, 5, 4, 9), Term(1, DAYS))  # noqa: DTZ001 - what is being refused
    with pytest.raises(ValueError, match="negative"):
        Term(-1, DAYS)


def test_moments_of_any_zone_are_read_and_the_answer_is_in_viet_nam() -> None:
    found = add(CALENDAR, datetime(2026, 5, 4, 2, 30, 59, tzinfo=UTC), Term(1, DAYS))
    assert found.isoformat() == "2026-05-05T09:30:00+07:00"


def test_other_windows_give_other_hours() -> None:
    assert add(EARLY, at("04/05/2026 11:00"), Term(1, HOURS)) == at("04/05/2026 13:30")
    assert working_minutes_between(EARLY, at("04/05/2026 00:00"), at("05/05/2026 00:00")) == 480
    assert working_minutes_between(EARLY, at("05/05/2026 00:00"), at("04/05/2026 00:00")) == -480


def test_a_calendar_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        WorkingCalendar(1, (Window(time(8), time(13)), Window(time(12), time(17))), DEFAULT_WEEKDAYS, {}, 2026, 2026)
    with pytest.raises(ValueError, match="weekdays"):
        WorkingCalendar(1, DEFAULT_WINDOWS, frozenset({7}), {}, 2026, 2026)
    with pytest.raises(ValueError, match="ends before"):
        WorkingCalendar(1, DEFAULT_WINDOWS, DEFAULT_WEEKDAYS, {}, 2027, 2026)
    with pytest.raises(ValueError, match="window"):
        Window(time(12), time(8))


def test_the_calendar_knows_its_working_days() -> None:
    assert [CALENDAR.is_working(date(2026, 8, day)) for day in (21, 22, 23, 24, 31)] == [True, True, False, True, False]
    assert CALENDAR.day_minutes == 480
    assert hash(CALENDAR) == hash(WorkingCalendar(1, DEFAULT_WINDOWS, DEFAULT_WEEKDAYS, EXCEPTIONS, 2025, 2027))


@pytest.mark.parametrize(
    "pauses", [(), (Pause(at("05/05/2026 10:00"), at("06/05/2026 10:00")), Pause(at("06/05/2026 11:00")))]
)
def test_json_and_back(pauses: tuple[Pause, ...]) -> None:
    found = deadline(
        CALENDAR,
        received_at=at("29/04/2026 16:30"),
        term=Term(5, DAYS),
        cut_off=CUT_OFF,
        pauses=pauses,
        extension=Term(1, MONTHS),
    )
    assert deadline_from_json(deadline_to_json(found)) == found
