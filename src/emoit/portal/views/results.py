from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from emoit.dossiers import queries as dossiers
from emoit.lib.saying import say
from emoit.portal.holding import openable
from emoit.portal.http import actor_of, signed_in
from emoit.results import queries as results
from emoit.results.types import ResultInfo, State
from emoit.ui.language import said

PAGE = 20
STATES = {
    "con-hieu-luc": State.VALID,
    "het-hieu-luc": State.EXPIRED,
    "da-thu-hoi": State.REVOKED,
    "da-thay-the": State.REPLACED,
}


class _Held:
    """The results as Django's paginator asks for them: a count and slices."""

    def __init__(self, request: HttpRequest, state: State | None) -> None:
        self.actor, self.state, self.now = actor_of(request), state, timezone.now()

    def count(self) -> int:
        return results.held_count(self.actor, now=self.now, state=self.state)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, asked: slice) -> list[ResultInfo]:
        first, last = asked.start or 0, asked.stop or PAGE
        return results.held_by(self.actor, now=self.now, state=self.state, offset=first, limit=last - first)


@signed_in
def show(request: HttpRequest) -> HttpResponse:
    """The licences and other results of oneself and of the enterprises one represents, the last issued first."""
    asked = request.GET.get("trang_thai", "")
    page = Paginator(cast("Sequence[ResultInfo]", _Held(request, STATES.get(asked))), PAGE).get_page(
        request.GET.get("trang")
    )
    return render(
        request,
        "portal/results.html",
        {
            "page": page,
            "asked": asked if asked in STATES else "",
            "states": [(key, state.label) for key, state in STATES.items()],
        },
    )


@signed_in
def one(request: HttpRequest, result_id: int) -> HttpResponse:
    """One licence: what it is, what came before and after it, and what can be done with it."""
    actor, now = actor_of(request), timezone.now()
    result = results.get_for(actor, result_id, now=now)
    changing = dossiers.changing_for(actor, result_id)
    lives = results.chain(actor, result_id, now=now)
    return render(
        request,
        "portal/result.html",
        {
            "result": result,
            "lives": lives if len(lives) > 1 else [],
            "procedures": openable(result, now),
            "changing": changing,
            "changing_title": said(say("Đang được thay đổi theo hồ sơ {code}", code=changing)),
        },
    )
