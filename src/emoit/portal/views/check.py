from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Status
from emoit.forms import queries as forms
from emoit.kernel.access import Refusal
from emoit.portal import steps
from emoit.portal.http import actor_of, signed_in
from emoit.procedures import queries as procedures
from emoit.procedures.types import Procedure


@signed_in
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Check everything once more, then hand it in. Submitting twice submits once."""
    actor = actor_of(request)
    dossier = queries.get_for(actor, dossier_id)
    if dossier.status is not Status.DRAFT:
        return redirect("portal:confirmation", dossier_id=dossier_id)
    procedure = procedures.version(dossier.procedure_version_id)
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            actions.submit(by=actor, now=timezone.now(), dossier_id=dossier_id, key=request.POST.get("key", "")[:255])
        except Refusal as refusal:
            problems = [(_where(dossier_id, procedure, target), text) for target, text in refusal.fields.items()] or [
                ("", refusal.message)
            ]
        else:
            return redirect("portal:confirmation", dossier_id=dossier_id)
    return render(
        request,
        "portal/check.html",
        {
            "dossier": dossier,
            "procedure": procedure,
            "sections": forms.summary(procedure.form, dossier.answers),
            "papers": queries.papers_of(actor, dossier_id),
            "paper_names": {p.code: p.name for p in procedure.papers},
            "notices": forms.notices(procedure.form, dossier.answers),
            "problems": problems,
            "errors": problems,
            "steps": steps.of(dossier, procedure, "check"),
            "key": secrets.token_urlsafe(24),
        },
        status=422 if problems else 200,
    )


def _where(dossier_id: int, procedure: Procedure, target: str) -> str:
    """The address of the page where a fault is mended."""
    if target.startswith("paper:"):
        return f"/ho-so/{dossier_id}/giay-to/#paper-{target.removeprefix('paper:')}"
    page = forms.page_of(procedure.form, target)
    return f"/ho-so/{dossier_id}/khai/{page}/?ve=kiem-tra#{forms.anchor(procedure.form, target)}" if page else ""
