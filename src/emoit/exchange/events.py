"""What others may react to."""

from __future__ import annotations

from dataclasses import dataclass

from emoit.kernel.outbox import BaseEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDelivered(BaseEvent):
    """The partner has signed for it. `subject_kind`, `subject_id`: what it was about, as its sender said."""

    message_id: str
    partner: str
    kind: str
    subject_kind: str
    subject_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFailed(BaseEvent):
    """No receipt came in time, or the partner refused it (AS4: EBMS:0301). An operator may try again."""

    message_id: str
    partner: str
    kind: str
    subject_kind: str
    subject_id: str
    code: str
