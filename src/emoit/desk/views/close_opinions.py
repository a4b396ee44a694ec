from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from emoit.desk import proceedings
from emoit.desk.doing import attempt, done, form, situation
from emoit.desk.http import officer_only
from emoit.dossiers import actions


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Go on without the opinions that have not come, with a reason."""
    at = situation(request, dossier_id, "consult")
    reason = request.POST.get("reason", "")
    answer = None
    if request.method == "POST":
        answer = attempt(at, lambda: actions.close_opinions(**at.keys, reason=reason))
        if answer is None:
            return done(request, at, _("Đã kết thúc lấy ý kiến. Bạn tiếp tục thẩm định hồ sơ."))
    rounds = proceedings.rounds(at.actor, dossier_id)
    return form(
        request,
        "desk/close_opinions.html",
        at,
        answer,
        {"title": _("Kết thúc lấy ý kiến"), "reason": reason, "round": rounds[-1] if rounds else None},
    )
