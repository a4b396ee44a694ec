"""Lines of lists of procedures, versions of one, its open draft, and what loading and publishing came to."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from emoit.procedures.types.procedure import Amends, Change, Level, Notice


@dataclass(frozen=True, slots=True)
class ProcedureCard:
    """One line of the catalogue."""

    code: str
    version_id: int
    name: str
    name_en: str
    field_name: str
    field_name_en: str
    applicants: tuple[str, ...]
    term_text: str
    fee_text: str
    automatic: bool
    level: Level = Level.CENTRAL
    change: Change | None = None
    field_code: str = ""


@dataclass(frozen=True, slots=True)
class AmendingCard:
    """A procedure in force that opens from an earlier result."""

    code: str
    name: str
    name_en: str
    applicants: tuple[str, ...]
    amends: Amends


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing a document came to: `changed` is False when that very document was already published."""

    version_id: int
    code: str
    version: int
    changed: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one file or row: published, unchanged, in full elsewhere, or refused (with the reasons).

    `on_defaults`: it is usable, but something of it stands in a hole of the source.
    """

    path: str
    code: str
    outcome: str
    reasons: tuple[str, ...] = ()
    on_defaults: bool = False


class Standing(enum.StrEnum):
    """How a published version stands on a day."""

    IN_FORCE = "in_force"
    FUTURE = "future"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """One procedure as administrators list it. `to_confirm` counts defaults and unverified facts."""

    code: str
    name: str
    field_code: str
    field_name: str
    level: str
    version: int
    effective_from: date
    standing: Standing
    to_confirm: int
    has_draft: bool
    withdrawn_from: date | None


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """One published version in a procedure's history."""

    id: int
    number: int
    effective_from: date
    standing: Standing
    notice: Notice | None
    published_at: datetime
    published_by: str
    reason: str
    restores: int | None


@dataclass(frozen=True, slots=True)
class DraftInfo:
    """The open draft. `lock` goes up with every save; `base` is the number of the version that it began from."""

    id: int
    code: str
    base_id: int | None
    base: int | None
    document: dict[str, Any]
    author: str
    created_at: datetime
    saved_at: datetime
    saved_by: str
    lock: int
