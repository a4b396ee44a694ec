"""Write down what one try brought: to the delivery, to its subscription."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emoit.kernel import audit, jobs
from emoit.kernel.access import Actor
from emoit.webhooks.actions.subscriptions import end
from emoit.webhooks.delivery.lending import Lent
from emoit.webhooks.models import Delivery, Subscription
from emoit.webhooks.rules.retrying import (
    SUSPEND_AFTER,
    Outcome,
    Verdict,
    is_exhausted,
    pause_of_receiver,
    wait,
)
from emoit.webhooks.rules.states import MACHINE
from emoit.webhooks.types import DeliveryState, State, Verb


@transaction.atomic
def settle(by: Actor, subscription_id: int, lent: Lent, outcome: Outcome, now: datetime) -> None:
    """One transaction. A try that was taken for lost changes nothing, unless it delivered after all."""
    subscription = Subscription.objects.select_for_update().get(pk=subscription_id)
    row = Delivery.objects.select_for_update().get(pk=lent.id)
    ours = row.state == DeliveryState.SENDING.value and row.attempts == lent.attempt
    late = outcome.verdict is Verdict.DELIVERED and row.state == DeliveryState.WAITING.value
    if not (ours or late):
        return
    _write(row, lent, outcome, now)
    if outcome.verdict is Verdict.DELIVERED:
        _went_well(by, subscription, lent, now)
    elif outcome.verdict is Verdict.GONE:
        _end(by, subscription, now, "gone")
    else:
        _went_wrong(by, subscription, row, lent, outcome, now)


def _write(row: Delivery, lent: Lent, outcome: Outcome, now: datetime) -> None:
    row.claimed_until, row.tried_at = None, now
    row.status, row.error, row.answer = outcome.status, outcome.code, outcome.answer
    if outcome.verdict is Verdict.DELIVERED:
        row.state, row.done_at = DeliveryState.DELIVERED.value, now
    elif outcome.verdict is Verdict.GONE or is_exhausted(row.attempts, row.since, now):
        row.state, row.done_at = DeliveryState.FAILED.value, now
    else:
        row.state = DeliveryState.WAITING.value
        row.due_at = now + max(outcome.wait, wait(lent.event_id, row.attempts))
    row.save(update_fields=["state", "claimed_until", "tried_at", "status", "error", "answer", "done_at", "due_at"])


def _went_well(by: Actor, subscription: Subscription, lent: Lent, now: datetime) -> None:
    if lent.challenge and subscription.state == State.UNVERIFIED.value:
        subscription.state = MACHINE.next(State.UNVERIFIED, Verb.VERIFY).value
        subscription.verified_at = now
        jobs.defer("webhooks.spread", agency_id=subscription.agency_id)
        _note(by, now, subscription, "webhooks.verified")
    elif not subscription.failures:
        return
    subscription.failures, subscription.failing_since, subscription.held_until = 0, None, None
    subscription.save(update_fields=["state", "verified_at", "failures", "failing_since", "held_until"])


def _went_wrong(
    by: Actor, subscription: Subscription, row: Delivery, lent: Lent, outcome: Outcome, now: datetime
) -> None:
    if subscription.state not in {State.ACTIVE.value, State.UNVERIFIED.value}:
        return
    if lent.challenge and row.state == DeliveryState.FAILED.value:
        _end(by, subscription, now, "unverified")
        return
    subscription.failures += 1
    subscription.failing_since = subscription.failing_since or now
    subscription.held_until = now + max(outcome.wait, pause_of_receiver(subscription.failures))
    if subscription.state == State.ACTIVE.value and now - subscription.failing_since >= SUSPEND_AFTER:
        subscription.state, subscription.reason = MACHINE.next(State.ACTIVE, Verb.SUSPEND).value, "failing"
        _note(by, now, subscription, "webhooks.suspend")
    subscription.save(update_fields=["failures", "failing_since", "held_until", "state", "reason"])


def _end(by: Actor, subscription: Subscription, now: datetime, reason: str) -> None:
    if subscription.state != State.ENDED.value:
        end(subscription, now, reason)
        _note(by, now, subscription, "webhooks.end", reason=reason)


def _note(by: Actor, now: datetime, row: Subscription, verb: str, **details: object) -> None:
    audit.record(by=by, now=now, verb=verb, subject_kind="webhook", subject_id=row.pk, details=details)
