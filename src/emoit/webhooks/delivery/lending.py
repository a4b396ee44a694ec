"""Lend what is due to one run, if its receiver may be tried now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from emoit.kernel import audit
from emoit.kernel.access import process
from emoit.webhooks import catalogue, envelope, own
from emoit.webhooks.actions.subscriptions import close_waiting, end
from emoit.webhooks.models import Delivery, OldSecret, Subscription
from emoit.webhooks.queries import event_info
from emoit.webhooks.types import DeliveryState, State

BATCH = 10


@dataclass(frozen=True, slots=True)
class Lent:
    """A delivery on its way. `challenge`: what the answer must say, "" for any other event."""

    id: int
    event_id: str
    attempt: int
    body: bytes
    challenge: str


@dataclass(frozen=True, slots=True)
class Loan:
    """What a run got: for which address, signed with which secrets, the newest first."""

    address: str = ""
    secrets: tuple[str, ...] = ()
    until: datetime | None = None
    lent: tuple[Lent, ...] = ()


NOTHING = Loan()


def lease() -> timedelta:
    """How long a run keeps what it was lent, however many of them it has to carry."""
    return timedelta(seconds=settings.EMOIT_WEBHOOKS_TIMEOUT * (BATCH + 2))


@transaction.atomic
def lend(subscription_id: int, now: datetime) -> Loan:
    """Up to BATCH deliveries as they came due; one alone while the receiver has not answered well since it failed.

    One run at a time has something of a receiver: one that hangs holds up no more than that run.
    """
    row = Subscription.objects.select_for_update().filter(pk=subscription_id).first()
    if row is None or row.state not in {State.ACTIVE.value, State.UNVERIFIED.value}:
        return NOTHING
    if not own.still_owns(row.account_id, row.owner_key, now):
        end(row, now, "owner_gone")
        audit.record(
            by=process("webhooks", row.agency_id),
            now=now,
            verb="webhooks.end",
            subject_kind="webhook",
            subject_id=row.pk,
            details={"reason": "owner_gone"},
        )
        return NOTHING
    mine = Delivery.objects.filter(subscription=row)
    under_way = mine.filter(state=DeliveryState.SENDING.value, claimed_until__gt=now).exists()
    if under_way or (row.held_until is not None and now < row.held_until):
        return NOTHING
    due = mine.filter(state=DeliveryState.WAITING.value, due_at__lte=now)
    if row.state == State.UNVERIFIED.value:
        due = due.filter(event__type=catalogue.CHALLENGE)
    rows = list(
        due.order_by("due_at", "id")
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("event")[: 1 if row.failures else BATCH]
    )
    until = now + lease()
    for one in rows:
        one.state, one.claimed_until = DeliveryState.SENDING.value, until
        one.attempts += 1
    Delivery.objects.bulk_update(rows, ["state", "claimed_until", "attempts"])
    return Loan(row.address, secrets_of(row, now), until, tuple(_lent(one) for one in rows))


def secrets_of(row: Subscription, now: datetime) -> tuple[str, ...]:
    """The secret and those it replaced that still sign, the newest first."""
    if row.old_secret_until is None or now >= row.old_secret_until:
        return (row.secret,)
    older = OldSecret.objects.filter(subscription=row, until__gt=now).order_by("-until", "-id")
    return (row.secret, *(one.secret for one in older))


def _lent(row: Delivery) -> Lent:
    event = event_info(row.event)
    challenge = str(event.data["challenge"]) if event.type == catalogue.CHALLENGE else ""
    return Lent(row.pk, event.id, row.attempts, envelope.body(event), challenge)


@transaction.atomic
def give_back(subscription_id: int, lent: Iterable[Lent], now: datetime) -> None:
    """What was lent but never left waits again, as if it had not been lent; unless nothing will ever be sent."""
    row = Subscription.objects.select_for_update().get(pk=subscription_id)
    for one in lent:
        Delivery.objects.filter(pk=one.id, state=DeliveryState.SENDING.value, attempts=one.attempt).update(
            state=DeliveryState.WAITING.value, claimed_until=None, attempts=one.attempt - 1
        )
    if row.state == State.ENDED.value:
        close_waiting(row, now)
