from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from emoit.desk.doing import attempt, done, form, situation
from emoit.desk.frame import name_of
from emoit.desk.http import officer_only
from emoit.dossiers import actions
from emoit.dossiers import queries as dossiers
from emoit.dossiers.types import Stance


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Answer for one's unit: agree, disagree, or remarks, and why."""
    at = situation(request, dossier_id, "opine")
    typed = {name: request.POST.get(name, "") for name in ("stance", "text")}
    answer = None
    if request.method == "POST":
        stance = Stance(typed["stance"]) if typed["stance"] in set(Stance) else None
        answer = attempt(at, lambda: actions.give_opinion(**at.keys, stance=stance, text=typed["text"]))
        if answer is None:
            return done(request, at, _("Đã gửi ý kiến của đơn vị."))
    asked = next((c for c in dossiers.consultations_of(at.actor, dossier_id) if c.closed_at is None), None)
    return form(
        request,
        "desk/give_opinion.html",
        at,
        answer,
        {
            "title": _("Cho ý kiến phối hợp"),
            "asked": asked,
            "asker": name_of(asked.asked_by_id) if asked else "",
            "stances": list(Stance),
            "typed": typed,
        },
    )
