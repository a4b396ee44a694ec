from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from emoit.desk.days import read_day, read_moment
from emoit.desk.doing import attempt, done, form, situation
from emoit.desk.http import number, officer_only
from emoit.dossiers import actions
from emoit.dossiers import queries as dossiers

FIELDS = ("day", "time", "place", "receiver", "purpose")


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Appoint an inspection on site: when, where, who receives and who goes."""
    at = situation(request, dossier_id, "plan")
    posted = request.POST
    typed = {name: posted.get(name, "") for name in FIELDS}
    team, leader = [number(value) for value in posted.getlist("team")], number(posted.get("leader"))
    answer = None
    if request.method == "POST":
        plan = actions.Plan(
            starts_at=read_moment(read_day(typed["day"]), typed["time"]),
            place=typed["place"],
            receiver=typed["receiver"],
            purpose=typed["purpose"],
            team=team,
            leader_id=leader,
        )
        answer = attempt(at, lambda: actions.plan_inspection(**at.keys, plan=plan))
        if answer is None:
            return done(request, at, _("Đã hẹn kiểm tra thực tế. Giấy hẹn được gửi cho người nộp."))
    return form(
        request,
        "desk/plan_inspection.html",
        at,
        answer,
        {
            "title": _("Hẹn kiểm tra thực tế"),
            "typed": typed,
            "officers": dossiers.team_candidates(at.dossier.handling_unit_id or 0, now=at.now),
            "team": team,
            "leader": leader,
            "before": at.item.note if at.item else "",
        },
    )
