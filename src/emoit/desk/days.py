"""Days as people type them and as addresses hold them."""

from __future__ import annotations

import re
from datetime import date

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


def write_day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
