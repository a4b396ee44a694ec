from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from emoit.dossiers import actions, queries
from emoit.dossiers.types import DossierInfo, Status
from emoit.forms import queries as forms
from emoit.kernel.access import NotFound, Stale
from emoit.lib.saying import vi
from emoit.portal import steps
from emoit.portal.http import actor_of, signed_in
from emoit.procedures import queries as procedures
from emoit.procedures.types import Procedure
from emoit.ui.language import current

STALE = vi(
    "Bản nháp vừa được lưu ở cửa sổ khác. Nội dung bên dưới là những gì bạn vừa nhập, chưa được lưu. "
    "Bấm «Lưu và tiếp tục» để thay bản đã lưu của trang này bằng nội dung bên dưới."
)


@dataclass(frozen=True, slots=True)
class _Saved:
    """What came of a posted page: the answers to show, and why they do not lead on."""

    answers: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    stale: str = ""
    leads_on: bool = False


@signed_in
def show(request: HttpRequest, dossier_id: int, page: str) -> HttpResponse:
    """One page of the declaration. Whatever is posted is saved, right or wrong; only right answers lead on."""
    dossier = queries.get_for(actor_of(request), dossier_id)
    if dossier.status is not Status.DRAFT:
        return redirect("portal:dossier", dossier_id=dossier_id)
    procedure = procedures.version(dossier.procedure_version_id)
    forms.page(procedure.form, page)
    saved = _Saved(dossier.answers)
    if request.method == "POST":
        saved = _save(request, dossier, procedure, page)
        dossier = queries.get_for(actor_of(request), dossier_id)
    try:
        if saved.leads_on:
            return HttpResponseRedirect(_onward(request, dossier, procedure, page))
        return _render(request, dossier, procedure, page, saved)
    except NotFound:  # the answers do not call for this page (any more)
        return redirect("portal:dossier", dossier_id=dossier_id)


def _save(request: HttpRequest, dossier: DossierInfo, procedure: Procedure, page: str) -> _Saved:
    posted = forms.parse_page(procedure.form, page, request.POST)
    answers = forms.merge_page(procedure.form, page, dossier.answers, posted)
    try:
        actions.save_answers(
            by=actor_of(request),
            now=timezone.now(),
            dossier_id=dossier.id,
            page=page,
            answers=posted,
            version=_version(request),
        )
    except Stale:
        return _Saved(answers, stale=STALE)
    if forms.is_repeat_button(request.POST):
        return _Saved(answers)
    if "luu" in request.POST:
        return _Saved(answers, leads_on=True)
    errors = forms.validate(procedure.form, answers, page=page, today=steps.today(), language=current())
    return _Saved(answers, errors=errors, leads_on=not errors)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _checking(request: HttpRequest) -> bool:
    return request.GET.get("ve") == steps.CHECK


def _onward(request: HttpRequest, dossier: DossierInfo, procedure: Procedure, page: str) -> str:
    if "luu" in request.POST:
        return reverse("portal:dossiers")
    if _checking(request):
        return steps.gap(dossier, procedure, queries.papers_of(actor_of(request), dossier.id))
    return steps.of(dossier, procedure, page).after


def _render(request: HttpRequest, dossier: DossierInfo, procedure: Procedure, page: str, saved: _Saved) -> HttpResponse:
    shown = forms.page(procedure.form, page, answers=saved.answers, language=current())
    problems = [(href.removeprefix("#"), text) for href, text in forms.error_list(procedure.form, saved.errors)]
    return render(
        request,
        "portal/declare.html",
        {
            "dossier": dossier,
            "procedure": procedure,
            "page": shown,
            "answers": saved.answers,
            "errors": saved.errors,
            "problems": problems,
            "stale": saved.stale,
            "steps": steps.of(dossier, procedure, page, checking=_checking(request)),
            **_registers(request, dossier),
        },
        status=409 if saved.stale else 422 if saved.errors else 200,
    )


def _registers(request: HttpRequest, dossier: DossierInfo) -> dict[str, Any]:
    """Where the draft may be filled from, and whether a question has found no answer yet."""
    registers = queries.registers_of(dossier)
    rows = queries.lookups_of(actor_of(request), dossier.id, now=timezone.now()) if registers else []
    return {"registers": registers, "unanswered": any(row.is_unanswered for row in rows)}
