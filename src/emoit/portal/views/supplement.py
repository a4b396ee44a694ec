from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from emoit.dossiers import actions, queries
from emoit.dossiers.types import DossierInfo, Status, SupplementInfo
from emoit.forms import queries as forms
from emoit.kernel.access import Refusal
from emoit.portal.http import actor_of, signed_in
from emoit.portal.uploads import take_uploads
from emoit.procedures import queries as procedures
from emoit.procedures.types import Procedure


@signed_in
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Answer the request for a supplement: exactly the papers and fields that were asked for, each with its reason."""
    actor = actor_of(request)
    dossier = queries.get_for(actor, dossier_id)
    supplement = queries.supplement_of(actor, dossier_id)
    if dossier.status is not Status.AWAITING_SUPPLEMENT or supplement is None:
        return redirect("portal:dossier", dossier_id=dossier_id)
    procedure = procedures.version(dossier.procedure_version_id)
    errors: dict[str, str] = {}
    answers = dossier.answers
    if request.method == "POST":
        answers = _posted(procedure, supplement, answers, request)
        errors = take_uploads(request, dossier_id)
        if not errors and "nop" in request.POST:
            try:
                actions.supply(
                    by=actor,
                    now=timezone.now(),
                    dossier_id=dossier_id,
                    answers=answers if _pages(procedure, supplement) else None,
                    note=request.POST.get("note", ""),
                )
            except Refusal as refusal:
                errors = {k.removeprefix("paper:"): v for k, v in refusal.fields.items()} or {"": refusal.message}
            else:
                return redirect("portal:dossier", dossier_id=dossier_id)
        elif not errors:
            return redirect(request.path)
    return render(
        request,
        "portal/supplement.html",
        _context(request, dossier, procedure, supplement, answers, errors),
        status=422 if errors else 200,
    )


def _pages(procedure: Procedure, supplement: SupplementInfo) -> list[str]:
    """The pages that hold a field asked for, in the form's order."""
    papers = {p.code for p in procedure.papers}
    asked = {forms.page_of(procedure.form, d.target) for d in supplement.defects if d.target not in papers}
    return [page.key for page in forms.pages(procedure.form) if page.key in asked]


def _posted(
    procedure: Procedure, supplement: SupplementInfo, answers: dict[str, object], request: HttpRequest
) -> dict[str, object]:
    for key in _pages(procedure, supplement):
        answers = forms.merge_page(procedure.form, key, answers, forms.parse_page(procedure.form, key, request.POST))
    return answers


def _context(
    request: HttpRequest,
    dossier: DossierInfo,
    procedure: Procedure,
    supplement: SupplementInfo,
    answers: dict[str, object],
    errors: dict[str, str],
) -> dict[str, object]:
    papers = {p.code: p for p in procedure.papers}
    handed_in = [p for p in queries.papers_of(actor_of(request), dossier.id) if p.round == 1]
    labels = forms.labels(procedure.form)
    return {
        "dossier": dossier,
        "procedure": procedure,
        "supplement": supplement,
        "paper_lines": [
            (
                papers[d.target],
                d.reason,
                [f for f in handed_in if f.paper_code == d.target],
                errors.get(d.target, ""),
            )
            for d in supplement.defects
            if d.target in papers
        ],
        "field_lines": [(labels[d.target], d.reason) for d in supplement.defects if d.target in labels],
        "pages": [forms.page(procedure.form, key) for key in _pages(procedure, supplement)],
        "answers": answers,
        "errors": errors,
        "problems": [(f"paper-{k}" if k in papers else k, text) for k, text in errors.items()],
    }
