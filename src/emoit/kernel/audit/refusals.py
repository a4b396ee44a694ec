from __future__ import annotations

from datetime import datetime, timedelta

from emoit.kernel.access import Actor, acting_as, process
from emoit.kernel.audit.record import record

VERB = "access.refused"
SUBJECT = "account"
WINDOW = timedelta(minutes=1)
MOST = 20  # rows an account can cause in a window: a flood of refusals must not become a flood of rows


def record_refusal(*, by: Actor, now: datetime, screen: str, status: int, ids: dict[str, int]) -> bool:
    """Leave a row that the signed-in actor was refused `screen`; `ids` are the numbers of its address, nothing typed.

    In a transaction of its own, after the refused one. False where the account has caused enough rows of late.
    """
    from emoit.kernel.models import AuditEntry

    with acting_as(process("access", by.agency_id)) as hand:
        subject = str(by.account_id)
        rows = AuditEntry.objects.filter(agency_id=hand.agency_id, subject_kind=SUBJECT, subject_id=subject)
        latest = rows.order_by("-id").values_list("verb", "at")[:MOST]
        if sum(verb == VERB and at > now - WINDOW for verb, at in latest) >= MOST:
            return False
        record(
            by=by,
            now=now,
            verb=VERB,
            subject_kind=SUBJECT,
            subject_id=subject,
            details={"screen": screen, "status": status, **ids},
        )
    return True
