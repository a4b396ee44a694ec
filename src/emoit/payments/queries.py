from __future__ import annotations

from emoit.kernel.access import Actor
from emoit.payments.models import FeeObligation
from emoit.payments.types import Obligation


def of_subject(actor: Actor, subject_kind: str, subject_id: int) -> list[Obligation]:
    """The fees of one subject. The caller has passed the subject's own door."""
    rows = FeeObligation.objects.filter(agency_id=actor.agency_id, subject_kind=subject_kind, subject_id=subject_id)
    return [as_obligation(row) for row in rows.order_by("id")]


def as_obligation(row: FeeObligation) -> Obligation:
    return Obligation(
        id=row.pk,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        name=row.name,
        amount_vnd=row.amount_vnd,
        paid_at=row.paid_at,
        receipt=row.receipt,
        voided=row.voided_at is not None,
    )
