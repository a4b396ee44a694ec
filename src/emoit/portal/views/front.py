from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from emoit.dossiers import queries as dossiers
from emoit.dossiers.types import Status
from emoit.portal.http import actor_of
from emoit.procedures import queries as procedures

OPEN = [s for s in Status if not s.is_final and s is not Status.DRAFT]


def show(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    signed_in = actor.account_id is not None and not actor.is_officer
    return render(
        request,
        "portal/front.html",
        {
            "fields": _fields(),
            "drafts": dossiers.list_for(actor, statuses=[Status.DRAFT], limit=5) if signed_in else [],
            "open": dossiers.list_for(actor, statuses=OPEN, limit=5) if signed_in else [],
        },
    )


def _fields() -> list[tuple[str, str, int]]:
    """Every field by its Vietnamese and its English name, and how many procedures it has."""
    counted = Counter((card.field_name, card.field_name_en) for card in procedures.catalogue())
    return [(name, name_en, count) for (name, name_en), count in counted.items()]
