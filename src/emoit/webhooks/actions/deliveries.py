from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from emoit.kernel import audit, jobs
from emoit.kernel.access import Actor, NotFound, becoming, process
from emoit.webhooks import catalogue, log, queries
from emoit.webhooks.actions.subscriptions import NAME, WrongState, to_one
from emoit.webhooks.models import Delivery, Subscription
from emoit.webhooks.types import DeliveryInfo, DeliveryState, State

TEST_WORDS = "This is a test."
# What is on its way stays as it is; what was delivered or given up is sent again under the same id.
_REPLAY = """
    insert into webhooks_delivery as d
        (agency_id, subscription_id, event_id, owner_key, state, attempts, since, due_at, created_at, error, answer)
    select s.agency_id, s.id, e.id, s.owner_key, 'waiting', 0, %(now)s, %(now)s, %(now)s, '', ''
    from webhooks_subscription s
    join webhooks_reader r on r.agency_id = s.agency_id and r.reader = s.owner_key
        and r.seq > %(after)s and r.seq <= s.position
    join webhooks_event e on e.id = r.event_id
    where s.id = %(id)s and (cardinality(s.types) = 0 or e.type = any(s.types))
    order by e.seq
    on conflict (subscription_id, event_id) do update
        set state = 'waiting', attempts = 0, since = excluded.since, due_at = excluded.due_at, done_at = null
        where d.state in ('delivered', 'failed')
    returning d.id
"""


@transaction.atomic
def redeliver(*, by: Actor, now: datetime, subscription_id: int, delivery_id: int) -> DeliveryInfo:
    """Send one event again under the same id, with its tries counted anew. Refusals: not_found, webhook_state."""
    queries.get_for(by, subscription_id)
    with becoming(process(NAME, by.agency_id)):
        _active(subscription_id)
        rows = Delivery.objects.select_for_update(of=("self",)).select_related("event")
        row = rows.filter(pk=delivery_id, subscription_id=subscription_id).first()
        if row is None:
            raise NotFound("Không có lần gửi này.")
        if row.state == DeliveryState.SENDING.value or row.event.type == catalogue.CHALLENGE:
            raise WrongState("Thông báo này đang được gửi, hoặc không gửi lại được.")
        row.state, row.attempts, row.since, row.due_at, row.done_at = DeliveryState.WAITING.value, 0, now, now, None
        row.save(update_fields=["state", "attempts", "since", "due_at", "done_at"])
        _again(by, now, subscription_id, "webhooks.redeliver", event=row.event.event_id)
        return queries.delivery_info(row, None)


@transaction.atomic
def replay(*, by: Actor, now: datetime, subscription_id: int, after: int) -> int:
    """Send again everything after number `after` of the log, under the same ids. Returns how many events.

    Refusals: not_found, webhook_state, cursor_too_old where the log no longer reaches back so far.
    """
    queries.get_for(by, subscription_id)
    with becoming(process(NAME, by.agency_id)):
        _active(subscription_id)
        queries.require_kept(by.agency_id, after)
        with connection.cursor() as cursor:
            cursor.execute(_REPLAY, {"id": subscription_id, "after": after, "now": now})
            count = len(cursor.fetchall())
        _again(by, now, subscription_id, "webhooks.replay", after=after, events=count)
        return count


@transaction.atomic
def send_test(*, by: Actor, now: datetime, subscription_id: int) -> DeliveryInfo:
    """One event of type `webhook.test`. Refusals: not_found, webhook_state."""
    queries.get_for(by, subscription_id)
    with becoming(process(NAME, by.agency_id)) as hand:
        row = _active(subscription_id)
        made = to_one(hand, now, row, catalogue.TEST, {"note": TEST_WORDS})
        return queries.delivery_info(made, row.held_until)


def _active(subscription_id: int) -> Subscription:
    row = Subscription.objects.select_for_update().get(pk=subscription_id)
    if row.state != State.ACTIVE.value:
        raise WrongState("Chỉ gửi được khi đăng ký nhận thông báo đang hoạt động.")
    return row


def _again(by: Actor, now: datetime, subscription_id: int, verb: str, **details: object) -> None:
    Subscription.objects.filter(pk=subscription_id).update(held_until=None)
    audit.record(by=by, now=now, verb=verb, subject_kind="webhook", subject_id=subscription_id, details=details)
    jobs.defer(log.JOB, agency_id=by.agency_id, subscription_id=subscription_id)
