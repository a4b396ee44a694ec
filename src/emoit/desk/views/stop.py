from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from emoit.desk.doing import attempt, done, form, of_dossier
from emoit.desk.http import officer_only
from emoit.dossiers import actions
from emoit.kernel.access import Forbidden
from emoit.people.types import Role


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Stop the processing, with the reason that the notice prints. For the unit's head."""
    at = of_dossier(request, dossier_id)
    unit_id, procedure = at.dossier.handling_unit_id or 0, at.dossier.procedure_code
    if at.actor.holding(unit_id, Role.UNIT_HEAD, procedure=procedure) is None:
        raise Forbidden("Chỉ lãnh đạo đơn vị xử lý được dừng giải quyết hồ sơ.")
    reason = request.POST.get("reason", "")
    answer = None
    if request.method == "POST":
        answer = attempt(at, lambda: actions.stop(by=at.actor, now=at.now, dossier_id=dossier_id, reason=reason))
        if answer is None:
            return done(request, at, _("Đã dừng giải quyết hồ sơ."))
    return form(request, "desk/stop.html", at, answer, {"title": _("Dừng giải quyết hồ sơ"), "reason": reason})
