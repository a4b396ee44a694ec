"""What the portal's screens share: who may come in, and how a refusal is shown beside the fields."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from emoit.kernel.access import Actor

View = Callable[..., HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined] - set by ActorMiddleware
    return actor


def signed_in(view: View) -> View:
    """Only for people who are signed in; others sign in first and come back to the same step."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if actor_of(request).account_id is None:
            back = request.get_full_path() if request.method == "GET" else request.META.get("HTTP_REFERER", "/")
            return HttpResponseRedirect(f"{reverse('portal:sign-in')}?{urlencode({'tiep': _local(back)})}")
        return view(request, *args, **kwargs)

    return guarded


def _local(address: str) -> str:
    """The path of an address of this site."""
    if address.startswith("/") and not address.startswith("//"):
        return address
    path = address.split("/", 3)[-1] if address.count("/") > 2 else ""
    return f"/{path}"
