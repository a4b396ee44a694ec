from __future__ import annotations

from dataclasses import dataclass

from emoit.kernel.outbox import BaseEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class FeePaid(BaseEvent):
    """Every đồng of an obligation has been received."""

    obligation_id: int
    subject_kind: str
    subject_id: int
