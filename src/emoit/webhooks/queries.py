"""Reads: the log as one reader may see it, one's own subscriptions and what became of their deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db.models import Case, Count, Q, QuerySet, When

from emoit.kernel.access import Actor, Forbidden, NotFound, Refusal, becoming, process
from emoit.webhooks.catalogue import PREFIX, entries, schema, schema_address, subscribable
from emoit.webhooks.envelope import cloud_event
from emoit.webhooks.models import Delivery, Event, Log, Reader, Subscription
from emoit.webhooks.types import (
    DeliveryInfo,
    DeliveryState,
    EventInfo,
    EventPage,
    EventType,
    State,
    SubscriptionInfo,
    Watched,
)
from emoit.webhooks.words import error_words, reason_words

__all__ = ["cloud_event", "error_words", "reason_words", "schema_address"]

ONLOOKERS = ("administrator", "auditor")


class CursorTooOld(Refusal):
    """Events after the cursor have been removed: whoever went on from there would miss them."""

    code = "cursor_too_old"
    status = 410


def events_for(actor: Actor, *, after: int, types: Iterable[str] = (), limit: int = 100) -> EventPage:
    """What the actor may see of the log after number `after`, in its order. CursorTooOld where it reaches back too far.

    Without more to come, the page's cursor is the head of the log, so that whoever has little to see moves on too.
    """
    with becoming(process("webhooks", actor.agency_id)):
        head = require_kept(actor.agency_id, after)
        seen = Reader.objects.filter(agency_id=actor.agency_id, reader__in=sorted(actor.readers))
        seen = seen.filter(seq__gt=after, seq__lte=head)
        wanted = sorted(set(types))
        if wanted:
            seen = seen.filter(event__type__in=wanted)
        ids = seen.order_by("seq").values_list("seq", "event_id").distinct()[: limit + 1]
        numbers = dict(ids)
        found = Event.objects.filter(pk__in=numbers.values()).order_by("seq")[:limit]
        events = tuple(event_info(row) for row in found)
    has_more = len(numbers) > limit
    cursor = events[-1].sequence if has_more and events else max(head, after)
    return EventPage(events, cursor or 0, has_more)


def require_kept(agency_id: int, after: int) -> int:
    """The head of the log. Called as a process of ours.

    CursorTooOld where events after `after` were removed; also where the log has not come so far, as after a restore:
    the events that it gets next would be passed over.
    """
    row = Log.objects.filter(agency_id=agency_id).values_list("head", "floor").first()
    head, floor = row or (0, 0)
    if after < floor and after != 0:
        raise CursorTooOld("Các sự kiện sau con trỏ này không còn được lưu. Hãy đọc lại từ đầu (after=0).")
    if after > head:
        raise CursorTooOld("Con trỏ này đi trước nhật ký hiện có. Hãy đọc lại từ đầu (after=0).")
    return head


def visible_to(actor: Actor) -> QuerySet[Subscription]:
    return Subscription.objects.filter(agency_id=actor.agency_id, owner_key__in=sorted(actor.readers)).exclude(
        reason="deleted"
    )


def subscriptions_of(actor: Actor) -> list[SubscriptionInfo]:
    """The newest first; without those that the owner deleted."""
    return [info(row) for row in visible_to(actor).order_by("-id")]


def get_for(actor: Actor, subscription_id: int) -> SubscriptionInfo:
    row = visible_to(actor).filter(pk=subscription_id).first()
    if row is None:
        raise NotFound("Không có đăng ký nhận thông báo này.")
    return info(row)


def deliveries_of(
    actor: Actor, subscription_id: int, *, before: int | None = None, state: str = "", limit: int = 20
) -> list[DeliveryInfo]:
    """The newest first, `before` the one with that id. Refusal: not_found."""
    get_for(actor, subscription_id)
    with becoming(process("webhooks", actor.agency_id)):
        rows = Delivery.objects.filter(subscription_id=subscription_id).select_related("event", "subscription")
        if before is not None:
            rows = rows.filter(pk__lt=before)
        if state:
            rows = rows.filter(state=state)
        return [delivery_info(row, row.subscription.held_until) for row in rows.order_by("-id")[:limit]]


def watched(actor: Actor, *, skip: int = 0, limit: int = 50) -> list[Watched]:
    """Every subscription that its owner kept, those whose receiver fails first, then the newest. Forbidden.

    For administrators and auditors; what was delivered is the owner's alone.
    """
    with _watching(actor):
        kept = _kept(actor).annotate(
            trouble=Case(When(state=State.SUSPENDED.value, then=0), When(failing_since=None, then=2), default=1)
        )
        rows = list(kept.order_by("trouble", "-id")[skip : skip + limit])
        of_these = Delivery.objects.filter(subscription__in=[row.pk for row in rows]).values_list("subscription_id")
        counted = {
            key: (waiting, failed)
            for key, waiting, failed in of_these.annotate(
                waiting=Count("id", filter=Q(state__in=[DeliveryState.WAITING.value, DeliveryState.SENDING.value])),
                failed=Count("id", filter=Q(state=DeliveryState.FAILED.value)),
            )
        }
        return [Watched(info(row), *counted.get(row.pk, (0, 0))) for row in rows]


def watched_count(actor: Actor) -> int:
    """How many `watched` has in all. Forbidden."""
    with _watching(actor):
        return _kept(actor).count()


def _kept(actor: Actor) -> QuerySet[Subscription]:
    return Subscription.objects.filter(agency_id=actor.agency_id).exclude(reason="deleted")


@contextmanager
def _watching(actor: Actor) -> Iterator[None]:
    if not any(actor.has_role(role) for role in ONLOOKERS):
        raise Forbidden("Chỉ quản trị viên và người kiểm tra, giám sát xem các nơi nhận thông báo.")
    with becoming(process("webhooks", actor.agency_id)):
        yield


def event_types() -> list[EventType]:
    """The catalogue, without the types that go to one receiver alone."""
    return subscribable()


def every_type() -> list[EventType]:
    return list(entries().values())


def schema_of(name: str) -> dict[str, object]:
    """JSON Schema of an event type's data; `name` is without our prefix. NotFound for one that is not ours."""
    entry = entries().get(PREFIX + name)
    if entry is None:
        raise NotFound("Không có loại sự kiện này.")
    return schema(entry)


def event_info(row: Event) -> EventInfo:
    return EventInfo(row.event_id, row.type, row.subject, row.at, row.data, row.seq)


def info(row: Subscription) -> SubscriptionInfo:
    return SubscriptionInfo(
        id=row.pk,
        owner_key=row.owner_key,
        address=row.address,
        description=row.description,
        types=tuple(row.types),
        state=State(row.state),
        reason=row.reason,
        created_at=row.created_at,
        verified_at=row.verified_at,
        failing_since=row.failing_since,
        old_secret_until=row.old_secret_until,
        position=row.position,
    )


def delivery_info(row: Delivery, held_until: datetime | None) -> DeliveryInfo:
    """`held_until`: until when the receiver is left alone; nothing is due before."""
    return DeliveryInfo(
        id=row.pk,
        event=event_info(row.event),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        due_at=max(row.due_at, held_until or row.due_at),
        tried_at=row.tried_at,
        done_at=row.done_at,
        status=row.status,
        error=row.error,
        answer=row.answer,
    )
