from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from emoit.desk.doing import Answer, attempt, done, form, situation
from emoit.desk.http import actor_of, officer_only
from emoit.dossiers import actions
from emoit.dossiers import queries as dossiers
from emoit.procedures import queries as procedures
from emoit.ui.language import named


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Take a dossier in, or refuse to, with the reason that the slip prints."""
    at = situation(request, dossier_id, "intake")
    answer = None
    typed = {"outcome": request.POST.get("outcome", ""), "reason": request.POST.get("reason", "")}
    if request.method == "POST":
        match typed["outcome"]:
            case "receive":
                answer = attempt(at, lambda: actions.receive(**at.keys))
            case "refuse":
                answer = attempt(at, lambda: actions.refuse_intake(**at.keys, reason=typed["reason"]))
            case _:
                answer = Answer(errors={"outcome": _("Chọn tiếp nhận hoặc không tiếp nhận")}, status=422)
        if answer is None:
            received = typed["outcome"] == "receive"
            return done(request, at, _("Đã tiếp nhận hồ sơ.") if received else _("Đã trả lời không tiếp nhận hồ sơ."))
    procedure = procedures.version(at.dossier.procedure_version_id)
    handed_in = {p.paper_code for p in dossiers.papers_of(actor_of(request), dossier_id)}
    return form(
        request,
        "desk/receive.html",
        at,
        answer,
        {
            "title": _("Tiếp nhận hồ sơ"),
            "typed": typed,
            "procedure": procedure,
            "term": named(procedure.term_text.vi, procedure.term_text.en),
            "fee": named(procedure.fee_text.vi, procedure.fee_text.en),
            "papers": [(p, p.code in handed_in) for p in procedure.papers],
        },
    )
