from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.exchange import queries

SHOWN = 10  # dead letters; the rest are on a screen of their own


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """Queues, their age, what is stuck and what was turned away; or what a search for one message finds."""
    actor, now = actor_of(request), timezone.now()
    asked = request.GET.get("tim", "").strip()[:120]
    words = queries.error_words
    return frame.show(
        request,
        "exchange/queues.html",
        {
            "lines": [
                (state, *queries.partner_words(state), words(state.last_error))
                for state in queries.partners(actor, now=now)
            ],
            "stuck": [(facts, words(facts.error)) for facts in queries.stuck(actor, limit=SHOWN)],
            "all_stuck": queries.counted(queries.stuck_groups(actor)),
            "stuck_in": [(facts, words(facts.error)) for facts in queries.stuck_inbound(actor)],
            "rejections": [(one, words(one.code)) for one in queries.rejections(actor, now=now)],
            "evidence": queries.evidence_state(actor, now=now),
            "asked": asked,
            "found": queries.find(actor, asked),
        },
    )
