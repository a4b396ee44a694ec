from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.sharing import actions, queries
from emoit.sharing.types import ConsumerState

DAY = timedelta(hours=24)


@officer_only
def show(request: HttpRequest, code: str) -> HttpResponse:
    """What stops at once when a system is suspended; then does it."""
    actor, now = actor_of(request), timezone.now()
    queries.require_keeper(actor)
    consumer = queries.consumer(actor, code)
    if consumer.state is not ConsumerState.ACTIVE:
        messages.info(request, _("Hệ thống này đang tạm ngừng rồi."))
        return redirect("desk:sharing-consumer", code=code)
    if request.method == "POST":
        actions.suspend(by=actor, now=now, code=code)
        messages.success(request, _("Đã tạm ngừng hệ thống."))
        return redirect("desk:sharing-consumer", code=code)
    return frame.show(
        request,
        "sharing/desk_suspend.html",
        {
            "consumer": consumer,
            "usage": queries.usage(actor, code, since=now - DAY, now=now),
            "credentials": sum(one.is_good(now) for one in queries.credentials(actor, code)),
        },
    )
