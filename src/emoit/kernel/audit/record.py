from __future__ import annotations

from datetime import datetime
from typing import Any

from emoit.kernel.access import Actor, Holding


def record(
    *,
    by: Actor,
    now: datetime,
    verb: str,
    subject_kind: str,
    subject_id: int | str,
    holding: Holding | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Leave one audit row in the caller's transaction. `details` holds ids and primitives, no personal data.

    `holding` is the role that was used; where it came by delegation the row says on whose behalf. An
    API key that spoke for the actor stands in the details as `via`.
    """
    from emoit.kernel.models import AuditEntry

    AuditEntry.objects.create(
        agency_id=by.agency_id,
        at=now,
        account_id=by.account_id,
        on_behalf_of_id=holding.principal_id if holding else None,
        actor_name=by.name,
        verb=verb,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        details={**(details or {}), "via": by.via} if by.via else details or {},
    )
