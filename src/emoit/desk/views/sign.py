from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from emoit.desk.doing import Answer, attempt, done, form, situation
from emoit.desk.http import officer_only
from emoit.dossiers import actions
from emoit.dossiers import queries as dossiers
from emoit.dossiers.types import Outcome
from emoit.procedures import queries as procedures
from emoit.signing.types import Appearance


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """The leader signs, or sends it back. The signature itself follows; the dossier's page shows how it goes."""
    at = situation(request, dossier_id, "sign")
    posted = request.POST
    typed = {name: posted.get(name, "") for name in ("appearance", "outcome", "reason")}
    answer = None
    if request.method == "POST":
        if typed["outcome"] == "return":
            answer = attempt(at, lambda: actions.return_for_rework(**at.keys, reason=typed["reason"]))
        elif typed["appearance"] in set(Appearance):
            answer = attempt(at, lambda: actions.sign(**at.keys, appearance=Appearance(typed["appearance"])))
        else:
            answer = Answer(errors={"appearance": _("Chọn cách hiện chữ ký")}, status=422)
        if answer is None:
            signed = _("Đã ký. Văn bản đang được ký số và đóng dấu.")
            return done(request, at, _("Đã trả lại đơn vị.") if typed["outcome"] == "return" else signed)
    procedure = procedures.version(at.dossier.procedure_version_id)
    decision = dossiers.decision_of(at.actor, dossier_id)
    refused = decision is not None and decision.outcome is Outcome.REFUSED
    return form(
        request,
        "desk/sign.html",
        at,
        answer,
        {
            "title": _("Ký ban hành"),
            "typed": typed,
            "decision": decision,
            "spec": procedure.refusal if refused else procedure.result,
            "comment": at.item.note if at.item else "",
        },
    )
