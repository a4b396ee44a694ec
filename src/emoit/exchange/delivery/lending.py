"""Lend what is due to one courier, if anything may go to the partner now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from emoit.exchange import evidence, keys, own
from emoit.exchange.envelopes import pack_message
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.models import Gate, Outbound, Partner
from emoit.exchange.profiles import windows_of
from emoit.exchange.rules.evidence import may_sign
from emoit.exchange.rules.gate import Breaker, Bucket, closed_until, next_token_at, take
from emoit.exchange.rules.states import MACHINE
from emoit.exchange.types import BreakerState, Format, Header, OutState, OutVerb
from emoit.files import queries as files

BATCH = 20
SIGN_AGAIN_AFTER = timedelta(minutes=5)  # half of what a partner's clock may differ
WAIT_FOR_STAMP = timedelta(minutes=1)
WAIT_FOR_KEY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Lent:
    """A message on its way: the exact bytes that leave, and what its receipt must name."""

    id: int
    message_id: str
    identity: str
    attempt: int
    envelope: bytes


@dataclass(frozen=True, slots=True)
class Loan:
    """What a courier got. `wake_at`: when something may go again, where a rule keeps it from going now."""

    messages: tuple[Lent, ...] = ()
    until: datetime | None = None
    wake_at: datetime | None = None


NOTHING = Loan()


def lease() -> timedelta:
    return timedelta(seconds=3 * settings.EMOIT_EXCHANGE_TIMEOUT)


@transaction.atomic
def lend(partner: Partner, now: datetime) -> Loan:
    """Up to BATCH heads of conversations, by priority, then as they came due; signed where they are not yet."""
    gate = Gate.objects.select_for_update().get(partner=partner)
    held = _held_until(partner, gate, now)
    if held is not None:
        return Loan(wake_at=held)
    breaker = Breaker(gate.failures, gate.trips, gate.open_until)
    wanted = 1 if breaker.state(now) is BreakerState.HALF_OPEN else BATCH
    if wanted == 1 and _is_probing(partner):
        return NOTHING  # its outcome will wake the others
    rows = _due(partner, now, wanted)
    if not rows:
        return NOTHING
    bucket = Bucket(gate.tokens, gate.refilled_at)
    bucket, given = take(bucket, now, rate_per_minute=partner.rate_per_minute, wanted=len(rows))
    if partner.rate_per_minute:
        gate.tokens, gate.refilled_at = bucket.tokens, bucket.refilled_at
        gate.save(update_fields=["tokens", "refilled_at"])
    if given == 0:
        return Loan(wake_at=next_token_at(bucket, rate_per_minute=partner.rate_per_minute))
    try:
        key = keys.own(partner.agency_id, now)
    except BadEnvelope:
        return Loan(wake_at=now + WAIT_FOR_KEY)
    until = now + lease()
    return Loan(tuple(_lend_one(partner, row, key, now, until) for row in rows[:given]), until)


def _held_until(partner: Partner, gate: Gate, now: datetime) -> datetime | None:
    """When it may be tried again, where a rule forbids it now."""
    if not partner.active or not partner.address:
        return now + timedelta(hours=1)
    maintenance = closed_until(windows_of(partner), now)
    if maintenance is not None:
        return maintenance
    if gate.open_until is not None and now < gate.open_until:
        return gate.open_until
    if settings.EMOIT_TSA_URL and not may_sign(evidence.oldest_unstamped(partner.agency_id), now):
        return now + WAIT_FOR_STAMP
    return None


def _is_probing(partner: Partner) -> bool:
    return Outbound.objects.filter(partner=partner, state=OutState.SENDING.value).exists()


def _due(partner: Partner, now: datetime, most: int) -> list[Outbound]:
    due = Outbound.objects.filter(
        partner=partner, state=OutState.WAITING.value, is_head=True, due_at__lte=now
    ).order_by("priority", "due_at", "id")
    return list(due.select_for_update(skip_locked=True, of=("self",)).select_related("conversation", "envelope")[:most])


def _lend_one(partner: Partner, row: Outbound, key: keys.OwnKey, now: datetime, until: datetime) -> Lent:
    header = header_of(partner, row, now)
    if row.envelope is None or row.signed_at is None or row.signed_at < now - SIGN_AGAIN_AFTER:
        form = Format(partner.format)
        row.envelope = evidence.keep(
            agency_id=row.agency_id,
            now=now,
            kind=evidence.SENT,
            partner=partner.code,
            message_id=row.message_id,
            form=form,
            content=pack_message(header, _payload(row), form, key),
        )
        row.signed_at = now
    row.state = MACHINE.next(OutState(row.state), OutVerb.CLAIM)
    row.attempts += 1
    row.claimed_until = until
    row.save(update_fields=["state", "attempts", "claimed_until", "envelope", "signed_at"])
    return Lent(row.pk, row.message_id, header.identity, row.attempts, bytes(row.envelope.content))


def header_of(partner: Partner, row: Outbound, signed_at: datetime) -> Header:
    """The same for every try of a message but for `signed_at`, and `after` where the one before was given up."""
    return Header(
        id=row.message_id,
        sender=own.code(),
        recipient=partner.code,
        kind=row.kind,
        conversation=row.conversation.name,
        sequence=row.sequence,
        after=_before(row),
        in_reply_to=row.in_reply_to,
        media_type=row.media_type,
        digest=row.digest,
        size=row.size,
        traceparent=row.traceparent,
        signed_at=signed_at,
    )


def _before(row: Outbound) -> str:
    if row.sequence == 1:
        return ""
    earlier = Outbound.objects.filter(
        conversation=row.conversation_id, sequence__lt=row.sequence, state=OutState.DELIVERED.value
    )
    return earlier.order_by("-sequence").values_list("message_id", flat=True).first() or ""


def _payload(row: Outbound) -> bytes:
    if row.payload is not None:
        return bytes(row.payload)
    with files.open_content(row.digest) as content:
        return content.read()
