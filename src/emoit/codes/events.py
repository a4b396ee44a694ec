from __future__ import annotations

from dataclasses import dataclass

from emoit.kernel.outbox import BaseEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPublished(BaseEvent):
    """A new version of the agency's working calendar is in force: open deadlines may have moved."""

    version_id: int
    version: int
    first_year: int
    last_year: int
