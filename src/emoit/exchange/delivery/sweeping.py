"""What makes up for whatever a dead process left: lent messages come back, conversations go on, runs are asked for.

Nothing depends on a job having been deferred or having survived.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import connection

from emoit.exchange.delivery.waking import wake
from emoit.exchange.events import MessageFailed
from emoit.exchange.models import Outbound
from emoit.exchange.rules.retrying import is_exhausted
from emoit.exchange.types import OutState
from emoit.kernel import outbox

logger = logging.getLogger(__name__)

LOST = "lost_courier"

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


def take_back(now: datetime) -> int:
    """Messages whose courier did not come back in time wait again: the partner may have them, so id and digest stay.

    One that took its courier down at every try that it has is a dead letter; late receipts count for it as well.
    """
    lent = Outbound.objects.select_for_update(of=("self",), skip_locked=True).select_related("partner")
    lost = list(lent.filter(state=OutState.SENDING.value, claimed_until__lt=now).defer("payload"))
    dead = [row for row in lost if _is_exhausted(row, now)]
    rows = Outbound.objects.filter(pk__in=[row.pk for row in lost])
    rows.update(state=OutState.WAITING.value, claimed_until=None, error=LOST)
    rows.filter(pk__in=[row.pk for row in dead]).update(state=OutState.FAILED.value, done_at=now)
    outbox.publish_all([_failed(row) for row in dead], now=now)
    if lost:
        logger.warning("%s messages came back from couriers that did not", len(lost))
    return len(lost)


def _is_exhausted(row: Outbound, now: datetime) -> bool:
    partner = row.partner
    return is_exhausted(row.attempts, row.created_at, now, most=partner.max_attempts, hours=partner.give_up_after_hours)


def _failed(row: Outbound) -> MessageFailed:
    return MessageFailed(
        agency_id=row.agency_id,
        message_id=row.message_id,
        partner=row.partner.code,
        kind=row.kind,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        code=LOST,
    )


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
