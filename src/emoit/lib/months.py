"""A month written as `2026-05`."""

from __future__ import annotations

import re
from datetime import date, timedelta

_WRITTEN = re.compile(r"(20\d\d|21\d\d)-(0[1-9]|1[0-2])")


def month_of(text: str, today: date) -> tuple[date, date] | None:
    """First and last day of that month, of the present one where nothing is written; None for anything else."""
    found = _WRITTEN.fullmatch(text)
    if text and found is None:
        return None
    first = date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
