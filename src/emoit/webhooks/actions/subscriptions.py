from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import transaction

from emoit.kernel import audit, jobs
from emoit.kernel.access import Actor, ActorKind, Forbidden, Refusal, becoming, process
from emoit.lib.saying import say, vi
from emoit.lib.state import Impossible
from emoit.webhooks import catalogue, challenges, log, queries
from emoit.webhooks.actions.announce import write
from emoit.webhooks.models import Delivery, Log, OldSecret, Subscription
from emoit.webhooks.rules import addresses, signatures
from emoit.webhooks.rules.states import MACHINE
from emoit.webhooks.types import DeliveryState, NewSecret, State, SubscriptionInfo, Verb
from emoit.webhooks.words import ADDRESS_FAULTS

MOST = 20  # of one owner, without those that ended
LONGEST_DESCRIPTION = 200
NAME = "webhooks"


class WrongState(Refusal):
    code = "webhook_state"


@transaction.atomic
def subscribe(
    *, by: Actor, now: datetime, owner_key: str, address: str, types: Iterable[str] = (), description: str = ""
) -> NewSecret:
    """Begin to tell a system about what the owner may see; it must answer a challenge first.

    `owner_key` is one of the actor's reader keys: `a:` their own, `e:` an enterprise's. `types` empty: all. Everything
    from now on is delivered, also what happens until the challenge is answered. Refusals: forbidden, invalid (with
    fields), too_many_webhooks, too_many_challenges.
    """
    if by.kind is not ActorKind.CITIZEN or by.account_id is None or owner_key not in by.readers:
        raise Forbidden("Bạn không đăng ký nhận thông báo thay chủ thể này được.")
    chosen, words = _types(types), " ".join(description.split())
    faults = _faults(address=address, types=chosen, description=words)
    if faults:
        raise _invalid("Chưa đăng ký được địa chỉ nhận thông báo.", faults)
    with becoming(process(NAME, by.agency_id)):
        Log.objects.get_or_create(agency_id=by.agency_id)
        position = Log.objects.select_for_update().get(agency_id=by.agency_id).head
        of_owner = Subscription.objects.filter(agency_id=by.agency_id, owner_key=owner_key)
        if of_owner.exclude(state=State.ENDED.value).count() >= MOST:
            raise Refusal(
                say("Mỗi chủ thể có tối đa {number} địa chỉ nhận thông báo. Hãy xóa địa chỉ không dùng.", number=MOST),
                code="too_many_webhooks",
            )
        secret = signatures.new_secret()
        row = Subscription.objects.create(
            agency_id=by.agency_id,
            account_id=by.account_id,
            owner_key=owner_key,
            address=address,
            description=words,
            types=chosen,
            state=State.UNVERIFIED.value,
            secret=secret,
            position=position,
            created_at=now,
        )
        _note(by, now, row, "webhooks.subscribe", host=_host(address), types=chosen)
        _challenge(row, now)
        return NewSecret(queries.info(row), secret)


@transaction.atomic
def change(
    *,
    by: Actor,
    now: datetime,
    subscription_id: int,
    address: str | None = None,
    types: Iterable[str] | None = None,
    description: str | None = None,
) -> SubscriptionInfo:
    """Change what is given. Another address must answer a challenge before anything else goes there.

    Refusals: not_found, invalid (with fields), webhook_state where the subscription ended, too_many_challenges.
    """
    with _opened(by, subscription_id) as row:
        if row.state == State.ENDED.value:
            raise _wrong()
        new = {
            "address": row.address if address is None else address,
            "types": row.types if types is None else _types(types),
            "description": row.description if description is None else " ".join(description.split()),
        }
        faults = _faults(**new)  # type: ignore[arg-type]
        if faults:
            raise _invalid("Chưa đổi được đăng ký nhận thông báo.", faults)
        moved = new["address"] != row.address
        row.address, row.types, row.description = new["address"], new["types"], new["description"]  # type: ignore[assignment]
        if moved:
            _turn(row, Verb.MOVE)
            row.verified_at, row.failing_since, row.failures, row.held_until = None, None, 0, None
        row.save()
        _note(by, now, row, "webhooks.change", host=_host(row.address), types=row.types)
        if moved:
            _challenge(row, now)
        return queries.info(row)


@transaction.atomic
def rotate_secret(*, by: Actor, now: datetime, subscription_id: int) -> NewSecret:
    """A new secret; for 24 hours every one that it replaces signs too, however often it is replaced in that time.

    Refusals: not_found, webhook_state, too_many_secrets where as many as may sign do.
    """
    with _opened(by, subscription_id) as row:
        if row.state == State.ENDED.value:
            raise _wrong()
        if OldSecret.objects.filter(subscription=row, until__gt=now).count() >= signatures.MOST_OLD:
            raise Refusal(
                say(
                    "Khóa đã đổi {number} lần trong 24 giờ qua. Hãy đợi khóa cũ nhất hết hạn.",
                    number=signatures.MOST_OLD,
                ),
                code="too_many_secrets",
            )
        row.old_secret_until = now + signatures.BOTH_SIGN
        OldSecret.objects.create(
            agency_id=row.agency_id, subscription=row, secret=row.secret, until=row.old_secret_until
        )
        row.secret = signatures.new_secret()
        row.save(update_fields=["secret", "old_secret_until"])
        _note(by, now, row, "webhooks.rotate_secret")
        return NewSecret(queries.info(row), row.secret)


@transaction.atomic
def pause(*, by: Actor, now: datetime, subscription_id: int) -> SubscriptionInfo:
    """Nothing is sent until it is resumed; then everything since is. Refusals: not_found, webhook_state."""
    with _opened(by, subscription_id) as row:
        _turn(row, Verb.PAUSE)
        row.save(update_fields=["state"])
        _note(by, now, row, "webhooks.pause")
        return queries.info(row)


@transaction.atomic
def resume(*, by: Actor, now: datetime, subscription_id: int) -> SubscriptionInfo:
    """Go on after a pause, ours or the owner's, with what was written meanwhile. Refusals: not_found, webhook_state."""
    with _opened(by, subscription_id) as row:
        _turn(row, Verb.RESUME)
        row.reason, row.failing_since, row.failures, row.held_until = "", None, 0, None
        row.save(update_fields=["state", "reason", "failing_since", "failures", "held_until"])
        waiting = Delivery.objects.filter(subscription=row, state=DeliveryState.WAITING.value)
        waiting.update(due_at=now, since=now, attempts=0)
        _note(by, now, row, "webhooks.resume")
        jobs.defer("webhooks.spread", agency_id=row.agency_id)
        jobs.defer(log.JOB, agency_id=row.agency_id, subscription_id=row.pk)
        return queries.info(row)


@transaction.atomic
def verify(*, by: Actor, now: datetime, subscription_id: int) -> SubscriptionInfo:
    """Send the challenge again, at once. Refusals: not_found, webhook_state unless it waits for one,
    too_many_challenges."""
    with _opened(by, subscription_id) as row:
        if row.state != State.UNVERIFIED.value:
            raise _wrong()
        row.failures, row.held_until = 0, None
        row.save(update_fields=["failures", "held_until"])
        _challenge(row, now)
        return queries.info(row)


@transaction.atomic
def unsubscribe(*, by: Actor, now: datetime, subscription_id: int) -> None:
    """Nothing more is sent. Refusals: not_found; an ended one stays ended."""
    with _opened(by, subscription_id) as row:
        if row.state == State.ENDED.value:
            return
        end(row, now, "deleted")
        _note(by, now, row, "webhooks.unsubscribe")


def end(row: Subscription, now: datetime, reason: str) -> None:
    """For good; what waits will not be sent. The row is locked."""
    row.state = MACHINE.next(State(row.state), Verb.END).value
    row.reason, row.ended_at, row.held_until = reason, now, None
    row.save(update_fields=["state", "reason", "ended_at", "held_until"])
    close_waiting(row, now)


def close_waiting(row: Subscription, now: datetime) -> None:
    Delivery.objects.filter(subscription=row, state=DeliveryState.WAITING.value).update(
        state=DeliveryState.FAILED.value, error="ended", done_at=now
    )


@contextmanager
def _opened(by: Actor, subscription_id: int) -> Iterator[Subscription]:
    queries.get_for(by, subscription_id)
    with becoming(process(NAME, by.agency_id)):
        yield Subscription.objects.select_for_update().get(pk=subscription_id)


def _challenge(row: Subscription, now: datetime) -> None:
    """One challenge at a time: an earlier one no longer counts. Events that wait go on once it is answered.

    TooManyChallenges.
    """
    challenges.note(agency_id=row.agency_id, owner_key=row.owner_key, host=_host(row.address), now=now)
    earlier = Delivery.objects.filter(subscription=row, event__type=catalogue.CHALLENGE)
    earlier.filter(state=DeliveryState.WAITING.value).update(
        state=DeliveryState.FAILED.value, error="ended", done_at=now
    )
    hand = process(NAME, row.agency_id)
    told = {"challenge": secrets.token_urlsafe(32)}
    to_one(hand, now, row, catalogue.CHALLENGE, told)


def to_one(hand: Actor, now: datetime, row: Subscription, kind: str, data: dict[str, str]) -> Delivery:
    """An event that only this subscription gets, with its delivery. `hand` is a process of ours."""
    catalogue.check(kind, data)
    event = write(
        by=hand, now=now, kind=kind, subject=f"webhooks/{row.pk}", at=now, data=data, readers=[], in_log=False
    )
    made = Delivery.objects.create(
        agency_id=row.agency_id,
        subscription=row,
        event=event,
        owner_key=row.owner_key,
        state=DeliveryState.WAITING.value,
        since=now,
        due_at=now,
        created_at=now,
    )
    jobs.defer(log.JOB, agency_id=row.agency_id, subscription_id=row.pk)
    return made


def _turn(row: Subscription, verb: Verb) -> None:
    try:
        row.state = MACHINE.next(State(row.state), verb).value
    except Impossible:
        raise _wrong() from None


def _wrong() -> Refusal:
    return WrongState("Đăng ký nhận thông báo này không ở trạng thái làm được việc đó.")


def _types(types: Iterable[str]) -> list[str]:
    return sorted(set(types))


def _faults(*, address: str, types: list[str], description: str) -> dict[str, str]:
    faults: dict[str, str] = {}
    try:
        addresses.endpoint(address, loopback=settings.EMOIT_WEBHOOKS_LOOPBACK)
    except addresses.BadAddress as fault:
        faults["address"] = ADDRESS_FAULTS[fault.code]
    unknown = sorted(set(types) - {entry.type for entry in catalogue.subscribable()})
    if unknown:
        faults["types"] = say("Không có loại sự kiện «{name}»", name=unknown[0][:80])
    if len(description) > LONGEST_DESCRIPTION:
        faults["description"] = vi("Mô tả dài tối đa 200 ký tự")
    return faults


def _invalid(words: str, faults: dict[str, str]) -> Refusal:
    refusal = Refusal(words, code="invalid", fields=faults)
    refusal.status = 422
    return refusal


def _host(address: str) -> str:
    return addresses.endpoint(address, loopback=True).host


def _note(by: Actor, now: datetime, row: Subscription, verb: str, **details: object) -> None:
    audit.record(by=by, now=now, verb=verb, subject_kind="webhook", subject_id=row.pk, details=details)
