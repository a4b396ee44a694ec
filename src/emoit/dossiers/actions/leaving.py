from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emoit.dossiers.actions.drafts import require_applicant
from emoit.dossiers.case import KIND, opened
from emoit.dossiers.events import DossierStopped, DossierWithdrawn
from emoit.dossiers.models import Decision
from emoit.dossiers.types import Verb
from emoit.kernel.access import Actor, Forbidden, Refusal
from emoit.payments import actions as payments


@transaction.atomic
def withdraw(*, by: Actor, now: datetime, dossier_id: int, reason: str, version: int | None = None) -> None:
    """The applicant takes the dossier back (national status 7). Not once the decision is being signed.

    Stale if the dossier has changed since `version`.
    """
    reason = reason.strip()
    if not reason:
        raise Refusal("Nêu lý do rút hồ sơ.", code="reason_missing", fields={"reason": "Nêu lý do rút hồ sơ"})
    with opened(by=by, now=now, dossier_id=dossier_id, verb=Verb.WITHDRAW, version=version) as case:
        require_applicant(case)
        _not_being_signed(case.row.pk)
        case.abandon_work("withdraw")
        payments.void_unpaid(by=by, now=now, subject_kind=KIND, subject_id=dossier_id)
        case.row.due_at = None
        case.move(Verb.WITHDRAW, f"Người nộp rút hồ sơ: {reason}", details={"reason": reason})
        case.publish(DossierWithdrawn)


@transaction.atomic
def stop(*, by: Actor, now: datetime, dossier_id: int, reason: str) -> None:
    """The unit's head stops the processing (national status 8), with the reason that the notice prints."""
    reason = reason.strip()
    if not reason:
        raise Refusal(
            "Nêu lý do dừng giải quyết.", code="reason_missing", fields={"reason": "Nêu lý do dừng giải quyết"}
        )
    with opened(by=by, now=now, dossier_id=dossier_id, verb=Verb.STOP) as case:
        case.holding = by.holding(case.row.handling_unit_id or 0, "unit_head", procedure=case.row.procedure_code)
        if case.holding is None:
            raise Forbidden("Chỉ lãnh đạo đơn vị xử lý được dừng giải quyết hồ sơ.")
        _not_being_signed(case.row.pk)
        case.abandon_work("stop")
        payments.void_unpaid(by=by, now=now, subject_kind=KIND, subject_id=dossier_id)
        case.row.due_at = None
        case.move(Verb.STOP, f"Dừng giải quyết hồ sơ: {reason}", details={"reason": reason})
        case.publish(DossierStopped)


def _not_being_signed(dossier_id: int) -> None:
    if Decision.objects.filter(dossier_id=dossier_id, sign_request_id__isnull=False).exists():
        raise Refusal("Kết quả đang được ký số, không dừng hoặc rút hồ sơ được nữa.", code="being_signed")
