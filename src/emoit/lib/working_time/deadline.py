"""When an answer is due, and everything it was computed from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from emoit.lib.working_time.arithmetic import after, nominal_end, working_minutes
from emoit.lib.working_time.calendar import VIET_NAM, CalendarDay, WorkingCalendar
from emoit.lib.working_time.terms import Term, Unit


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands still while a supplement or a fee is awaited. `until` None: it still does."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due moment that can explain itself (`explain`). Moments in Asia/Ho_Chi_Minh, whole minutes.

    `due_at` is None while a pause is open that began before the due moment; `left_minutes` then says how many
    working minutes were left when the clock stopped. `skipped` are the exceptions of the calendar that moved the due
    moment, in order: days off (and, `working`, days worked in exchange); `weekend_days` counts the weekly days off.
    `after_cut_off`: received on a working day after the cut-off, and so counted from the next one.
    """

    received_at: datetime
    starts_at: datetime
    cut_off: time
    after_cut_off: bool
    term: Term
    due_at: datetime | None
    day_minutes: int
    calendar_version: int
    skipped: tuple[CalendarDay, ...] = ()
    weekend_days: int = 0
    pauses: tuple[Pause, ...] = ()
    paused_minutes: int = 0
    extended_by: Term | None = None
    left_minutes: int | None = None

    @property
    def is_paused(self) -> bool:
        return self.due_at is None


def deadline(
    calendar: WorkingCalendar,
    *,
    received_at: datetime,
    term: Term,
    cut_off: time,
    pauses: Sequence[Pause] = (),
    extension: Term | None = None,
) -> Deadline:
    """Compute when the answer to something received at `received_at` is due.

    - Received after `cut_off` (15:00: Decree 61/2018/NĐ-CP, Art. 18(1); kept under Decree 118/2025/NĐ-CP until its own
      limit is confirmed, see `codes.queries.legal_limits`): the term runs from the start of the next working day.
      Otherwise from the receipt; outside the windows from the next window.
    - The term is counted as `add` says.
    - A pause that begins before the due moment moves it by the working minutes the pause takes; one that begins
      later changes nothing. An open pause leaves no due moment.
    - `extension` (granted once) is counted from the due moment as it then stands.

    Raises OutsideCalendar when the computation leaves the calendar's years (nothing is guessed), ValueError for naive
    moments and for pauses that overlap, end before they begin or follow an open one.
    """
    axis = calendar.axis
    received = axis.local(received_at)
    late = received.time() > cut_off and calendar.is_working(received.date())
    start = _start(calendar, received, late=late)
    stops = _in_order(calendar, pauses)
    run = _Run(calendar, start)
    run.count(term, start.date())
    run.stop(stops)
    if extension is not None:
        run.extend(extension)
        run.stop(stops)
    skipped, weekend_days = run.days_off()
    return Deadline(
        received_at=received,
        starts_at=start,
        cut_off=cut_off,
        after_cut_off=late,
        term=term,
        due_at=None if run.is_open else run.due,
        day_minutes=calendar.day_minutes,
        calendar_version=calendar.version,
        skipped=skipped,
        weekend_days=weekend_days,
        pauses=stops,
        paused_minutes=run.paused,
        extended_by=extension,
        left_minutes=run.left,
    )


class _Run:
    """The clock of one deadline while it is being computed."""

    def __init__(self, calendar: WorkingCalendar, start: datetime) -> None:
        self._calendar = calendar
        self._axis = calendar.axis
        self._start = self._position = calendar.axis.position(start)
        self._stops_used = 0
        self._walked: list[tuple[date, date]] = []  # stretches in which a day off moved the due moment
        self.due = start
        self.paused = 0
        self.left: int | None = None

    @property
    def is_open(self) -> bool:
        return self.left is not None

    def count(self, term: Term, first_day: date) -> None:
        if term.unit.counts_working_time:
            self._move(working_minutes(self._calendar, term))
            return
        last_day = nominal_end(self._calendar, first_day, term)
        self.due = self._axis.closing_of(last_day)
        self._position = self._axis.position(self.due)
        self._walked.append((last_day, self.due.date()))

    def extend(self, term: Term) -> None:
        if self.left is None:
            self.count(term, self.due.date())
        elif term.unit.counts_working_time:
            self.left += working_minutes(self._calendar, term)

    def stop(self, pauses: Sequence[Pause]) -> None:
        for pause in pauses[self._stops_used :]:
            if pause.since >= self.due or self.is_open:
                return
            self._stops_used += 1
            since = max(self._axis.position(pause.since), self._start)
            if pause.until is None:
                self.left = self._position - since
                return
            minutes = max(self._axis.position(pause.until) - since, 0)
            self.paused += minutes
            self._move(minutes)

    def days_off(self) -> tuple[tuple[CalendarDay, ...], int]:
        """The exceptions that moved the due moment, and the number of weekly days off that did; nothing while open."""
        if self.is_open:
            return (), 0
        days = {first + timedelta(days=n) for first, last in self._walked for n in range((last - first).days + 1)}
        return _differences(self._calendar, sorted(days))

    def _move(self, minutes: int) -> None:
        if minutes:
            from_day = self.due.date()
            self.due = after(self._calendar, self._position, minutes)
            self._position += minutes
            self._walked.append((from_day, self.due.date()))


def _start(calendar: WorkingCalendar, received: datetime, *, late: bool) -> datetime:
    axis = calendar.axis
    if late:
        return axis.opening(axis.worked_before(received.date() + timedelta(days=1)) * calendar.day_minutes)
    return axis.opening(axis.position(received))


def _in_order(calendar: WorkingCalendar, pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    local = calendar.axis.local
    stops = sorted(
        (Pause(local(p.since), None if p.until is None else local(p.until)) for p in pauses), key=lambda p: p.since
    )
    for pause in stops:
        if pause.until is not None and pause.until < pause.since:
            raise ValueError("a pause ends before it begins")
    for earlier, later in pairwise(stops):
        if earlier.until is None or later.since < earlier.until:
            raise ValueError("pauses overlap")
    return tuple(stops)


def _differences(calendar: WorkingCalendar, days: Iterable[date]) -> tuple[tuple[CalendarDay, ...], int]:
    """The days that the weekday rule alone would have got wrong, and how many are weekly days off."""
    exceptions: list[CalendarDay] = []
    weekend_days = 0
    for day in days:
        exception = calendar.exceptions.get(day)
        usual = day.weekday() in calendar.weekdays
        if exception and exception.working != usual:
            exceptions.append(exception)
        elif not usual:
            weekend_days += 1
    return tuple(exceptions), weekend_days


def deadline_to_json(value: Deadline) -> dict[str, Any]:
    """Primitives only; moments as ISO 8601 with +07:00. `deadline_from_json` is its inverse."""
    return {
        "received_at": value.received_at.isoformat(),
        "starts_at": value.starts_at.isoformat(),
        "cut_off": value.cut_off.isoformat("minutes"),
        "after_cut_off": value.after_cut_off,
        "term": _term_to_json(value.term),
        "due_at": value.due_at.isoformat() if value.due_at else None,
        "day_minutes": value.day_minutes,
        "calendar_version": value.calendar_version,
        "skipped": [
            {"day": d.day.isoformat(), "working": d.working, "name": d.name, "name_en": d.name_en}
            for d in value.skipped
        ],
        "weekend_days": value.weekend_days,
        "pauses": [
            {"since": p.since.isoformat(), "until": p.until.isoformat() if p.until else None} for p in value.pauses
        ],
        "paused_minutes": value.paused_minutes,
        "extended_by": _term_to_json(value.extended_by) if value.extended_by else None,
        "left_minutes": value.left_minutes,
    }


def deadline_from_json(data: dict[str, Any]) -> Deadline:
    """Read what `deadline_to_json` wrote. KeyError or ValueError for anything else."""
    return Deadline(
        received_at=_moment(data["received_at"]),
        starts_at=_moment(data["starts_at"]),
        cut_off=time.fromisoformat(data["cut_off"]),
        after_cut_off=data["after_cut_off"],
        term=_term(data["term"]),
        due_at=_moment(data["due_at"]) if data["due_at"] else None,
        day_minutes=data["day_minutes"],
        calendar_version=data["calendar_version"],
        skipped=tuple(
            CalendarDay(date.fromisoformat(d["day"]), d["working"], d["name"], d["name_en"]) for d in data["skipped"]
        ),
        weekend_days=data["weekend_days"],
        pauses=tuple(Pause(_moment(p["since"]), _moment(p["until"]) if p["until"] else None) for p in data["pauses"]),
        paused_minutes=data["paused_minutes"],
        extended_by=_term(data["extended_by"]) if data["extended_by"] else None,
        left_minutes=data["left_minutes"],
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(VIET_NAM)


def _term_to_json(term: Term) -> dict[str, Any]:
    return {"value": term.value, "unit": term.unit.value}


def _term(data: dict[str, Any]) -> Term:
    return Term(data["value"], Unit(data["unit"]))
