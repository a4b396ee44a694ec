from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from emoit.dossiers import actions, queries
from emoit.dossiers.types import DossierInfo, Status, SupplementInfo
from emoit.forms import queries as forms
from emoit.forms.types import Page
from emoit.kernel.access import Refusal
from emoit.portal import lines
from emoit.portal.http import actor_of, signed_in
from emoit.portal.uploads import take_uploads
from emoit.procedures import queries as procedures
from emoit.procedures.types import Procedure
from emoit.ui.language import current, is_english, said

NOTE_LENGTH = 1000


@dataclass(slots=True)
class _Asked:
    """The request with what has been answered so far."""

    dossier: DossierInfo
    procedure: Procedure
    supplement: SupplementInfo
    answers: dict[str, Any]
    note: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def paper_codes(self) -> set[str]:
        return {p.code for p in self.procedure.papers}

    @property
    def pages(self) -> list[str]:
        """The pages that hold a field asked for, in the form's order."""
        form, papers = self.procedure.form, self.paper_codes
        asked = {forms.page_of(form, d.target) for d in self.supplement.defects if d.target not in papers}
        return [page.key for page in forms.pages(form) if page.key in asked]

    def take(self, request: HttpRequest) -> None:
        form = self.procedure.form
        for key in self.pages:
            self.answers = forms.merge_page(form, key, self.answers, forms.parse_page(form, key, request.POST))
        self.note = request.POST.get("note", "").strip()[:NOTE_LENGTH]


@signed_in
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Answer the request for a supplement: exactly the papers and fields that were asked for, each with its reason."""
    actor = actor_of(request)
    dossier = queries.get_for(actor, dossier_id)
    supplement = queries.supplement_of(actor, dossier_id)
    if dossier.status is not Status.AWAITING_SUPPLEMENT or supplement is None:
        return redirect("portal:dossier", dossier_id=dossier_id)
    asked = _Asked(dossier, procedures.version(dossier.procedure_version_id), supplement, dossier.answers)
    if request.method == "POST":
        asked.take(request)
        asked.errors = take_uploads(request, dossier_id)
        if not asked.errors and "nop" in request.POST and _supplied(request, asked):
            return redirect("portal:dossier", dossier_id=dossier_id)
    return render(request, "portal/supplement.html", _context(request, asked), status=422 if asked.errors else 200)


def _supplied(request: HttpRequest, asked: _Asked) -> bool:
    try:
        actions.supply(
            by=actor_of(request),
            now=timezone.now(),
            dossier_id=asked.dossier.id,
            answers=asked.answers if asked.pages else None,
            note=asked.note,
        )
    except Refusal as refusal:
        told = forms.validate(asked.procedure.form, asked.answers, language=current()) if is_english() else {}
        asked.errors = {k.removeprefix("paper:"): told.get(k, v) for k, v in refusal.fields.items()}
        asked.errors = asked.errors or {"": refusal.message}
        return False
    return True


def _context(request: HttpRequest, asked: _Asked) -> dict[str, object]:
    form, papers = asked.procedure.form, asked.paper_codes
    reasons = {d.target: d.reason for d in asked.supplement.defects}
    handed_in = [p for p in queries.papers_of(actor_of(request), asked.dossier.id) if p.round == 1]
    labels = forms.labels(form, language=current())
    return {
        "dossier": asked.dossier,
        "procedure": asked.procedure,
        "supplement": asked.supplement,
        "lines": lines.of(
            [p for p in asked.procedure.papers if p.code in reasons], handed_in, errors=asked.errors, reasons=reasons
        ),
        "field_lines": [(labels[d.target], d.reason) for d in asked.supplement.defects if d.target in labels],
        "pages": [_only(forms.page(form, key, language=current()), set(reasons)) for key in asked.pages],
        "answers": asked.answers,
        "note": asked.note,
        "errors": asked.errors,
        "problems": [
            (_anchor(asked.procedure, papers, key), line)
            for key, text in asked.errors.items()
            for line in said(text).splitlines()
        ],
    }


def _only(page: Page, pointers: set[str]) -> Page:
    """The page with the fields asked for and no others."""
    narrowed = (replace(s, fields=tuple(f for f in s.fields if f.pointer in pointers)) for s in page.sections)
    return replace(page, sections=tuple(s for s in narrowed if s.fields))


def _anchor(procedure: Procedure, papers: set[str], key: str) -> str:
    if key in papers:
        return f"paper-{key}"
    return forms.anchor(procedure.form, key) if key else ""
