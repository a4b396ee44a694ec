"""What makes up for dead workers, and what is removed in time."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import connection

from emoit.kernel import jobs
from emoit.webhooks import log
from emoit.webhooks.challenges import HOUR
from emoit.webhooks.models import Challenge, Delivery, OldSecret, Subscription
from emoit.webhooks.types import DeliveryState, State

logger = logging.getLogger(__name__)

KEEP_EVENTS = timedelta(days=90)
KEEP_DELIVERIES = timedelta(days=30)
MOST = 5000

_DUE = """
    select s.agency_id, s.id from webhooks_subscription s
    where s.state in ('active', 'unverified') and (s.held_until is null or s.held_until <= %(now)s)
    and exists (
        select from webhooks_delivery d where d.subscription_id = s.id and d.state = 'waiting' and d.due_at <= %(now)s
    ) and not exists (
        select from procrastinate_jobs j
        where j.status = 'todo' and j.task_name = 'webhooks.deliver' and j.args ->> 'subscription_id' = s.id::text
    )
"""
_OLD = "select id from webhooks_event where written_at < %s order by id limit %s"
_FLOOR = """
    update webhooks_log l set floor = greatest(l.floor, found.seq)
    from (select agency_id, max(seq) as seq from webhooks_event where id = any(%s) and seq is not null group by 1) found
    where l.agency_id = found.agency_id
"""
_FORGET = (
    "delete from webhooks_delivery where event_id = any(%s)",
    "delete from webhooks_reader where event_id = any(%s)",
    "delete from webhooks_event where id = any(%s)",
)


def take_back(now: datetime) -> int:
    """Deliveries whose run did not come back wait again: the receiver may have them, so the id stays."""
    lost = list(
        Delivery.objects.select_for_update(skip_locked=True)
        .filter(state=DeliveryState.SENDING.value, claimed_until__lt=now)
        .values_list("pk", flat=True)
    )
    Delivery.objects.filter(pk__in=lost).update(
        state=DeliveryState.WAITING.value, claimed_until=None, error="lost_worker"
    )
    if lost:
        logger.warning("%s webhook deliveries came back from runs that did not", len(lost))
    return len(lost)


def wake_all(now: datetime) -> int:
    """Ask for a run to each receiver that something is due for and may be tried."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"now": now})
        due = cursor.fetchall()
    for agency_id, subscription_id in due:
        jobs.defer(log.JOB, agency_id=agency_id, subscription_id=subscription_id)
    return len(due)


def forget_events(now: datetime) -> int:
    """Remove events of more than ninety days ago, and remember how far the log no longer reaches back."""
    with connection.cursor() as cursor:
        cursor.execute(_OLD, [now - KEEP_EVENTS, MOST])
        ids = [row[0] for row in cursor.fetchall()]
        if ids:
            cursor.execute(_FLOOR, [ids])
            for statement in _FORGET:
                cursor.execute(statement, [ids])
    return len(ids)


def forget_deliveries(now: datetime) -> int:
    """Remove what ended more than thirty days ago, and subscriptions that ended then."""
    old = now - KEEP_DELIVERIES
    ids = list(Delivery.objects.filter(done_at__lt=old).order_by("done_at").values_list("pk", flat=True)[:MOST])
    Delivery.objects.filter(pk__in=ids).delete()
    Subscription.objects.filter(state=State.ENDED.value, ended_at__lt=old).exclude(
        pk__in=Delivery.objects.values("subscription_id")
    ).delete()
    return len(ids)


def forget_traces(now: datetime) -> int:
    """Remove secrets that no longer sign, and challenges that no longer count; all at once."""
    Challenge.objects.filter(at__lte=now - HOUR).delete()
    OldSecret.objects.filter(until__lte=now).delete()
    return 0
