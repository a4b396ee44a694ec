from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from emoit.desk.doing import attempt, done, form, of_dossier
from emoit.desk.http import number, officer_only
from emoit.dossiers import actions
from emoit.kernel.access import Forbidden
from emoit.lib import working_time
from emoit.people.types import Role
from emoit.ui.language import current


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Apologise in writing and appoint a new day, once. For the unit's head."""
    at = of_dossier(request, dossier_id)
    unit_id, procedure = at.dossier.handling_unit_id or 0, at.dossier.procedure_code
    if at.actor.holding(unit_id, Role.UNIT_HEAD, procedure=procedure) is None:
        raise Forbidden("Chỉ lãnh đạo đơn vị xử lý được gia hạn.")
    typed = {name: request.POST.get(name, "") for name in ("working_days", "reason")}
    answer = None
    if request.method == "POST":
        answer = attempt(
            at,
            lambda: actions.extend(
                by=at.actor,
                now=at.now,
                dossier_id=dossier_id,
                working_days=number(typed["working_days"]),
                reason=typed["reason"],
            ),
        )
        if answer is None:
            return done(request, at, _("Đã xin lỗi và hẹn lại ngày trả kết quả."))
    words = working_time.explain(at.dossier.deadline, language=current()) if at.dossier.deadline else ""
    return form(
        request, "desk/extend.html", at, answer, {"title": _("Xin lỗi và gia hạn"), "typed": typed, "deadline": words}
    )
