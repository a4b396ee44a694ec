from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Status
from emoit.kernel.access import Refusal
from emoit.portal import steps
from emoit.portal.http import actor_of, signed_in
from emoit.portal.uploads import take_uploads
from emoit.procedures import queries as procedures


@signed_in
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """The papers of a draft: hand in, look at, take back; "go on" only when nothing required is missing."""
    actor = actor_of(request)
    dossier = queries.get_for(actor, dossier_id)
    if dossier.status is not Status.DRAFT:
        return redirect("portal:dossier", dossier_id=dossier_id)
    procedure = procedures.version(dossier.procedure_version_id)
    where = steps.of(dossier, procedure, "papers")
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = take_uploads(request, dossier_id)
        if not errors and "luu" in request.POST:
            return redirect("portal:dossiers")
        if not errors and "tiep" in request.POST:
            handed_in = {p.paper_code for p in queries.papers_of(actor, dossier_id)}
            errors = {
                p.code: f"Thiếu giấy tờ: {p.name}." for p in procedure.papers if p.required and p.code not in handed_in
            }
            if not errors:
                return redirect(where.after)
        if not errors:
            return redirect(request.path)
    papers = queries.papers_of(actor, dossier_id)
    return render(
        request,
        "portal/papers.html",
        {
            "dossier": dossier,
            "procedure": procedure,
            "lines": [
                (p, [f for f in papers if f.paper_code == p.code], errors.get(p.code, "")) for p in procedure.papers
            ],
            "errors": errors,
            "problems": [(f"paper-{code}", text) for code, text in errors.items()],
            "steps": where,
        },
        status=422 if errors else 200,
    )


@require_POST
@signed_in
def remove(request: HttpRequest, dossier_id: int, paper_id: int) -> HttpResponse:
    actor = actor_of(request)
    try:
        actions.remove_paper(by=actor, now=timezone.now(), dossier_id=dossier_id, paper_id=paper_id)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Đã bỏ tệp.")
    in_supplement = queries.get_for(actor, dossier_id).status is Status.AWAITING_SUPPLEMENT
    return redirect("portal:supplement" if in_supplement else "portal:papers", dossier_id=dossier_id)
