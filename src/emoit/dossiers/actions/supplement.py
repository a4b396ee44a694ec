from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from emoit.dossiers import answers as answer_store
from emoit.dossiers.actions.drafts import require_applicant
from emoit.dossiers.case import Case, opened
from emoit.dossiers.events import DossierSupplied
from emoit.dossiers.models import Paper, SupplementRequest
from emoit.dossiers.types import Verb
from emoit.forms import queries as forms
from emoit.kernel.access import Actor, Refusal
from emoit.lib.saying import Both, say, vi
from emoit.lib.working_time import VIET_NAM


@transaction.atomic
def supply(
    *,
    by: Actor,
    now: datetime,
    dossier_id: int,
    answers: dict[str, Any] | None = None,
    note: str = "",
    version: int | None = None,
) -> None:
    """Answer the request for a supplement: every paper asked for is there, every field asked for is right.

    `answers` are corrected answers to the whole form (typed), or None where no field was asked for. The clock runs
    on from now with the time that remained. Stale if the dossier has changed since `version`.
    """
    with opened(by=by, now=now, dossier_id=dossier_id, verb=Verb.SUPPLY, version=version) as case:
        require_applicant(case)
        request = SupplementRequest.objects.select_for_update().get(dossier=case.row)
        targets = {d["target"] for d in request.defects}
        papers = {p.code for p in case.procedure.papers}
        _papers_or_refuse(case, targets & papers)
        if targets - papers:
            _correct_answers(case, answers, targets - papers)
        for code in targets & papers:
            Paper.objects.filter(dossier=case.row, paper_code=code, round=0).update(superseded=True)
        request.answered_at = now
        request.save(update_fields=["answered_at"])
        case.move(Verb.SUPPLY, note.strip() or "Đã bổ sung hồ sơ, thời hạn giải quyết chạy tiếp.")
        case.compute_deadline()
        case.complete_step("supplement", "supplied", note=note.strip())
        case.save_clock()
        case.publish(DossierSupplied)


def _papers_or_refuse(case: Case, codes: set[str]) -> None:
    supplied = set(Paper.objects.filter(dossier=case.row, round=1).values_list("paper_code", flat=True))
    names = {p.code: Both(p.name, p.name_en) for p in case.procedure.papers}
    missing = {
        f"paper:{code}": say("Chưa nộp bổ sung: {paper}.", paper=names[code]) for code in sorted(codes - supplied)
    }
    if missing:
        raise Refusal("Chưa bổ sung đủ giấy tờ được yêu cầu.", code="incomplete", fields=missing)


def _correct_answers(case: Case, answers: dict[str, Any] | None, pointers: set[str]) -> None:
    """Take over only the fields that were asked for; the rest of the declaration stays as it was submitted."""
    if answers is None:
        missing = dict.fromkeys(sorted(pointers), vi("Chưa trả lời nội dung được yêu cầu bổ sung"))
        raise Refusal("Chưa bổ sung đủ nội dung được yêu cầu.", code="incomplete", fields=missing)
    before = answer_store.unseal(case.row.answers)
    corrected = answer_store.take_over(before, answers, pointers)
    # Right on the day it was handed in is right: a supplement must not make a declaration late.
    handed_in = (case.row.submitted_at or case.now).astimezone(VIET_NAM).date()
    faults = forms.validate(case.procedure.form, corrected, today=handed_in)
    if faults:
        raise Refusal("Nội dung bổ sung chưa đúng.", code="incomplete", fields=faults)
    case.row.answers = answer_store.seal(corrected, forms.personal_pointers(case.procedure.form))
