"""The account holder's keys: made, listed, revoked. The secret is shown once, on the page that made it."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from emoit.api import actions, queries, rules
from emoit.api.types import KeyState, NewKey, Scope
from emoit.kernel.access import Actor, ActorRequest, Forbidden, Refusal
from emoit.lib.saying import say
from emoit.people import queries as people
from emoit.ui.language import said


def holder(request: HttpRequest) -> Actor | None:
    """The signed-in citizen; None where nobody is. Forbidden for officers, who have no keys."""
    actor = cast("ActorRequest", request).actor
    if actor.is_officer:
        raise Forbidden("Trang này dành cho tổ chức, cá nhân nộp hồ sơ. Cán bộ không có khóa API.")
    return actor if actor.account_id is not None else None


def sign_in() -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('portal:sign-in')}?{urlencode({'tiep': reverse('api-keys:list')})}")


def show(request: HttpRequest) -> HttpResponse:
    """The keys, and the form that makes another."""
    actor = holder(request)
    if actor is None:
        return sign_in()
    if request.method != "POST":
        return _page(request, actor)
    days, enterprise = request.POST.get("days", ""), request.POST.get("enterprise", "")
    try:
        made = actions.create_key(
            by=actor,
            now=timezone.now(),
            name=request.POST.get("name", ""),
            scopes=request.POST.getlist("scopes"),
            days=int(days) if days.isdecimal() and len(days) < 5 else 0,
            enterprise_id=int(enterprise) if enterprise.isdecimal() and len(enterprise) < 19 else None,
        )
    except Refusal as refusal:
        return _page(request, actor, errors=refusal.fields or {"": refusal.message})
    return _made(request, made)


@require_POST
def make_test(request: HttpRequest) -> HttpResponse:
    """One click in a sandbox."""
    actor = holder(request)
    if actor is None:
        return sign_in()
    try:
        return _made(request, actions.create_test_key(by=actor, now=timezone.now()))
    except Forbidden:
        raise
    except Refusal as refusal:
        return _page(request, actor, errors={"": refusal.message})


def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    """Asked once more, then the key opens nothing."""
    actor = holder(request)
    if actor is None:
        return sign_in()
    key = queries.get_for(actor, key_id, now=timezone.now())
    if request.method == "POST":
        actions.revoke_key(by=actor, now=timezone.now(), key_id=key_id)
        messages.success(request, said(say("Đã thu hồi khóa «{name}».", name=key.name)))
        return redirect("api-keys:list")
    return render(request, "api/revoke.html", {"key": key})


@sensitive_variables("made")
def _made(request: HttpRequest, made: NewKey) -> HttpResponse:
    return render(request, "api/made.html", {"key": made.info, "secret": made.secret}, status=201)


def _page(request: HttpRequest, actor: Actor, *, errors: dict[str, str] | None = None) -> HttpResponse:
    now = timezone.now()
    posted = request.POST
    enterprises = people.enterprises_of(actor.account_id or 0, now=now)
    names = {e.id: e.name for e in enterprises}
    keys = queries.keys_of(actor, now=now)
    context = {
        "keys": [(key, names.get(key.enterprise_id or 0, ""), key.state is KeyState.ACTIVE) for key in keys],
        "scopes": [(s.value, s.label, s.value in posted.getlist("scopes")) for s in Scope],
        "days": [(d, d == 90) for d in rules.DAYS],
        "enterprises": enterprises,
        "errors": errors or {},
        "name": posted.get("name", ""),
        "sandbox": settings.EMOIT_DEMO,
    }
    return render(request, "api/keys.html", context, status=422 if errors else 200)
