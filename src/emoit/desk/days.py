"""Days as people type them and as addresses hold them."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from emoit.lib.working_time import VIET_NAM

_TYPED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")


def read_day(text: str) -> date | None:
    """ "01/05/2026" (also 1-5-2026) or "2026-05-01"; None for anything else."""
    typed = _TYPED.fullmatch(text.strip())
    try:
        if typed:
            day, month, year = (int(part) for part in typed.groups())
            return date(year, month, day)
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def read_moment(day: date | None, clock: str) -> datetime | None:
    """A day and "08:30" (also 8h30) in Viet Nam; None where either is none."""
    typed = re.fullmatch(r"(\d{1,2})(?:[:hg.](\d{2})?)?", clock.strip(), re.ASCII)
    if day is None or typed is None:
        return None
    hour, minute = int(typed[1]), int(typed[2] or 0)
    if hour > 23 or minute > 59:
        return None
    return datetime.combine(day, time(hour, minute), VIET_NAM)


def write_day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
