from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emoit.dossiers.case import Case, opened
from emoit.dossiers.computing import fee_of
from emoit.dossiers.events import DossierReceived, IntakeRefused
from emoit.dossiers.types import Verb
from emoit.kernel.access import Actor, Refusal
from emoit.payments import actions as payments
from emoit.work import actions as work

KIND = "intake"


@transaction.atomic
def receive(*, by: Actor, now: datetime, dossier_id: int, item_id: int, version: int) -> None:
    """Take a complete dossier in: the clock runs from now, or stands until the fee is paid. `version` is the item's."""
    with opened(by=by, now=now, dossier_id=dossier_id, verb=Verb.RECEIVE) as case:
        step = case.take(item_id, version, KIND).step
        case.row.received_at = now
        fee = fee_of(case)
        work.close(by=by, now=now, item_id=item_id, outcome="receive", holding=case.holding)
        case.move(Verb.RECEIVE, "Bộ phận Một cửa đã tiếp nhận hồ sơ.")
        if fee:
            _ask_for_fee(case, fee)
        case.compute_deadline()
        case.save_clock()
        case.complete_step(step, "fee" if fee else "receive")
        case.publish(DossierReceived)


def _ask_for_fee(case: Case, fee: int) -> None:
    if case.row.receiving_unit_id is None:
        raise Refusal("Chưa rõ đơn vị thu phí.", code="no_unit")
    payments.require_fee(
        by=case.by,
        now=case.now,
        subject_kind="dossier",
        subject_id=case.row.pk,
        unit_id=case.row.receiving_unit_id,
        name=f"Phí, lệ phí: {case.row.procedure_name}"[:300],
        amount_vnd=fee,
        readers=case.readers(),
        procedure=case.row.procedure_code,
    )
    case.move(Verb.REQUIRE_FEE, "Chờ nộp phí, lệ phí.", details={"amount_vnd": fee})


@transaction.atomic
def refuse_intake(*, by: Actor, now: datetime, dossier_id: int, item_id: int, version: int, reason: str) -> None:
    """Refuse to take the dossier in (national status 3), with the reason that slip 03 prints."""
    reason = reason.strip()
    if not reason:
        raise Refusal(
            "Nêu lý do không tiếp nhận.", code="reason_missing", fields={"reason": "Nêu lý do không tiếp nhận"}
        )
    with opened(by=by, now=now, dossier_id=dossier_id, verb=Verb.REFUSE_INTAKE) as case:
        step = case.take(item_id, version, KIND).step
        work.close(by=by, now=now, item_id=item_id, outcome="refuse", holding=case.holding)
        case.complete_step(step, "refuse")
        case.move(Verb.REFUSE_INTAKE, f"Không tiếp nhận hồ sơ: {reason}", details={"reason": reason})
        case.publish(IntakeRefused)
