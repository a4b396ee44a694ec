from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from emoit.dossiers import queries as dossiers
from emoit.dossiers.types import DossierCard
from emoit.portal.http import actor_of, signed_in


@signed_in
def show(request: HttpRequest) -> HttpResponse:
    """One's own dossiers and those of the enterprises one represents, the newest first."""
    cards = dossiers.list_for(actor_of(request), after=_after(request.GET.get("sau", "")), limit=dossiers.PAGE + 1)
    more = len(cards) > dossiers.PAGE
    cards = cards[: dossiers.PAGE]
    return render(
        request,
        "portal/dossiers.html",
        {"cards": cards, "next": _mark(cards[-1]) if more else "", "first": not request.GET.get("sau")},
    )


def _mark(card: DossierCard) -> str:
    return f"{(card.submitted_at or card.created_at).timestamp()}_{card.id}"


def _after(mark: str) -> tuple[datetime, int] | None:
    """Where the page before ended; anything unreadable is the first page."""
    moment, _, last = mark.partition("_")
    try:
        return datetime.fromtimestamp(float(moment)).astimezone(), int(last)
    except (ValueError, OverflowError, OSError):
        return None
