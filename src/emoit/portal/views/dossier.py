from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.dossiers import actions, queries
from emoit.dossiers.types import DossierInfo, Status
from emoit.forms import queries as forms
from emoit.kernel.access import Actor
from emoit.lib import working_time
from emoit.portal import lines, steps
from emoit.portal.http import actor_of, signed_in
from emoit.portal.progress import entries, may_withdraw
from emoit.procedures import queries as procedures
from emoit.results import queries as results
from emoit.results.types import ResultInfo
from emoit.ui.language import current


@signed_in
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Everything the applicant may know of one dossier; a draft goes on where it was left."""
    actor = actor_of(request)
    dossier = queries.get_for(actor, dossier_id)
    procedure = procedures.version(dossier.procedure_version_id)
    papers = queries.papers_of(actor, dossier_id)
    if dossier.status is Status.DRAFT:
        return HttpResponseRedirect(steps.gap(dossier, procedure, papers))
    return render(
        request,
        "portal/dossier.html",
        {
            "dossier": dossier,
            "procedure": procedure,
            "sections": forms.summary(procedure.form, dossier.answers, language=current()),
            "lines": lines.of(procedure.papers, papers),
            "slips": queries.slips_of(actor, dossier_id),
            "entries": entries(queries.timeline_of(actor, dossier_id), dossier.status),
            "deadline": "" if dossier.status.is_final else _deadline(dossier),
            "result": _result(actor, dossier_id),
            "next_actor": queries.next_actor(dossier.status),
            "may_withdraw": may_withdraw(dossier.status),
            "earlier": queries.earlier_of(actor, dossier_id, now=timezone.now()),
            "supplement": queries.supplement_of(actor, dossier_id),
        },
    )


def _deadline(dossier: DossierInfo) -> str:
    return working_time.explain(dossier.deadline, language=current()) if dossier.deadline else ""


def _result(actor: Actor, dossier_id: int) -> ResultInfo | None:
    result_id = queries.result_of(actor, dossier_id)
    return results.get_for(actor, result_id, now=timezone.now()) if result_id else None


@signed_in
def discard(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Throw a draft away, once asked whether one is sure."""
    actor = actor_of(request)
    dossier = queries.get_for(actor, dossier_id)
    if dossier.status is not Status.DRAFT:
        return redirect("portal:dossier", dossier_id=dossier_id)
    if request.method == "POST":
        actions.discard_draft(by=actor, now=timezone.now(), dossier_id=dossier_id)
        messages.success(request, _("Đã xóa bản nháp."))
        return redirect("portal:dossiers")
    papers = queries.papers_of(actor, dossier_id)
    procedure = procedures.version(dossier.procedure_version_id)
    return render(request, "portal/discard.html", {"dossier": dossier, "procedure": procedure, "files": len(papers)})
