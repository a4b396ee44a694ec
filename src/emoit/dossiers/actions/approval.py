from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emoit.dossiers import amendments
from emoit.dossiers.case import opened
from emoit.dossiers.models import Decision
from emoit.dossiers.types import Outcome, Verb
from emoit.kernel.access import Actor, Refusal
from emoit.work import actions as work
from emoit.workflow.types import kind_of


@transaction.atomic
def approve(*, by: Actor, now: datetime, dossier_id: int, item_id: int, version: int, note: str = "") -> None:
    """The head of the unit agrees with the proposal: it goes to the one who signs."""
    with opened(by=by, now=now, dossier_id=dossier_id, verb=Verb.APPROVE) as case:
        step = case.take(item_id, version, "approve").step
        decision = Decision.objects.get(dossier=case.row)
        amendments.require_for(case, Outcome(decision.outcome))
        decision.approved_by_id = by.account_id
        decision.save(update_fields=["approved_by_id"])
        work.close(by=by, now=now, item_id=item_id, outcome="approve", holding=case.holding)
        case.move(Verb.APPROVE, "Lãnh đạo đơn vị đã duyệt đề xuất.", public=False)
        case.complete_step(step, "approve", note=note.strip())


@transaction.atomic
def return_for_rework(*, by: Actor, now: datetime, dossier_id: int, item_id: int, version: int, reason: str) -> None:
    """Send the proposal back one step, with a reason: the head to the specialist, the leader to the head."""
    reason = reason.strip()
    if not reason:
        raise Refusal("Nêu lý do trả lại.", code="reason_missing", fields={"reason": "Nêu lý do trả lại"})
    with opened(by=by, now=now, dossier_id=dossier_id, verb=Verb.RETURN_FOR_REWORK) as case:
        if kind_of(case.require_item(item_id).step) not in {"approve", "sign"}:
            raise Refusal("Bước này không trả lại được.", code="wrong_step")
        step = case.take(item_id, version, "approve", "sign").step
        work.close(by=by, now=now, item_id=item_id, outcome="return", holding=case.holding)
        case.move(Verb.RETURN_FOR_REWORK, f"Trả lại: {reason}", public=False, details={"reason": reason, "step": step})
        case.complete_step(step, "return", note=reason)
