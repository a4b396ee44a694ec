"""Working calendars and legal limits, as others may hold them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol

from emoit.lib.working_time import Window


class OffDayKind(enum.StrEnum):
    """Why a day departs from the weekday rule (Labour Code 2019, Art. 111, 112)."""

    PUBLIC_HOLIDAY = "public_holiday"  # ngày lễ, Tết
    COMPENSATORY_DAY = "compensatory_day"  # ngày nghỉ bù
    SWAPPED_DAY_OFF = "swapped_day_off"  # ngày nghỉ hoán đổi
    SWAPPED_WORKING_DAY = "swapped_working_day"  # ngày làm bù

    @property
    def working(self) -> bool:
        return self is OffDayKind.SWAPPED_WORKING_DAY


class DayStatus(enum.StrEnum):
    """How sure the day is."""

    OFFICIAL = "official"  # read in an announcement
    LIBRARY = "library"  # computed from the law's rule
    ANNOUNCED = "announced"  # reported, the document itself not seen
    PROJECTED = "projected"  # computed for a year that is not announced yet
    UNVERIFIED = "unverified"  # policy only: counted only where the version says so


@dataclass(frozen=True, slots=True)
class DayEntry:
    """One exception in a calendar version. `swap_with`: the other day of a swap. `source`: the decision or document."""

    day: date
    kind: OffDayKind
    name: str
    status: DayStatus
    source: str
    name_en: str = ""
    swap_with: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CalendarVersionInfo:
    """A published version. `count_unverified`: whether days of status unverified are days off in it."""

    id: int
    agency_id: int
    version: int
    windows: tuple[Window, Window]
    weekdays: frozenset[int]
    first_year: int
    last_year: int
    count_unverified: bool
    note: str
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a calendar: a Vietnamese sentence and the days it concerns (none: the whole)."""

    message: str
    days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class CalendarEdit:
    """What an edit would do to the newest version: pairs in `changed` are (before, after)."""

    added: tuple[DayEntry, ...]
    changed: tuple[tuple[DayEntry, DayEntry], ...]
    removed: tuple[DayEntry, ...]
    problems: tuple[Problem, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of a file of days. `version` is None when nothing had to be published."""

    loaded: int
    unchanged: int
    refused: tuple[RefusedRow, ...]
    version: CalendarVersionInfo | None


@dataclass(frozen=True, slots=True)
class LegalLimits:
    """Limits of the one-stop mechanism in force on a day.

    `cut_off`: local time after which a receipt counts from the next working day. `apologies`: how often a new date may
    be given. `unconfirmed`: those of "cut_off", "apologies", "article" that were not read in the decree itself.
    """

    cut_off: time
    apologies: int
    decree: str
    article: str
    unconfirmed: frozenset[str]


class AgencyFinder(Protocol):
    """Answers which agency bears a code; bound in config, since agencies live above."""

    def __call__(self, code: str, /) -> int: ...
