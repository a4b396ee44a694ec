"""Spans, terms and lists of days in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from emoit.lib.working_time.calendar import CalendarDay
from emoit.lib.working_time.terms import Term, Unit

Language = Literal["vi", "en"]

_SPAN = {"vi": ("ngày", "giờ", "phút"), "en": ("day", "hour", "minute")}
_UNITS: dict[Language, dict[Unit, str]] = {
    "vi": {
        Unit.WORKING_HOUR: "giờ làm việc",
        Unit.WORKING_DAY: "ngày làm việc",
        Unit.CALENDAR_DAY: "ngày",
        Unit.MONTH: "tháng",
    },
    "en": {
        Unit.WORKING_HOUR: "working hour",
        Unit.WORKING_DAY: "working day",
        Unit.CALENDAR_DAY: "day",
        Unit.MONTH: "month",
    },
}
_AND = {"vi": " và ", "en": " and "}
_TO = {"vi": " đến ", "en": " to "}
_RUN = 3  # so many days on end are written as from–to


def counted(number: int, noun: str, language: Language) -> str:
    plural = "s" if language == "en" and number != 1 else ""
    return f"{number} {noun}{plural}"


def span(days: int, hours: int, minutes: int, language: Language = "vi") -> str:
    """The two largest parts that count: "2 ngày 3 giờ", "3 giờ 5 phút", "20 phút"; empty for nothing."""
    parts = list(zip((days, hours, minutes), _SPAN[language], strict=True))
    if days:
        parts = parts[:2]
    return " ".join(counted(number, noun, language) for number, noun in parts if number)


def working_span(minutes: int, day_minutes: int, language: Language) -> str:
    """All of it: a pause must add up."""
    days, rest = divmod(minutes, day_minutes)
    parts = zip((days, *divmod(rest, 60)), _SPAN[language], strict=True)
    return " ".join(counted(number, noun, language) for number, noun in parts if number)


def term(value: Term, language: Language) -> str:
    return counted(value.value, _UNITS[language][value.unit], language)


def days_with_names(days: Sequence[CalendarDay], language: Language) -> str:
    """ "30/4 (Ngày Chiến thắng) và 1/5 (Quốc tế Lao động)"; three or more days on end as "16/2 đến 20/2 (…)"."""
    pieces: list[str] = []
    for run in _runs(days):
        if len(run) >= _RUN:
            to = _TO[language]
            pieces.append(
                f"{short(run[0].day)}{to}{short(run[-1].day)} ({_name(run[0], language)}{to}{_name(run[-1], language)})"
            )
        else:
            pieces += [f"{short(day.day)} ({_name(day, language)})" for day in run]
    return _AND[language].join([*([", ".join(pieces[:-1])] if pieces[1:] else []), *pieces[-1:]])


def short(day: date) -> str:
    return f"{day.day}/{day.month}"


def _name(day: CalendarDay, language: Language) -> str:
    return day.name_en if language == "en" and day.name_en else day.name


def _runs(days: Sequence[CalendarDay]) -> list[list[CalendarDay]]:
    runs: list[list[CalendarDay]] = []
    for day in days:
        if runs and day.day - runs[-1][-1].day == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs
