from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from emoit.desk.days import read_day
from emoit.desk.doing import attempt, done, form, situation
from emoit.desk.http import number, officer_only
from emoit.dossiers import actions
from emoit.dossiers import queries as dossiers
from emoit.lib.saying import say


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Ask other units for their opinion, all at the same time."""
    at = situation(request, dossier_id, "examine")
    posted = request.POST
    chosen = [number(value) for value in posted.getlist("units")]
    typed = {name: posted.get(name, "") for name in ("question", "reply_by")}
    answer = None
    if request.method == "POST":
        answer = attempt(
            at,
            lambda: actions.ask_opinions(
                **at.keys, unit_ids=chosen, question=typed["question"], reply_by=read_day(typed["reply_by"])
            ),
        )
        if answer is None:
            return done(request, at, say("Đã gửi đề nghị cho ý kiến tới {units} đơn vị.", units=len(set(chosen))))
    return form(
        request,
        "desk/ask_opinions.html",
        at,
        answer,
        {
            "title": _("Lấy ý kiến đơn vị phối hợp"),
            "units": dossiers.units_to_ask(at.dossier, now=at.now),
            "chosen": chosen,
            "typed": typed,
        },
    )
