"""How much time is left, in the few words of a deadline chip."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from emoit.lib.working_time.arithmetic import working_minutes_between
from emoit.lib.working_time.calendar import VIET_NAM, OutsideCalendar, WorkingCalendar
from emoit.lib.working_time.deadline import Deadline
from emoit.lib.working_time.words import Language, span

SOON_DAYS = 2


class ChipState(enum.StrEnum):
    AMPLE = "ample"
    SOON = "soon"  # two working days or less
    TODAY = "today"
    OVERDUE = "overdue"
    PAUSED = "paused"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class WorkingSpan:
    """Working time until a due moment, or since it when `overdue`. A day is a working day."""

    days: int
    hours: int
    minutes: int
    overdue: bool


@dataclass(frozen=True, slots=True)
class DeadlineChip:
    words: str
    state: ChipState


def remaining(calendar: WorkingCalendar, due: Deadline | datetime, now: datetime) -> WorkingSpan:
    """Working time from `now` to the due moment; past it, since it. While paused: what was left when the clock stopped.

    Overdue from the first minute after the due moment, also outside the windows. Raises OutsideCalendar when either
    moment is beyond the calendar's years.
    """
    moment = due.due_at if isinstance(due, Deadline) else due
    if moment is None:
        left = due.left_minutes if isinstance(due, Deadline) else None
        return _span(calendar, left or 0, overdue=False)
    overdue = _is_past(moment, now)
    return _span(calendar, abs(working_minutes_between(calendar, now, moment)), overdue=overdue)


def chip(
    calendar: WorkingCalendar,
    due: Deadline | datetime | None,
    now: datetime,
    *,
    paused: bool = False,
    language: Language = "vi",
) -> DeadlineChip:
    """The chip of a due moment: None means that no time limit is set; `paused` serves callers who keep only the moment.

    Never raises for years: a moment beyond the calendar is shown by its date.
    """
    words = _WORDS[language]
    moment = due.due_at if isinstance(due, Deadline) else due
    if paused or (isinstance(due, Deadline) and moment is None):
        return DeadlineChip(words["paused"], ChipState.PAUSED)
    if moment is None:
        return DeadlineChip(words["none"], ChipState.NONE)
    local = moment.astimezone(VIET_NAM)
    try:
        left = remaining(calendar, moment, now)
    except OutsideCalendar:
        late = _is_past(moment, now)
        template = words["late_since"] if late else words["due_on"]
        return DeadlineChip(template.format(f"{local:%d/%m/%Y}"), ChipState.OVERDUE if late else ChipState.AMPLE)
    text = span(left.days, left.hours, left.minutes, language)
    if left.overdue:
        return DeadlineChip(words["late"].format(text) if text else words["just_late"], ChipState.OVERDUE)
    if local.date() == now.astimezone(VIET_NAM).date():
        return DeadlineChip(words["today"].format(f"{local:%H:%M}"), ChipState.TODAY)
    minutes = left.days * calendar.day_minutes + left.hours * 60 + left.minutes
    state = ChipState.SOON if minutes <= SOON_DAYS * calendar.day_minutes else ChipState.AMPLE
    return DeadlineChip(words["left"].format(text) if text else words["at_opening"].format(f"{local:%H:%M}"), state)


def _is_past(moment: datetime, now: datetime) -> bool:
    return now.replace(second=0, microsecond=0) > moment.replace(second=0, microsecond=0)


def _span(calendar: WorkingCalendar, total: int, *, overdue: bool) -> WorkingSpan:
    days, rest = divmod(total, calendar.day_minutes)
    hours, minutes = divmod(rest, 60)
    return WorkingSpan(days, hours, minutes, overdue)


_WORDS: dict[Language, dict[str, str]] = {
    "vi": {
        "left": "còn {}",
        "at_opening": "đầu giờ làm việc tới, {}",
        "today": "hôm nay {}",
        "late": "quá hạn {}",
        "just_late": "vừa quá hạn",
        "paused": "tạm dừng",
        "none": "không quy định",
        "due_on": "hạn {}",
        "late_since": "quá hạn từ {}",
    },
    "en": {
        "left": "{} left",
        "at_opening": "at the next opening, {}",
        "today": "today {}",
        "late": "{} overdue",
        "just_late": "just overdue",
        "paused": "paused",
        "none": "no time limit",
        "due_on": "due {}",
        "late_since": "overdue since {}",
    },
}
