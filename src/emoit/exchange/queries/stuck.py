"""Dead letters: how many for which reason, and which. Never what a message says."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Max, Min, QuerySet

from emoit.exchange.models import Inbound, Outbound
from emoit.exchange.queries.door import looking
from emoit.exchange.queries.messages import MOST_ROWS, in_facts, out_facts
from emoit.exchange.types import InState, MessageFacts, OutState, StuckGroup
from emoit.kernel.access import Actor


def stuck_groups(actor: Actor) -> list[StuckGroup]:
    """Dead letters counted by partner and reason, the most first. Forbidden."""
    with looking(actor) as by:
        rows = Outbound.objects.filter(agency_id=by.agency_id, state=OutState.FAILED.value)
        by_reason = rows.values_list("partner__code", "partner__name", "error").annotate(
            count=Count("id"), first_at=Min("done_at"), last_at=Max("done_at")
        )
        return [StuckGroup(*row) for row in by_reason.order_by("-count", "partner__code", "error")]


def stuck(
    actor: Actor, *, partner: str = "", error: str = "", skip: int = 0, limit: int = MOST_ROWS
) -> list[MessageFacts]:
    """Dead letters, those that fell last first; to one partner, for one reason ("": any). Forbidden."""
    with looking(actor) as by:
        rows = dead_letters(by, partner, error).select_related("partner", "conversation")
        return [out_facts(row) for row in rows.order_by("-done_at", "-id")[skip : skip + limit]]


def dead_letters(by: Actor, partner: str, error: str) -> QuerySet[Outbound]:
    """Of the process's agency, to one partner, for one reason ("": any)."""
    rows = Outbound.objects.filter(agency_id=by.agency_id, state=OutState.FAILED.value)
    asked = {"partner__code": partner, "error": error}
    return rows.filter(**{name: value for name, value in asked.items() if value})


def counted(groups: Sequence[StuckGroup], *, partner: str = "", error: str = "") -> int:
    """How many dead letters of these groups are to the partner, for the reason ("": any)."""
    return sum(
        group.count
        for group in groups
        if (not partner or group.partner == partner) and (not error or group.error == error)
    )


def stuck_inbound(actor: Actor) -> list[MessageFacts]:
    """What came in without effect, the latest first, a hundred at most. Forbidden."""
    with looking(actor) as by:
        rows = Inbound.objects.filter(agency_id=by.agency_id, state=InState.FAILED.value)
        return [in_facts(row) for row in rows.select_related("partner").order_by("-received_at")[:MOST_ROWS]]
