"""What others may hold of a signature. Moments are aware; lengths are millimetres from a page's top left corner."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


class SignState(enum.StrEnum):
    PENDING = "pending"  # waits for the signing job, also between its tries
    SIGNED = "signed"
    FAILED = "failed"  # the number stays; `retry` brings it back to pending
    CANCELLED = "cancelled"


class Appearance(enum.StrEnum):
    DRAWN = "drawn"  # signature and seal shown where they stand on paper (Decree 30/2020/NĐ-CP, Appendix I)
    INVISIBLE = "invisible"


@dataclass(frozen=True, slots=True)
class Box:
    """Where the leader's signature is drawn. `page` counts from 1; -1 is the last page."""

    page: int = -1
    x: float = 110.0
    y: float = 200.0
    w: float = 60.0
    h: float = 25.0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """One request for signature, as its signer may see it."""

    id: int
    state: SignState
    number: str
    subject_kind: str
    subject_id: str
    signer_account_id: int | None
    file_id: int
    signed_file_id: int | None
    signed_at: datetime | None
    attempts: int
    error: str


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """What the verifier found about one signature; `words` is a sentence in Vietnamese."""

    signer: str
    organization: str
    signed_at: str
    genuine: bool
    words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`genuine`: every signature valid and trusted, the whole document covered, nothing changed since."""

    genuine: bool
    readable: bool
    summary: str
    signatures: tuple[SignatureFacts, ...]
