from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emoit.dossiers import actions, queries
from emoit.dossiers.types import DossierInfo, Status
from emoit.kernel.access import Refusal
from emoit.portal import lines, steps
from emoit.portal.http import actor_of, signed_in
from emoit.portal.uploads import take_uploads
from emoit.procedures import queries as procedures
from emoit.procedures.types import Procedure
from emoit.ui.language import said


@signed_in
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """The papers of a draft: hand in, look at, take back; "go on" only when nothing required is missing."""
    dossier = queries.get_for(actor_of(request), dossier_id)
    if dossier.status is not Status.DRAFT:
        return redirect("portal:dossier", dossier_id=dossier_id)
    procedure = procedures.version(dossier.procedure_version_id)
    if request.method != "POST":
        return _page(request, dossier, procedure, {})
    errors = take_uploads(request, dossier_id)
    if not errors and "tiep" in request.POST:
        errors = steps.missing(procedure, queries.papers_of(actor_of(request), dossier_id))
        if not errors:
            return redirect(steps.of(dossier, procedure, "papers").after)
    if errors:
        return _page(request, dossier, procedure, errors)
    return redirect("portal:dossiers") if "luu" in request.POST else redirect(request.path)


def _page(request: HttpRequest, dossier: DossierInfo, procedure: Procedure, errors: dict[str, str]) -> HttpResponse:
    papers = queries.papers_of(actor_of(request), dossier.id)
    return render(
        request,
        "portal/papers.html",
        {
            "dossier": dossier,
            "procedure": procedure,
            "lines": lines.of(procedure.papers, papers, errors=errors),
            "errors": errors,
            "problems": lines.problems(errors),
            "steps": steps.of(dossier, procedure, "papers"),
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
        messages.error(request, said(refusal.message))
    else:
        messages.success(request, _("Đã bỏ tệp."))
    in_supplement = queries.get_for(actor, dossier_id).status is Status.AWAITING_SUPPLEMENT
    return redirect("portal:supplement" if in_supplement else "portal:papers", dossier_id=dossier_id)
