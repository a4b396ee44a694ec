"""A month that a screen is about: asked for as `2026-05`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from emoit.lib.months import month_of
from emoit.ui.types import Link

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Month:
    """Days in Viet Nam, both included."""

    first: date

    @property
    def last(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def asked(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def label(self) -> str:
        return f"{self.first:%m/%Y}"

    @property
    def before(self) -> Month:
        return Month((self.first - timedelta(days=1)).replace(day=1))


def asked_month(text: str | None, today: date) -> Month:
    """The month of that text; the current one where it is none."""
    found = month_of(text or "", today)
    return Month(found[0] if found else today.replace(day=1))


def months_until(today: date, chosen: Month) -> list[Link]:
    """The current month and those before it, six in all, as ways."""
    month, found = Month(today.replace(day=1)), []
    for _ in range(SHOWN):
        found.append(Link(month.label, f"?thang={month.asked}", current=month == chosen))
        month = month.before
    return found
