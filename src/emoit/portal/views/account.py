from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from emoit.people import queries as people
from emoit.portal.http import actor_of, any_account


@any_account
def show(request: HttpRequest) -> HttpResponse:
    """One's own account: how it is secured, and the ways to change that."""
    actor, now = actor_of(request), timezone.now()
    enrolled = people.has_second_factor(actor)
    context = {
        "enrolled": enrolled,
        "codes_left": people.recovery_codes_left(actor) if enrolled else 0,
        "sessions": len(people.sessions_of(actor, now=now)),
        "latest": next((e for e in people.sign_ins_of(actor, now=now)), None),
        "officer": actor.is_officer,
    }
    return render(request, "portal/account.html", context)


@any_account
def history(request: HttpRequest) -> HttpResponse:
    """What happened at the door of one's account in the last 90 days, and in which browsers."""
    actor = actor_of(request)
    context = {
        "entries": people.sign_ins_of(actor, now=timezone.now()),
        "sessions": people.past_sessions_of(actor),
    }
    return render(request, "portal/sign_ins.html", context)
