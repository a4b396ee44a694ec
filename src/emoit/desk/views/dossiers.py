from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.desk import frame
from emoit.desk.doing import PAUSED
from emoit.desk.http import actor_of, number, officer_only
from emoit.desk.rows import calendar_for, chip
from emoit.dossiers import queries
from emoit.dossiers.types import DossierCard, Status
from emoit.ui.types import Link

PAGE = 50
STATUSES = [s for s in Status if s is not Status.DRAFT]


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """Dossiers that the officer may see, the newest first, by status."""
    actor, now = actor_of(request), timezone.now()
    asked = request.GET.get("trang-thai", "")
    status = Status(asked) if asked in {s.value for s in STATUSES} else None
    found = queries.list_for(
        actor,
        statuses=[status] if status else STATUSES,
        after=_after(request.GET.get("sau", "")),
        limit=PAGE + 1,
    )
    cards, more = found[:PAGE], len(found) > PAGE
    calendar = calendar_for(actor)
    return frame.show(
        request,
        "desk/dossiers.html",
        {
            "status": status,
            "statuses": STATUSES,
            "chosen": [Link(status.label, "?")] if status else [],
            "lines": [
                (card, chip(calendar, card.due_at, now, paused=card.status in PAUSED) if _runs(card) else None)
                for card in cards
            ],
            "first": not request.GET.get("sau"),
            "next": _mark(cards[-1]) if more else "",
        },
    )


def _runs(card: DossierCard) -> bool:
    return not card.status.is_final and card.status not in {Status.DECIDED, Status.SUBMITTED}


def _mark(card: DossierCard) -> str:
    moment = card.submitted_at or card.saved_at
    return f"{moment.isoformat()}_{card.id}"


def _after(mark: str) -> tuple[datetime, int] | None:
    """Where the page before ended; anything unreadable is the first page."""
    moment, _, last = mark.rpartition("_")
    try:
        read = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (read, number(last)) if read.tzinfo and number(last) else None
