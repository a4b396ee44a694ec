"""Lend what is due to one courier, if anything may go to the partner now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

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


_LEND = """
    update exchange_outbound o
    set state = %s, claimed_until = %s, attempts = o.attempts + 1, envelope_id = v.envelope_id, signed_at = v.signed_at
    from unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) as v (id, envelope_id, signed_at) where o.id = v.id
"""


@dataclass(frozen=True, slots=True)
class Lent:
    """A message on its way: the exact bytes that leave, and what its receipt must name."""

    id: int
    conversation_id: int
    message_id: str
    identity: str
    attempt: int
    envelope: bytes


@dataclass(frozen=True, slots=True)
class Loan:
    """What a courier got. `wake_at`: when something may go again, where a rule keeps it from going now.

    `signers`: the certificates that count for receipts now, by fingerprint. `has_failures`: the breaker counted some.
    """

    messages: tuple[Lent, ...] = ()
    until: datetime | None = None
    wake_at: datetime | None = None
    signers: Mapping[str, keys.Signer] = field(default_factory=dict)
    has_failures: bool = False


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
    return Loan(
        messages=_lend_all(partner, rows[:given], key, now, until),
        until=until,
        signers=keys.signers(partner, now),
        has_failures=bool(gate.failures),
    )


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


def _lend_all(
    partner: Partner, rows: Sequence[Outbound], key: keys.OwnKey, now: datetime, until: datetime
) -> tuple[Lent, ...]:
    headers = [header_of(partner, row, now) for row in rows]
    _sign(
        partner, [(row, header) for row, header in zip(rows, headers, strict=True) if _is_unsigned(row, now)], key, now
    )
    for row in rows:
        row.state = MACHINE.next(OutState(row.state), OutVerb.CLAIM)
        row.attempts += 1
    with connection.cursor() as cursor:
        columns: list[list[Any]] = [
            [row.pk for row in rows],
            [row.envelope_id for row in rows],
            [row.signed_at for row in rows],
        ]
        cursor.execute(_LEND, [OutState.SENDING.value, until, *columns])
    return tuple(
        Lent(row.pk, row.conversation_id, row.message_id, header.identity, row.attempts, _bytes(row))
        for row, header in zip(rows, headers, strict=True)
    )


def _is_unsigned(row: Outbound, now: datetime) -> bool:
    return row.envelope_id is None or row.signed_at is None or row.signed_at < now - SIGN_AGAIN_AFTER


def _bytes(row: Outbound) -> bytes:
    return bytes(row.envelope.content) if row.envelope else b""


def _sign(partner: Partner, unsigned: list[tuple[Outbound, Header]], key: keys.OwnKey, now: datetime) -> None:
    form = Format(partner.format)
    made = evidence.keep_all(
        [
            evidence.row(
                agency_id=row.agency_id,
                now=now,
                kind=evidence.SENT,
                partner=partner.code,
                message_id=row.message_id,
                form=form,
                content=pack_message(header, _payload(row), form, key),
            )
            for row, header in unsigned
        ]
    )
    for (row, _), envelope in zip(unsigned, made, strict=True):
        row.envelope, row.signed_at = envelope, now


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
