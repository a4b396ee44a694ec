"""What a signed-in browser may still do, and what an officer does first."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from emoit.kernel.access import Actor
from emoit.lib.saying import say
from emoit.people import actions, queries
from emoit.people.types import SESSION_KEY, SecondFactorState
from emoit.ui.language import said

OFFICERS_ONLY = "/nghiep-vu/"
_TOLD = "told_to_enrol"


def is_live(request: HttpRequest, actor: Actor) -> bool:
    """Whether the web session still counts. One that has no row of ours yet gets it now, whatever way it came in by."""
    now, session = timezone.now(), request.session
    sid = session.get(SESSION_KEY)
    if sid is None:
        session[SESSION_KEY] = actions.begin_session(
            by=actor,
            now=now,
            address=request.META.get("REMOTE_ADDR", ""),
            user_agent=request.headers.get("User-Agent", ""),
        )
        return True
    seen = actions.see_session(sid=sid, by=actor, now=now)
    if seen is actions.Seen.ROTATE:
        session.cycle_key()
    return seen is not actions.Seen.OVER


def enrol_first(request: HttpRequest) -> HttpResponse | None:
    """An officer who must have an authenticator and has none sets it up before any work; until the grace is over a
    notice says so once a session."""
    if not request.path_info.startswith(OFFICERS_ONLY) or not request.user.is_authenticated:
        return None
    state: SecondFactorState | None = request.user.second_factor
    due = queries.must_enrol_by(state)
    if due is None:
        return None
    address = reverse("portal:second-factor")
    if due <= timezone.now():
        back = request.get_full_path() if request.method == "GET" else OFFICERS_ONLY
        return HttpResponseRedirect(f"{address}?{urlencode({'tiep': back})}")
    if _TOLD not in request.session:
        request.session[_TOLD] = True
        words = say(
            "Trước ngày {day}, hãy bật ứng dụng xác thực tại trang tài khoản của bạn.", day=timezone.localdate(due)
        )
        messages.warning(request, said(words))
    return None
