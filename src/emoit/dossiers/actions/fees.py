from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emoit.dossiers.case import opened
from emoit.dossiers.types import Status, Verb
from emoit.kernel.access import Actor, Forbidden
from emoit.payments import queries as payments


@transaction.atomic
def fee_paid(*, by: Actor, now: datetime, dossier_id: int) -> None:
    """Every fee of the dossier has come in: the clock runs, examination may begin.

    A report that comes after the dossier has gone on or ended otherwise changes nothing.
    """
    if not by.is_process:
        raise Forbidden("Chỉ hệ thống được ghi nhận hồ sơ đã nộp đủ phí.")
    with opened(by=by, now=now, dossier_id=dossier_id) as case:
        if case.status is not Status.AWAITING_FEE:
            return
        due = [o for o in payments.of_subject(by, "dossier", dossier_id) if o.paid_at is None and not o.voided]
        if due:
            return
        case.move(Verb.PAY_FEE, "Đã nộp đủ phí, lệ phí, thời hạn giải quyết bắt đầu chạy.")
        case.compute_deadline()
        case.complete_step("pay", "paid")
        case.save_clock()
