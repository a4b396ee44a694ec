from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction

from emoit.dossiers import amendments, documents
from emoit.dossiers.case import Case, opened
from emoit.dossiers.events import DossierDecided, ResultReturned
from emoit.dossiers.models import Decision
from emoit.dossiers.types import Outcome, Verb
from emoit.files import actions as files
from emoit.files import queries as file_queries
from emoit.kernel import audit
from emoit.kernel.access import Actor, Forbidden
from emoit.procedures.types import ResultSpec
from emoit.results import actions as results
from emoit.results.types import ResultInfo

STEP = "issue"


@transaction.atomic
def issue_signed(*, by: Actor, now: datetime, dossier_id: int, request_id: int, file_id: int) -> None:
    """The signed document has come: register the result, decide the dossier and deliver online.

    Called when signing reports; a report of another request than the decision's is not this dossier's result.
    """
    if not by.is_process:
        raise Forbidden("Chỉ hệ thống được ban hành kết quả đã ký.")
    with opened(by=by, now=now, dossier_id=dossier_id, verb=Verb.DECIDE) as case:
        decision = Decision.objects.select_for_update().filter(dossier=case.row, sign_request_id=request_id).first()
        if decision is None:
            return
        outcome = Outcome(decision.outcome)
        spec = case.procedure.result if outcome is Outcome.GRANTED else case.procedure.refusal
        result = _register(case, decision, spec, file_id)
        if outcome is Outcome.GRANTED:
            amendments.settle(case, result)
        files.grant(by=by, now=now, file_id=file_id, readers=case.readers())
        decision.file_id = file_id
        decision.save(update_fields=["file_id"])
        case.row.outcome = outcome
        case.row.decided_at = now
        case.row.result_id = result.id
        case.move(
            Verb.DECIDE,
            f"Đã ban hành {spec.title.lower()} số {decision.number}.",
            details={"outcome": outcome, "result": result.id, "number": decision.number},
        )
        case.complete_step(STEP, "issued")
        case.publish(DossierDecided, outcome=outcome.value, result_id=result.id)
        _deliver(case)


def _register(case: Case, decision: Decision, spec: ResultSpec, file_id: int) -> ResultInfo:
    stored = file_queries.get_for(case.by, file_id)
    party = json.loads(case.row.party)
    signatory = documents.signatory(case, decision.signed_by_id)
    return results.issue(
        by=case.by,
        now=case.now,
        agency_id=case.row.agency_id,
        unit_id=case.row.handling_unit_id or 0,
        issuer_name=documents.issuer(case)["issuer"],
        kind=spec.kind,
        code=spec.code,
        title=spec.title,
        number=decision.number,
        holder_name=party["name"],
        holder_key=case.row.holder_key,
        holder_readers=frozenset(case.readers()),
        procedure=case.row.procedure_code,
        subject_code=case.row.code or "",
        file_id=file_id,
        digest=stored.digest,
        signed_by=signatory["name"],
        signed_title=signatory["position"],
        signed_at=case.now,
        valid_from=amendments.valid_from(case, Outcome(decision.outcome)),
        valid_to=decision.valid_to,
        token=decision.verify_token,
    )


def _deliver(case: Case) -> None:
    """Filed online, answered online: the result lies in the applicant's account from this moment."""
    case.row.returned_at = case.now
    case.move(Verb.RETURN_RESULT, "Kết quả đã được trả trực tuyến.")
    case.publish(ResultReturned)


@transaction.atomic
def signing_failed(*, by: Actor, now: datetime, dossier_id: int, request_id: int, reason: str) -> None:
    """Signing has given up for now: leave a row for the trail; the signer sees the reason and may try again."""
    if not by.is_process:
        raise Forbidden("Chỉ hệ thống được báo ký không thành công.")
    audit.record(
        by=by,
        now=now,
        verb="dossiers.signing_failed",
        subject_kind="dossier",
        subject_id=dossier_id,
        details={"request": request_id, "reason": reason},
    )
