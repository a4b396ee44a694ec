from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import connection

from emoit.kernel.access import Actor, Holding

# By hand: every act leaves one.
_RECORD = """
    insert into kernel_audit_entry
        (agency_id, at, account_id, on_behalf_of_id, actor_name, verb, subject_kind, subject_id, details)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


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
    told = {**(details or {}), "via": by.via} if by.via else details or {}
    principal = holding.principal_id if holding else None
    row = (by.agency_id, now, by.account_id, principal, by.name, verb, subject_kind, str(subject_id), json.dumps(told))
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, row)
