from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.exchange import queries
from emoit.exchange.types import PartnerFacts, Standing


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """Every system that we exchange messages with: how it is connected, how it fares, which certificates end soon."""
    actor, now = actor_of(request), timezone.now()
    keys = queries.own_keys(actor, now=now)
    return frame.show(
        request,
        "exchange/partners.html",
        {
            "lines": [_line(facts) for facts in queries.partner_facts(actor, now=now)],
            "ending_keys": len({one.fingerprint for one in keys if one.standing is Standing.ENDING}),
            "may_operate": queries.may_operate(actor),
        },
    )


def _line(facts: PartnerFacts) -> dict[str, object]:
    words, tone = queries.partner_words(facts.state)
    profile = facts.profile
    return {
        "facts": facts,
        "words": words,
        "tone": tone,
        "transport": queries.TRANSPORT_WORDS[profile.transport],
        "format": queries.FORMAT_WORDS[profile.format],
        "lacking": [queries.USE_WORDS[use] for use in queries.lacking(profile, facts.certificates)],
    }
