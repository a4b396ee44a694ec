from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from emoit.desk.doing import Answer, attempt, done, form, situation
from emoit.desk.frame import name_of
from emoit.desk.http import number, officer_only
from emoit.dossiers import actions
from emoit.kernel.access import Forbidden
from emoit.lib.saying import say
from emoit.people import queries as people
from emoit.work import queries as work


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Give work to an officer of the unit. For its heads."""
    at = situation(request, dossier_id)
    if at.item and work.may_distribute(at.actor, at.item) is None:
        raise Forbidden("Chỉ lãnh đạo đơn vị được phân công.")
    officer_id = number(request.POST.get("officer"))
    answer = None
    if request.method == "POST":
        answer = (
            attempt(at, lambda: actions.assign(**at.keys, officer_id=officer_id))
            if officer_id
            else Answer(errors={"officer": _("Chọn người được phân công")}, status=422)
        )
        if answer is None:
            return done(request, at, say("Đã phân công cho {name}.", name=name_of(officer_id)))
    officers = people.officers_in(at.item.unit_id, at.item.role, now=at.now) if at.item else []
    return form(
        request,
        "desk/assign.html",
        at,
        answer,
        {
            "title": _("Phân công"),
            "officers": officers,
            "chosen": officer_id or (at.item.assignee_id if at.item else None),
        },
    )
