"""What makes up for whatever a dead process left: lent messages come back, conversations go on, runs are asked for.

Nothing depends on a job having been deferred or having survived.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from emoit.exchange.delivery.waking import wake
from emoit.exchange.models import Outbound
from emoit.exchange.types import OutState

logger = logging.getLogger(__name__)

_HEADS = """
    update exchange_outbound set is_head = true where id in (
        select distinct on (o.conversation_id) o.id from exchange_outbound o
        where o.state in ('waiting', 'sending', 'failed')
        order by o.conversation_id, o.sequence
    ) and not is_head
"""
_DUE = """
    select p.agency_id, p.id from exchange_partner p
    where p.active and exists (
        select from exchange_outbound o
        where o.partner_id = p.id and o.state = 'waiting' and o.is_head and o.due_at <= %s
    )
"""


@dataclass(frozen=True, slots=True)
class Swept:
    """How many messages came back from the dead, how many conversations were stuck, how many runs were asked for."""

    returned: int
    unstuck: int
    woken: int


def take_back(now: datetime) -> int:
    """Messages whose courier did not come back in time wait again: the partner may have them, so id and digest stay."""
    lost = list(
        Outbound.objects.select_for_update(skip_locked=True)
        .filter(state=OutState.SENDING.value, claimed_until__lt=now)
        .values_list("pk", flat=True)
    )
    Outbound.objects.filter(pk__in=lost).update(state=OutState.WAITING.value, claimed_until=None, error="lost_courier")
    if lost:
        logger.warning("%s messages came back from couriers that did not", len(lost))
    return len(lost)


def mend_heads() -> int:
    """Every conversation with open messages has a head. It always should: a count above 0 is a bug to be found."""
    with connection.cursor() as cursor:
        cursor.execute(_HEADS)
        mended = int(cursor.rowcount)
    if mended:
        logger.error("%s conversations had no head", mended)
    return mended


def wake_all(now: datetime) -> int:
    """Ask for a run to each partner for which something is due."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [now])
        due = cursor.fetchall()
    return sum(wake(agency_id, partner_id) for agency_id, partner_id in due)
