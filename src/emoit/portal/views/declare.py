from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Status
from emoit.forms import queries as forms
from emoit.kernel.access import Refusal
from emoit.portal import steps
from emoit.portal.http import actor_of, signed_in
from emoit.procedures import queries as procedures


@signed_in
def show(request: HttpRequest, dossier_id: int, page: str) -> HttpResponse:
    """One page of the declaration. Whatever is posted is saved, right or wrong; only right answers lead on."""
    actor = actor_of(request)
    dossier = queries.get_for(actor, dossier_id)
    if dossier.status is not Status.DRAFT:
        return redirect("portal:dossier", dossier_id=dossier_id)
    form = procedures.version(dossier.procedure_version_id).form
    errors: dict[str, str] = {}
    stale = ""
    answers = dossier.answers
    if request.method == "POST":
        posted = forms.parse_page(form, page, request.POST)
        try:
            actions.save_answers(
                by=actor,
                now=timezone.now(),
                dossier_id=dossier_id,
                page=page,
                answers=posted,
                version=_version(request),
            )
        except Refusal as refusal:
            stale, answers = refusal.message, forms.merge_page(form, page, answers, posted)
        else:
            dossier = queries.get_for(actor, dossier_id)
            answers = dossier.answers
            if not forms.is_repeat_button(request.POST):
                errors = forms.validate(form, answers, page=page)
                if not errors or "luu" in request.POST:
                    return HttpResponseRedirect(_onward(request, dossier_id, page))
    return _render(request, dossier_id, page, answers=answers, errors=errors, stale=stale)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else None


def _onward(request: HttpRequest, dossier_id: int, page: str) -> str:
    if "luu" in request.POST:
        return "/ho-so/"
    dossier = queries.get_for(actor_of(request), dossier_id)
    where = steps.of(dossier, procedures.version(dossier.procedure_version_id), page)
    if request.GET.get("ve") == "kiem-tra":
        return f"/ho-so/{dossier_id}/kiem-tra/"
    return where.after


def _render(
    request: HttpRequest, dossier_id: int, page: str, *, answers: dict[str, object], errors: dict[str, str], stale: str
) -> HttpResponse:
    dossier = queries.get_for(actor_of(request), dossier_id)
    procedure = procedures.version(dossier.procedure_version_id)
    return render(
        request,
        "portal/declare.html",
        {
            "dossier": dossier,
            "procedure": procedure,
            "page": forms.page(procedure.form, page, answers=answers),
            "answers": answers,
            "errors": errors,
            "problems": [(href.removeprefix("#"), text) for href, text in forms.error_list(procedure.form, errors)],
            "stale": stale,
            "steps": steps.of(dossier, procedure, page),
        },
        status=422 if errors or stale else 200,
    )
