from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from emoit.desk.doing import attempt, done, form, situation
from emoit.desk.http import officer_only
from emoit.dossiers import actions
from emoit.dossiers import queries as dossiers
from emoit.dossiers.types import Outcome
from emoit.lib.saying import say, small
from emoit.procedures import queries as procedures


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Put a decision before the head of the unit. An earlier proposal that came back is shown again."""
    at = situation(request, dossier_id, "examine")
    before = dossiers.decision_of(at.actor, dossier_id)
    posted = request.POST
    typed = {
        "outcome": posted.get("outcome", before.outcome.value if before else ""),
        "content": posted.get("content", before.content if before else ""),
        "note": posted.get("note", ""),
    }
    answer = None
    if request.method == "POST":
        outcome = Outcome(typed["outcome"]) if typed["outcome"] in set(Outcome) else Outcome.NONE
        answer = attempt(
            at,
            lambda: actions.propose(**at.keys, outcome=outcome, content=typed["content"], note=typed["note"]),
        )
        if answer is None:
            return done(request, at, say("Đã trình lãnh đạo đơn vị: {outcome}.", outcome=small(outcome.label)))
    return form(
        request,
        "desk/propose.html",
        at,
        answer,
        {
            "title": _("Trình đề xuất"),
            "typed": typed,
            "procedure": procedures.version(at.dossier.procedure_version_id),
            "returned": at.item.note if at.item else "",
        },
    )
