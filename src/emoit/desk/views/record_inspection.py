from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from emoit.desk import proceedings
from emoit.desk.doing import CLOSED, Answer, Situation, attempt, done, form, situation
from emoit.desk.http import number, officer_only
from emoit.dossiers import actions
from emoit.dossiers.types import EvidenceKind, InspectionResult

FILES = {"minutes": EvidenceKind.MINUTES, "photos": EvidenceKind.PHOTO}


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """The minutes of an inspection: files first, which stay even where the rest is not right yet."""
    at = situation(request, dossier_id, "inspect")
    posted = request.POST
    typed = {name: posted.get(name, "") for name in ("result", "findings", "recommendations")}
    answer = None
    if request.method == "POST":
        answer = _files(request, at)
        if answer is None and "record" in posted:
            result = InspectionResult(typed["result"]) if typed["result"] in set(InspectionResult) else None
            answer = attempt(
                at,
                lambda: actions.record_inspection(
                    **at.keys,
                    result=result,
                    findings=typed["findings"],
                    recommendations=typed["recommendations"],
                ),
            )
            if answer is None:
                return done(request, at, _("Đã lập biên bản kiểm tra thực tế."))
    visits = proceedings.visits(at.actor, dossier_id)
    return form(
        request,
        "desk/record_inspection.html",
        at,
        answer,
        {
            "title": _("Lập biên bản kiểm tra thực tế"),
            "typed": typed,
            "results": list(InspectionResult),
            "visit": visits[-1] if visits else None,
        },
    )


def _files(request: HttpRequest, at: Situation) -> Answer | None:
    """Take in what was chosen and take back what was ticked; the first refusal stands beside its field."""
    if at.item is None:
        return Answer(stale=CLOSED, status=409)
    remove = number(request.POST.get("remove"))
    if remove:
        return attempt(
            at,
            lambda: actions.remove_evidence(by=at.actor, now=at.now, dossier_id=at.dossier.id, evidence_id=remove),
        )
    for field, kind in FILES.items():
        for file in request.FILES.getlist(field):
            answer = attempt(
                at,
                lambda kind=kind, file=file: actions.attach_evidence(  # type: ignore[misc]
                    by=at.actor,
                    now=at.now,
                    dossier_id=at.dossier.id,
                    kind=kind,
                    name=file.name or "",
                    content=file,
                ),
            )
            if answer is not None:
                words = answer.errors.get("", "")
                return Answer(errors={field: f"{file.name}: {words}"}, status=answer.status) if words else answer
    return None
