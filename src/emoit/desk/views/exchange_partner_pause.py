"""All exchange with a partner is paused, or goes on."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.desk.views.exchange_partner import lacking_words
from emoit.exchange import actions, queries


@officer_only
def pause(request: HttpRequest, code: str) -> HttpResponse:
    """What a pause means for what waits and for what comes in; then the pause itself."""
    actor, now = actor_of(request), timezone.now()
    queries.require_operator(actor)
    facts = queries.partner(actor, code, now=now)
    if request.method == "POST":
        actions.set_active(by=actor, now=now, code=code, active=False)
        messages.success(request, _("Đã tạm dừng kết nối. Thông điệp chờ gửi ở lại trong hàng chờ."))
        return redirect("desk:exchange-partner", code=code)
    return frame.show(request, "exchange/partner_pause.html", {"profile": facts.profile, "state": facts.state})


@officer_only
def resume(request: HttpRequest, code: str) -> HttpResponse:
    """What goes as soon as the exchange goes on, and what would still keep it; then the resumption."""
    actor, now = actor_of(request), timezone.now()
    queries.require_operator(actor)
    facts = queries.partner(actor, code, now=now)
    if request.method == "POST":
        actions.set_active(by=actor, now=now, code=code, active=True)
        messages.success(request, _("Đã cho kết nối lại. Thông điệp chờ được gửi trong ít giây."))
        return redirect("desk:exchange-partner", code=code)
    return frame.show(
        request,
        "exchange/partner_resume.html",
        {
            "profile": facts.profile,
            "state": facts.state,
            "lacking": lacking_words(facts),
        },
    )
