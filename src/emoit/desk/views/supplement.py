from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from emoit.desk.doing import attempt, done, form, situation
from emoit.desk.http import actor_of, officer_only
from emoit.dossiers import actions
from emoit.dossiers import queries as dossiers
from emoit.dossiers.types import Defect, PaperInfo
from emoit.forms import queries as forms
from emoit.procedures import queries as procedures
from emoit.procedures.types import Procedure
from emoit.ui.formats import field_id
from emoit.ui.language import current, named

MAX_REASON = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """Something that can be asked for: a paper with its files, or a field with its answer."""

    target: str
    id: str
    label: str
    note: str
    files: tuple[PaperInfo, ...]
    ticked: bool
    reason: str
    error: str


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Ask for everything that is missing or wrong, once, a reason for each."""
    at = situation(request, dossier_id, "examine", "plan")
    posted = request.POST
    ticked = posted.getlist("defect")
    reasons = {target: posted.get(f"reason:{target}", "")[:MAX_REASON] for target in ticked}
    note = posted.get("note", "")[:MAX_REASON]
    answer = None
    if request.method == "POST":
        defects = [Defect(target, reasons[target]) for target in dict.fromkeys(ticked)]
        answer = attempt(at, lambda: actions.request_supplement(**at.keys, defects=defects, note=note))
        if answer is None:
            return done(
                request, at, gettext("Đã gửi yêu cầu bổ sung. Thời hạn giải quyết tạm dừng đến khi người nộp bổ sung.")
            )
    procedure = procedures.version(at.dossier.procedure_version_id)
    errors = answer.errors if answer else {}
    papers, sections = _lines(request, procedure, dossier_id, at.dossier.answers, reasons, errors)
    return form(
        request,
        "desk/supplement.html",
        at,
        answer,
        {
            "title": gettext("Yêu cầu bổ sung hồ sơ"),
            "papers": papers,
            "sections": sections,
            "note": note,
            "asked": dossiers.supplement_of(at.actor, dossier_id),
            "problems": [_problem(target, text, papers, sections) for target, text in errors.items()],
        },
    )


def _lines(
    request: HttpRequest,
    procedure: Procedure,
    dossier_id: int,
    answers: dict[str, object],
    reasons: Mapping[str, str],
    errors: Mapping[str, str],
) -> tuple[list[Line], list[tuple[str, list[Line]]]]:
    def line(target: str, label: str, note: str = "", files: tuple[PaperInfo, ...] = ()) -> Line:
        return Line(
            target=target,
            id=field_id(target),
            label=label,
            note=note,
            files=files,
            ticked=target in reasons,
            reason=reasons.get(target, ""),
            error=errors.get(target, ""),
        )

    handed_in = dossiers.papers_of(actor_of(request), dossier_id)
    papers = [
        line(p.code, named(p.name, p.name_en), files=tuple(f for f in handed_in if f.paper_code == p.code))
        for p in procedure.papers
    ]
    shown = {row for section in forms.summary(procedure.form, answers, language=current()) for row in section.rows}
    values = dict(shown)
    sections = [
        (page.title, [line(f.pointer, f.label, values.get(f.label, "")) for f in page.fields])
        for page in forms.pages(procedure.form, answers=answers, language=current())
    ]
    return papers, sections


def _problem(target: str, text: str, papers: list[Line], sections: list[tuple[str, list[Line]]]) -> tuple[str, str]:
    """A line of the error summary: where it is, and what it is about."""
    every = [*papers, *(line for _, lines in sections for line in lines)]
    found = next((line for line in every if line.target == target), None)
    return (f"reason-{found.id}", f"{text}: {found.label}") if found else ("", text)
