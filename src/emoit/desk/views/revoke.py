from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.kernel.access import Forbidden, NotFound, Refusal
from emoit.lib.saying import say
from emoit.results import actions
from emoit.results import queries as results
from emoit.ui.language import said, said_all


@officer_only
def show(request: HttpRequest, result_id: int) -> HttpResponse:
    """Revoke a result, with the reason that the register keeps: its public page says so from this moment."""
    actor, now = actor_of(request), timezone.now()
    result = results.get_for(actor, result_id, now=now)
    if not results.may_revoke(actor, result):
        raise Forbidden("Chỉ lãnh đạo đơn vị ban hành hoặc lãnh đạo Bộ được thu hồi kết quả còn hiệu lực.")
    errors: dict[str, str] = {}
    reason = request.POST.get("reason", "")
    if request.method == "POST":
        try:
            actions.revoke(by=actor, now=now, result_id=result_id, reason=reason)
        except (NotFound, Forbidden):
            raise
        except Refusal as refusal:
            errors = said_all(refusal.fields) or {"reason": said(refusal.message)}
        else:
            messages.success(request, said(say("Đã thu hồi {code}.", code=result.register_code)))
            return redirect("desk:result", result_id=result_id)
    context = {"result": result, "reason": reason, "errors": errors}
    return frame.show(request, "desk/revoke.html", context, status=422 if errors else 200)
