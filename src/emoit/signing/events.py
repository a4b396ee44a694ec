"""What signing tells. Moments are ISO 8601 with offset."""

from __future__ import annotations

from dataclasses import dataclass

from emoit.kernel.outbox import BaseEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSigned(BaseEvent):
    """`file_id` is the signed file, `digest` its SHA-256 in hexadecimal. No signer: sealed by the agency alone."""

    request_id: int
    subject_kind: str
    subject_id: str
    kind: str
    number: str
    file_id: int
    digest: str
    signer_account_id: int | None
    signed_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningFailed(BaseEvent):
    """The request rests as failed with its number; `reason` is a sentence in Vietnamese."""

    request_id: int
    subject_kind: str
    subject_id: str
    kind: str
    number: str
    signer_account_id: int | None
    reason: str
