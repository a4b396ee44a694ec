from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from emoit.people import actions
from emoit.people import queries as people
from emoit.people.types import SESSION_KEY
from emoit.portal.http import actor_of, any_account


@any_account
def show(request: HttpRequest) -> HttpResponse:
    """The browsers in which one is signed in now."""
    found = people.sessions_of(actor_of(request), now=timezone.now())
    return render(request, "portal/sessions.html", {"sessions": found, "here": request.session.get(SESSION_KEY)})


@require_POST
@any_account
def end(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one of them; this very one is signing out."""
    sid = actions.end_session(by=actor_of(request), now=timezone.now(), session_id=session_id)
    if sid == request.session.get(SESSION_KEY):
        logout(request)
        return redirect("portal:front")
    messages.success(request, _("Đã kết thúc phiên đăng nhập đó."))
    return redirect("portal:sessions")


@require_POST
@any_account
def end_others(request: HttpRequest) -> HttpResponse:
    ended = actions.end_other_sessions(
        by=actor_of(request), now=timezone.now(), sid=request.session.get(SESSION_KEY, "")
    )
    told = ngettext("Đã kết thúc {number} phiên khác.", "Đã kết thúc {number} phiên khác.", ended)
    messages.success(request, told.format(number=ended) if ended else _("Không có phiên nào khác."))
    return redirect("portal:sessions")
