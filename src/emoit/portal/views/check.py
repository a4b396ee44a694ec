from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from emoit.dossiers import actions, queries
from emoit.dossiers.types import CarriedOver, DossierInfo, Status
from emoit.forms import queries as forms
from emoit.kernel.access import Refusal
from emoit.portal import lines, steps
from emoit.portal.http import actor_of, signed_in
from emoit.procedures import queries as procedures
from emoit.procedures.types import Procedure
from emoit.ui.language import current, is_english


@signed_in
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Check everything once more, then hand it in. Submitting twice submits once."""
    actor = actor_of(request)
    dossier = queries.get_for(actor, dossier_id)
    if dossier.status is not Status.DRAFT:
        return redirect("portal:confirmation", dossier_id=dossier_id)
    procedure = procedures.version(dossier.procedure_version_id)
    if request.method == "POST":
        # The key is bound to the dossier: what a browser makes up cannot meet another submission.
        key = f"{dossier_id}:{request.POST.get('key', '')[:100]}"
        try:
            actions.submit(by=actor, now=timezone.now(), dossier_id=dossier_id, key=key)
        except Refusal as refusal:
            if refusal.code == "new_version":
                return _carry_over(request, dossier_id)
            return _page(request, dossier, procedure, _problems(dossier, procedure, refusal))
        return redirect("portal:confirmation", dossier_id=dossier_id)
    return _page(request, dossier, procedure, [])


def _carry_over(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Another version of the procedure is in force: the draft goes there, and its applicant looks again."""
    actor = actor_of(request)
    done = actions.carry_over(by=actor, now=timezone.now(), dossier_id=dossier_id)
    dossier = queries.get_for(actor, dossier_id)
    procedure = procedures.version(dossier.procedure_version_id)
    wrong = dict(forms.validate(procedure.form, dossier.answers, language=current()))
    papers = steps.missing(procedure, queries.papers_of(actor, dossier_id))
    wrong |= {f"paper:{code}": words for code, words in papers.items()}
    problems = [(_where(dossier_id, procedure, target), text) for target, text in wrong.items()]
    return _page(request, dossier, procedure, problems, carried=done, status=409)


def _page(
    request: HttpRequest,
    dossier: DossierInfo,
    procedure: Procedure,
    problems: list[tuple[str, str]],
    *,
    carried: CarriedOver | None = None,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "portal/check.html",
        {
            "dossier": dossier,
            "procedure": procedure,
            "sections": forms.summary(procedure.form, dossier.answers, language=current()),
            "lines": lines.of(procedure.papers, queries.papers_of(actor_of(request), dossier.id)),
            "notices": forms.notices(procedure.form, dossier.answers, language=current(), today=steps.today()),
            "errors": problems,
            "carried": carried,
            "steps": steps.of(dossier, procedure, "check"),
            "key": secrets.token_urlsafe(24),
        },
        status=status if status != 200 else 422 if problems else 200,
    )


def _problems(dossier: DossierInfo, procedure: Procedure, refusal: Refusal) -> list[tuple[str, str]]:
    """(address of the place where it is mended, sentence in the language of the page)."""
    told = queries.faults(dossier, today=steps.today(), language=current()) if is_english() else {}
    faults = [
        (_where(dossier.id, procedure, target), told.get(target, text)) for target, text in refusal.fields.items()
    ]
    return faults or [("", refusal.message)]


def _where(dossier_id: int, procedure: Procedure, target: str) -> str:
    if target.startswith("paper:"):
        return f"{reverse('portal:papers', args=[dossier_id])}#paper-{target.removeprefix('paper:')}"
    page = forms.page_of(procedure.form, target)
    if page is None:
        return ""
    anchor = forms.anchor(procedure.form, target)
    return f"{reverse('portal:declare', args=[dossier_id, page])}?ve={steps.CHECK}#{anchor}"
