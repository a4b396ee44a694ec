"""What the portal's screens share: who may come in, and how nothing typed is lost when a session has ended."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from emoit.kernel.access import Actor, ActorRequest, Forbidden
from emoit.portal import kept

View = Callable[..., HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    return cast("ActorRequest", request).actor


class PrivatePages:
    """Middleware: what a signed-in person sees is kept by no cache, so that it is gone when they have signed out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        actor: Actor | None = getattr(request, "actor", None)
        if (actor is not None and actor.account_id is not None) or request.method == "POST":
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def signed_in(view: View) -> View:
    """Only for applicants who are signed in. Others sign in first and come back to the same step; what they had just
    posted comes back with them. Forbidden for officers: they work at the desk."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = actor_of(request)
        if actor.account_id is None:
            return sign_in_first(request)
        if actor.is_officer:
            raise Forbidden("Trang này dành cho tổ chức, cá nhân nộp hồ sơ. Cán bộ làm việc ở phần nghiệp vụ.")
        return view(request, *args, **kwargs)

    return guarded


def any_account(view: View) -> View:
    """For everyone who is signed in, officers too: pages about one's own account."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if actor_of(request).account_id is None:
            return sign_in_first(request)
        return view(request, *args, **kwargs)

    return guarded


def local_address(request: HttpRequest, address: str) -> str:
    """An address of this site, else ""."""
    ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if ours else ""


def sign_in_first(request: HttpRequest) -> HttpResponse:
    path = request.get_full_path()
    if request.method != "POST":
        return HttpResponseRedirect(f"{reverse('portal:sign-in')}?{urlencode({'tiep': path})}")
    return render(
        request,
        "portal/sign_in.html",
        {"onward": path, "expired": True, "kept": kept.pack(request), "files_lost": bool(request.FILES)},
        status=401,
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django passes it
    """CSRF_FAILURE_VIEW. A page opened before signing in again bears an old token: whoever sent it from this very site
    (the browser's Origin says so) gets it back to send once more; anyone else is refused."""
    from_here = urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()
    if not from_here:
        return render(request, "403_csrf.html", status=403)
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.account_id is None:
        return sign_in_first(request)
    context = {
        "onward": request.get_full_path(),
        "fields": kept.fields_of(request),
        "files_lost": bool(request.FILES),
        "elsewhere": True,
    }
    return render(request, "portal/resume.html", context, status=403)
