"""What others may hold of a result: its states, its facts, and what the public may know."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime

from emoit.lib.saying import vi


class State(enum.StrEnum):
    """`EXPIRED` is never stored: it follows from the last day of validity."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def tone(self) -> str:
        """The feeling of its tag."""
        return {State.VALID: "success", State.EXPIRED: "warning", State.REVOKED: "danger"}.get(self, "neutral")


_LABELS = {
    State.VALID: vi("Còn hiệu lực"),
    State.EXPIRED: vi("Hết hiệu lực"),
    State.REVOKED: vi("Đã thu hồi"),
    State.REPLACED: vi("Đã được thay thế"),
}


class EventKind(enum.StrEnum):
    ISSUED = "issued"
    REVOKED = "revoked"
    REPLACED = "replaced"
    CORRECTED = "corrected"
    LOADED = "loaded"


@dataclass(frozen=True, slots=True)
class ResultInfo:
    """One entry of the register. `state` is that of the day it was read; `digest` is SHA-256 in hex, "" without a file.

    `valid_to` is the last day of validity (None: without limit). `held_for` is the code of the dossier whose decision
    is being signed and will change this result, "" for none. `procedure`: the key of the procedure that issued it.
    """

    id: int
    register_code: str
    token: str
    kind: str
    kind_code: str
    title: str
    number: str
    holder_name: str
    unit_id: int
    issuer_name: str
    subject_code: str
    file_id: int | None
    digest: str
    signed_by: str
    signed_title: str
    signed_at: datetime | None
    issued_at: datetime
    valid_from: date | None
    valid_to: date | None
    state: State
    revoked_at: datetime | None
    revoke_reason: str
    replaced_by_id: int | None
    held_for: str = ""
    procedure: str = ""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """`changes` maps a corrected field to its values before and after."""

    kind: EventKind
    at: datetime
    by_name: str
    reason: str
    changes: dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row of a file that was not loaded: its line, what names it, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class LoadReport:
    loaded: int
    unchanged: int
    refused: tuple[RefusedRow, ...]


class Verdict(enum.StrEnum):
    GENUINE = "genuine"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class PublicFacts:
    """All that the public may know of a result; `digest` lets anyone compare a file with the register."""

    register_code: str
    title: str
    number: str
    holder_name: str
    issuer_name: str
    signed_by: str
    signed_title: str
    signed_at: datetime | None
    issued_at: datetime
    valid_from: date | None
    valid_to: date | None
    digest: str


@dataclass(frozen=True, slots=True)
class PublicVerdict:
    """The answer to one who holds a code or a file: a verdict, the words for it, and the facts if there are any.

    `successor_token` leads to the public page of the result that has replaced this one.
    """

    verdict: Verdict
    heading_vi: str
    sentence_vi: str
    heading_en: str
    sentence_en: str
    facts: PublicFacts | None
    successor_token: str = ""
    successor_number: str = ""

    @property
    def is_good(self) -> bool:
        """True only for a result that may be relied upon today."""
        return self.verdict is Verdict.GENUINE

    def words(self, language: str = "vi") -> tuple[str, str]:
        """Heading and sentence in the language ("vi", else English)."""
        return (self.heading_vi, self.sentence_vi) if language == "vi" else (self.heading_en, self.sentence_en)
