from __future__ import annotations

from dataclasses import dataclass

from emoit.kernel.outbox import BaseEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedurePublished(BaseEvent):
    """A new version of a procedure can be used from its effective date (ISO) on."""

    procedure_id: int
    version_id: int
    code: str
    effective_from: str
