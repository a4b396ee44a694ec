from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from emoit.desk import proceedings
from emoit.desk.doing import attempt, done, form, situation
from emoit.desk.http import officer_only
from emoit.dossiers import actions


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Appoint the inspection anew, with a reason that the applicant reads."""
    at = situation(request, dossier_id, "inspect", "examine")
    reason = request.POST.get("reason", "")
    answer = None
    if request.method == "POST":
        answer = attempt(at, lambda: actions.replan_inspection(**at.keys, reason=reason))
        if answer is None:
            return done(request, at, _("Đã hủy lịch cũ. Hãy lập kế hoạch kiểm tra mới."))
    visits = proceedings.visits(at.actor, dossier_id)
    return form(
        request,
        "desk/replan_inspection.html",
        at,
        answer,
        {"title": _("Hẹn lại kiểm tra thực tế"), "reason": reason, "visit": visits[-1] if visits else None},
    )
