from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from emoit.dossiers import amendments, rules
from emoit.dossiers.actions.assignment import begin_examination
from emoit.dossiers.case import Case, opened
from emoit.dossiers.events import SupplementRequested
from emoit.dossiers.models import Decision, SupplementRequest
from emoit.dossiers.types import Defect, Outcome, Status, Verb
from emoit.forms import queries as forms
from emoit.kernel.access import Actor, Refusal
from emoit.lib.saying import vi
from emoit.work import actions as work


def take_examination(case: Case, item_id: int, version: int, verb: Verb, *kinds: str) -> str:
    """Take a step of the specialist for `verb`; returns the step's id. Examination begins with the first of them."""
    if case.status is not Status.RECEIVED:  # from there examination begins by itself
        case.require(verb)
    step = case.take(item_id, version, *kinds).step
    begin_examination(case)
    return step


@transaction.atomic
def request_supplement(
    *,
    by: Actor,
    now: datetime,
    dossier_id: int,
    item_id: int,
    version: int,
    defects: Sequence[Defect],
    note: str = "",
) -> None:
    """Ask the applicant, once, for everything that is missing or wrong, a reason for each. The clock stands.

    Decree 61/2018/NĐ-CP, Article 17: all defects in one request.
    """
    with opened(by=by, now=now, dossier_id=dossier_id) as case:
        step = take_examination(case, item_id, version, Verb.REQUEST_SUPPLEMENT, "examine", "plan")
        _check_defects(case, defects)
        if SupplementRequest.objects.filter(dossier=case.row).count() >= rules.MAX_SUPPLEMENT_REQUESTS:
            raise Refusal(
                "Đã yêu cầu bổ sung một lần. Pháp luật chỉ cho phép yêu cầu một lần với toàn bộ nội dung thiếu.",
                code="asked_already",
            )
        SupplementRequest.objects.create(
            agency_id=by.agency_id,
            dossier=case.row,
            note=note.strip(),
            defects=[{"target": d.target, "reason": d.reason.strip()} for d in defects],
            requested_at=now,
        )
        work.close(by=by, now=now, item_id=item_id, outcome="supplement", holding=case.holding)
        case.move(
            Verb.REQUEST_SUPPLEMENT,
            "Cơ quan yêu cầu bổ sung hồ sơ, thời hạn giải quyết tạm dừng.",
            details={"defects": [{"target": d.target, "reason": d.reason.strip()} for d in defects]},
        )
        case.compute_deadline()
        case.complete_step(step, "supplement")
        case.save_clock()
        case.publish(SupplementRequested)


def _check_defects(case: Case, defects: Sequence[Defect]) -> None:
    if not defects:
        raise Refusal("Chọn ít nhất một nội dung cần bổ sung.", code="no_defects")
    known = {p.code for p in case.procedure.papers} | set(forms.labels(case.procedure.form))
    faults = {}
    for defect in defects:
        if defect.target not in known:
            faults[defect.target] = vi("Thủ tục không có nội dung này")
        elif not defect.reason.strip():
            faults[defect.target] = vi("Nêu lý do cần bổ sung")
    if faults:
        raise Refusal("Mỗi nội dung cần bổ sung phải có lý do.", code="bad_defects", fields=faults)


@transaction.atomic
def propose(
    *,
    by: Actor,
    now: datetime,
    dossier_id: int,
    item_id: int,
    version: int,
    outcome: Outcome,
    content: str = "",
    note: str = "",
) -> None:
    """Put a decision before the head of the unit. A refusal needs its reasons, which the letter will state."""
    if outcome is Outcome.NONE:
        raise Refusal("Chọn hướng giải quyết.", code="outcome_missing", fields={"outcome": "Chọn hướng giải quyết"})
    if outcome is Outcome.REFUSED and not content.strip():
        raise Refusal(
            "Nêu lý do từ chối và căn cứ.",
            code="reason_missing",
            fields={"content": "Nêu lý do từ chối và căn cứ"},
        )
    with opened(by=by, now=now, dossier_id=dossier_id) as case:
        step = take_examination(case, item_id, version, Verb.PROPOSE, "examine")
        amendments.require_for(case, outcome)
        Decision.objects.update_or_create(
            dossier=case.row,
            defaults={
                "agency_id": by.agency_id,
                "outcome": outcome,
                "content": content.strip(),
                "note": note.strip(),
                "proposed_by_id": by.account_id,
                "approved_by_id": None,
            },
        )
        work.close(by=by, now=now, item_id=item_id, outcome="propose", holding=case.holding)
        case.move(
            Verb.PROPOSE,
            f"Chuyên viên trình: {outcome.label.lower()}.",
            public=False,
            details={"outcome": outcome},
        )
        case.complete_step(step, "propose", note=note.strip())
