"""Reading the trail, under the row security of whoever acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emoit.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the trail. `at` is aware UTC; `details` hold ids and primitives."""

    id: int
    at: datetime
    account_id: int | None
    on_behalf_of_id: int | None
    actor_name: str
    verb: str
    subject_kind: str
    subject_id: str
    details: dict[str, Any]


def entries(
    actor: Actor,
    *,
    subject_kind: str = "",
    subject_id: str = "",
    account_id: int | None = None,
    verbs: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    before: int = 0,
    limit: int = 50,
) -> list[Entry]:
    """Rows of the actor's agency, the newest first. `account_id`: who did it, in person or on whose behalf it was done.

    `since` belongs to the time asked for, `until` does not. `before` is the id of the last row of the page before.
    """
    from django.db.models import Q

    from emoit.kernel.models import AuditEntry

    rows = AuditEntry.objects.filter(agency_id=actor.agency_id)
    asked = {
        "subject_kind": subject_kind,
        "subject_id": subject_id,
        "at__gte": since,
        "at__lt": until,
        "id__lt": before,
        "verb__in": list(verbs),
    }
    rows = rows.filter(**{name: value for name, value in asked.items() if value})
    if account_id is not None:
        rows = rows.filter(Q(account_id=account_id) | Q(on_behalf_of_id=account_id))
    return [
        Entry(
            id=row.pk,
            at=row.at,
            account_id=row.account_id,
            on_behalf_of_id=row.on_behalf_of_id,
            actor_name=row.actor_name,
            verb=row.verb,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            details=row.details,
        )
        for row in rows.order_by("-id")[:limit]
    ]
