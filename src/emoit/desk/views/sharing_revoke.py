from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.desk.views.sharing_suspend import DAY
from emoit.kernel.access import NotFound
from emoit.sharing import actions, queries


@officer_only
def show(request: HttpRequest, code: str, credential_id: int) -> HttpResponse:
    """What stops at once when a key of a system is revoked; then does it."""
    actor, now = actor_of(request), timezone.now()
    queries.require_keeper(actor)
    consumer, every = queries.consumer(actor, code), queries.credentials(actor, code)
    credential = next((one for one in every if one.id == credential_id), None)
    if credential is None:
        raise NotFound(_("Không có khóa này."))
    if not credential.is_good(now):
        messages.info(request, _("Khóa này không còn dùng được rồi."))
        return redirect("desk:sharing-consumer", code=code)
    if request.method == "POST":
        actions.revoke_credential(by=actor, now=now, code=code, credential_id=credential_id)
        messages.success(request, _("Đã thu hồi khóa. Thẻ truy cập đã cấp theo khóa này không dùng được nữa."))
        return redirect("desk:sharing-consumer", code=code)
    return frame.show(
        request,
        "sharing/desk_revoke.html",
        {
            "consumer": consumer,
            "credential": credential,
            "usage": queries.usage(actor, code, since=now - DAY, now=now, credential_id=credential_id),
            "others": sum(one.is_good(now) for one in every) - 1,
        },
    )
