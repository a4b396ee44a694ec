"""Fees asked for and received. Paying online comes with the payment gateways; here a cashier receives."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from emoit.kernel import audit, numbering, outbox
from emoit.kernel.access import Actor, Forbidden, NotFound, Refusal
from emoit.lib.saying import say
from emoit.lib.working_time import VIET_NAM
from emoit.payments.events import FeePaid
from emoit.payments.models import FeeObligation
from emoit.payments.types import Method

CASHIER = "cashier"


@transaction.atomic
def require_fee(
    *,
    by: Actor,
    now: datetime,
    subject_kind: str,
    subject_id: int,
    unit_id: int,
    name: str,
    amount_vnd: int,
    readers: Iterable[str],
    procedure: str = "",
) -> int:
    """Ask for a fee. `amount_vnd` is positive: a free service has no obligation. `readers` are the subject's,
    `procedure` is its key in the catalogue, for delegations that count for some procedures only."""
    row = FeeObligation.objects.create(
        agency_id=by.agency_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        unit_id=unit_id,
        name=name,
        amount_vnd=amount_vnd,
        required_at=now,
        readers=sorted(readers),
        procedure=procedure,
    )
    return row.pk


@transaction.atomic
def record_payment(*, by: Actor, now: datetime, obligation_id: int, amount_vnd: int, method: Method) -> str:
    """A cashier has received the whole amount. Returns the receipt's number; a second time is refused."""
    row = FeeObligation.objects.select_for_update().filter(agency_id=by.agency_id, pk=obligation_id).first()
    if row is None:
        raise NotFound("Không có khoản phí này.")
    holding = by.holding(row.unit_id, CASHIER, procedure=row.procedure)
    if holding is None:
        raise Forbidden("Chỉ thủ quỹ của bộ phận thu được ghi nhận khoản thu.")
    if row.paid_at is not None:
        raise Refusal(say("Khoản phí này đã nộp, biên lai số {receipt}.", receipt=row.receipt), code="already_paid")
    if row.voided_at is not None:
        raise Refusal("Khoản phí này đã hủy.", code="voided")
    if amount_vnd != row.amount_vnd:
        raise Refusal("Số tiền nhận không khớp với số phải nộp.", code="wrong_amount")
    year = now.astimezone(VIET_NAM).year
    number = numbering.allocate(
        agency_id=by.agency_id,
        series=f"receipt:{year}",
        subject_kind="fee",
        subject_id=row.pk,
        now=now,
    )
    row.receipt = f"BL{year}-{number:06d}"
    row.paid_at, row.method, row.recorded_by_id = now, method.value, by.account_id
    row.save(update_fields=["receipt", "paid_at", "method", "recorded_by_id"])
    audit.record(
        by=by,
        now=now,
        verb="payments.record",
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        holding=holding,
        details={"obligation": row.pk, "amount_vnd": row.amount_vnd, "receipt": row.receipt, "method": method.value},
    )
    outbox.publish(
        FeePaid(
            agency_id=by.agency_id,
            obligation_id=row.pk,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
        ),
        now=now,
    )
    return row.receipt


@transaction.atomic
def void_unpaid(*, by: Actor, now: datetime, subject_kind: str, subject_id: int) -> int:
    """Drop what is still due on a subject that has ended. Returns how many."""
    return FeeObligation.objects.filter(
        agency_id=by.agency_id, subject_kind=subject_kind, subject_id=subject_id, paid_at=None, voided_at=None
    ).update(voided_at=now)
