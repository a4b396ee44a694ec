"""What other modules may hold of the work to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One open piece of work, as it stands in an inbox. Due moments are aware; None: no limit.

    `procedure` is the key of the procedure that it belongs to, empty where it belongs to none.
    """

    id: int
    version: int
    subject_kind: str
    subject_id: int
    subject_code: str
    subject_title: str
    subject_from: str
    step: str
    step_name: str
    unit_id: int
    role: str
    assignee_id: int | None
    opened_at: datetime
    due_at: datetime | None
    paused: bool
    note: str
    procedure: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """One finished piece of work: who had it, from when to when, with what outcome."""

    step: str
    step_name: str
    unit_id: int
    account_id: int | None
    on_behalf_of_id: int | None
    opened_at: datetime
    claimed_at: datetime | None
    closed_at: datetime
    due_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits for one actor: in their own hands, unclaimed in their units, overdue among both."""

    mine: int
    unclaimed: int
    overdue: int
    to_sign: int


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many open items wait for one step."""

    step: str
    step_name: str
    waiting: int
