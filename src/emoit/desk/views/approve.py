from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from emoit.desk.doing import Answer, attempt, done, form, situation
from emoit.desk.http import officer_only
from emoit.dossiers import actions
from emoit.dossiers import queries as dossiers
from emoit.procedures import queries as procedures


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Agree with the proposal, or send it back with a reason."""
    at = situation(request, dossier_id, "approve")
    typed = {name: request.POST.get(name, "") for name in ("outcome", "reason", "note")}
    answer = None
    if request.method == "POST":
        match typed["outcome"]:
            case "approve":
                answer = attempt(at, lambda: actions.approve(**at.keys, note=typed["note"]))
            case "return":
                answer = attempt(at, lambda: actions.return_for_rework(**at.keys, reason=typed["reason"]))
            case _:
                answer = Answer(errors={"outcome": _("Chọn duyệt hoặc trả lại")}, status=422)
        if answer is None:
            approved = typed["outcome"] == "approve"
            return done(request, at, _("Đã duyệt, trình ký ban hành.") if approved else _("Đã trả lại chuyên viên."))
    return form(
        request,
        "desk/approve.html",
        at,
        answer,
        {
            "title": _("Duyệt đề xuất"),
            "typed": typed,
            "decision": dossiers.decision_of(at.actor, dossier_id),
            "procedure": procedures.version(at.dossier.procedure_version_id),
            "comment": at.item.note if at.item else "",
        },
    )
