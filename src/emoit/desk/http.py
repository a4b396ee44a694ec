"""Who may come into the workbench, and how a refusal is answered there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from emoit.desk import frame
from emoit.kernel.access import Actor, ActorRequest, Forbidden, Refusal
from emoit.people.types import Role

View = Callable[..., HttpResponseBase]


def actor_of(request: HttpRequest) -> Actor:
    return cast("ActorRequest", request).actor


def officer_only(view: View) -> View:
    """Officers alone: others sign in first and come back; citizens are told that this is not theirs.

    A refusal that the screen itself does not show beside its form becomes a page of the workbench.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = actor_of(request)
        if actor.account_id is None:
            back = request.get_full_path() if request.method == "GET" else reverse("desk:inbox")
            return HttpResponseRedirect(f"{reverse('portal:sign-in')}?{urlencode({'tiep': back})}")
        if not actor.is_officer:
            return render(request, "403.html", status=403)
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            return frame.show(request, "desk/refused.html", {"refusal": refusal}, status=refusal.status)

    return guarded


def require(actor: Actor, role: Role, words: str) -> None:
    """Forbidden, in these words, where the actor does not hold the role anywhere."""
    if not actor.has_role(role):
        raise Forbidden(words)


def number(text: str | None) -> int:
    """A posted or asked-for id; 0, which nothing bears, where it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def back_to(dossier_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:dossier", args=[dossier_id]))
