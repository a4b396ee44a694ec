from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.desk import frame, progress
from emoit.desk.http import actor_of, officer_only
from emoit.lib.saying import vi
from emoit.results import queries as results
from emoit.results.types import EventKind
from emoit.ui.types import Entry, Moment

_TITLES = {
    EventKind.ISSUED: vi("Ban hành"),
    EventKind.REVOKED: vi("Thu hồi"),
    EventKind.REPLACED: vi("Được thay thế"),
    EventKind.CORRECTED: vi("Đính chính"),
    EventKind.LOADED: vi("Nạp từ hệ thống trước"),
}


@officer_only
def show(request: HttpRequest, result_id: int) -> HttpResponse:
    """One entry of the register of results, what happened to it, and the way to revoke it."""
    actor, now = actor_of(request), timezone.now()
    result = results.get_for(actor, result_id, now=now)
    lives = results.chain(actor, result_id, now=now)
    return frame.show(
        request,
        "desk/result.html",
        {
            "result": result,
            "verdict": results.by_token(result.token, now=now),
            "entries": [
                Entry(
                    title=_TITLES[event.kind],
                    at=event.at,
                    by=progress.who(event.by_name),
                    text=event.reason,
                    recorded=True,
                    moment=Moment.STOPPED if event.kind is EventKind.REVOKED else Moment.DONE,
                )
                for event in reversed(results.history(actor, result_id, now=now))
            ],
            "lives": lives if len(lives) > 1 else [],
            "may_revoke": results.may_revoke(actor, result),
        },
    )
