"""Working time: the calendar of an agency and the algebra of its deadlines. Plain Python, no tables.

The unit beneath everything is the working minute. A working day is the sum of the calendar's two windows (8 hours:
Labour Code 2019, Art. 105). Moments are aware datetimes; what is returned is in Asia/Ho_Chi_Minh. Seconds are dropped
first: a receipt that prints 15:00 is a receipt at 15:00.
"""

from emoit.lib.working_time.arithmetic import add, working_minutes_between
from emoit.lib.working_time.calendar import (
    DEFAULT_WEEKDAYS,
    DEFAULT_WINDOWS,
    VIET_NAM,
    CalendarDay,
    DayKind,
    OutsideCalendar,
    Window,
    WorkingCalendar,
)
from emoit.lib.working_time.chip import ChipState, DeadlineChip, WorkingSpan, chip, remaining
from emoit.lib.working_time.deadline import Deadline, Pause, deadline, deadline_from_json, deadline_to_json
from emoit.lib.working_time.explain import explain
from emoit.lib.working_time.terms import Term, Unit

__all__ = [
    "DEFAULT_WEEKDAYS",
    "DEFAULT_WINDOWS",
    "VIET_NAM",
    "CalendarDay",
    "ChipState",
    "DayKind",
    "Deadline",
    "DeadlineChip",
    "OutsideCalendar",
    "Pause",
    "Term",
    "Unit",
    "Window",
    "WorkingCalendar",
    "WorkingSpan",
    "add",
    "chip",
    "deadline",
    "deadline_from_json",
    "deadline_to_json",
    "explain",
    "remaining",
    "working_minutes_between",
]
