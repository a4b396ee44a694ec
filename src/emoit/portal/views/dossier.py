from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Status, Verb
from emoit.forms import queries as forms
from emoit.lib import working_time
from emoit.portal.http import actor_of, signed_in
from emoit.portal.progress import entries
from emoit.procedures import queries as procedures
from emoit.results import queries as results

WITHDRAWABLE = {Status.SUBMITTED, Status.RECEIVED, Status.IN_PROGRESS, Status.AWAITING_SUPPLEMENT, Status.AWAITING_FEE}


@signed_in
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Everything the applicant may know of one dossier; a draft goes on where it was left."""
    actor = actor_of(request)
    dossier = queries.get_for(actor, dossier_id)
    procedure = procedures.version(dossier.procedure_version_id)
    if dossier.status is Status.DRAFT:
        return redirect("portal:declare", dossier_id=dossier_id, page=forms.pages(procedure.form)[0].key)
    result_id = queries.result_of(actor, dossier_id)
    timeline = queries.timeline_of(actor, dossier_id)
    return render(
        request,
        "portal/dossier.html",
        {
            "dossier": dossier,
            "procedure": procedure,
            "sections": forms.summary(procedure.form, dossier.answers),
            "papers": queries.papers_of(actor, dossier_id),
            "paper_names": {p.code: p.name for p in procedure.papers},
            "slips": queries.slips_of(actor, dossier_id),
            "entries": entries(timeline, dossier.status),
            "deadline": working_time.explain(dossier.deadline) if dossier.deadline else "",
            "result": results.get_for(actor, result_id, now=timezone.now()) if result_id else None,
            "next_actor": queries.next_actor(dossier.status),
            "may_withdraw": dossier.status in WITHDRAWABLE and not any(e.verb is Verb.SIGN for e in timeline),
            "supplement": queries.supplement_of(actor, dossier_id),
        },
    )


@require_POST
@signed_in
def discard(request: HttpRequest, dossier_id: int) -> HttpResponse:
    actions.discard_draft(by=actor_of(request), now=timezone.now(), dossier_id=dossier_id)
    messages.success(request, "Đã xóa bản nháp.")
    return redirect("portal:dossiers")
