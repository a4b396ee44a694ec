"""What others may react to. No token and no personal data: event rows are seen by the whole agency."""

from __future__ import annotations

from dataclasses import dataclass

from emoit.kernel.outbox import BaseEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultIssued(BaseEvent):
    result_id: int
    register_code: str
    kind: str
    subject_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRevoked(BaseEvent):
    result_id: int
    register_code: str
    subject_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultReplaced(BaseEvent):
    result_id: int
    register_code: str
    subject_code: str
    replaced_by_id: int
