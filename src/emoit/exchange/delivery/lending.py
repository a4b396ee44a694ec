"""Lend what is due to one courier, if anything may go to the partner now."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from django.conf import settings
from django.db import connection, transaction

from emoit.exchange import evidence, keys, own
from emoit.exchange.envelopes import MEDIA_TYPES, pack_message, use_of
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.models import Gate, Outbound, Partner
from emoit.exchange.profiles import windows_of
from emoit.exchange.rules.evidence import may_sign
from emoit.exchange.rules.gate import Breaker, Bucket, closed_until, next_token_at, take
from emoit.exchange.types import BreakerState, Format, Header, OutState, Use
from emoit.files import queries as files
from emoit.lib import crashpoints

logger = logging.getLogger(__name__)

BATCH = 50
MOST_BYTES = 32 * 1024 * 1024  # of payloads in one loan; a larger one goes alone
SIGN_AGAIN_AFTER = timedelta(minutes=5)  # half of what a partner's clock may differ
WAIT_FOR_STAMP = timedelta(minutes=1)
WAIT_FOR_KEY = timedelta(minutes=1)

# By hand: every message comes through here. `after` is the newest of its conversation that was not given up; an
# envelope signed too long ago counts as none.
_DUE = """
    select o.id, o.conversation_id, o.message_id, o.attempts, o.priority, o.digest, o.payload,
        case when o.signed_at >= %s then o.envelope_id end,
        o.kind, c.name, o.sequence, o.in_reply_to, o.media_type, o.size, o.traceparent,
        case when o.sequence = 1 then '' else coalesce((
            select b.message_id from exchange_outbound b
            where b.agency_id = o.agency_id and b.conversation_id = o.conversation_id and b.sequence < o.sequence
                and b.state = 'delivered'
            order by b.sequence desc limit 1
        ), '') end
    from exchange_outbound o
    join exchange_conversation c on c.id = o.conversation_id
    where o.partner_id = %s and o.state = 'waiting' and o.is_head and o.due_at <= %s
    order by o.priority, o.due_at, o.id
    limit %s
    for update of o skip locked
"""
# Those of another form were signed before the partner's profile was changed.
_ENVELOPES = "select id, content from exchange_evidence where id = any(%s) and media_type = %s"
# When a key of the partner's or of ours ended last, by its time or by an operator.
_LAST_END = """
    select max(least(valid_to, retired_at)) from exchange_certificate
    where agency_id = %s and use = %s and (partner_id = %s or partner_id is null)
        and least(valid_to, retired_at) <= %s
"""
_LEND = """
    update exchange_outbound o set state = 'sending', claimed_until = %s, attempts = o.attempts + 1,
        envelope_id = coalesce(v.envelope_id, o.envelope_id),
        signed_at = case when v.envelope_id is null then o.signed_at else %s end
    from unnest(%s::bigint[], %s::bigint[]) as v (id, envelope_id) where o.id = v.id
"""


@dataclass(frozen=True, slots=True)
class Lent:
    """A message on its way: the exact bytes that leave, and what its receipt must name. b"": it could not be packed.

    `until`: when whoever has it must have settled it. With `attempt` it names the loan.
    """

    id: int
    conversation_id: int
    message_id: str
    identity: str
    attempt: int
    priority: int
    until: datetime
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
    rows = due(partner, now, wanted)
    if not rows:
        return NOTHING
    bucket = Bucket(gate.tokens, gate.refilled_at)
    bucket, given = take(bucket, now, rate_per_minute=partner.rate_per_minute, wanted=len(rows))
    if partner.rate_per_minute:
        gate.tokens, gate.refilled_at = bucket.tokens, bucket.refilled_at
        gate.save(update_fields=["tokens", "refilled_at"])
    if given == 0:
        return Loan(wake_at=next_token_at(bucket, rate_per_minute=partner.rate_per_minute))
    until = now + lease()
    try:
        key = keys.own(partner.agency_id, now, use_of(Format(partner.format)))
        signers = keys.signers(partner, now, use_of(Format(partner.format)))
        messages = _lend_all(partner, rows[:given], key, signers, now, until)
    except BadEnvelope:
        return Loan(wake_at=now + WAIT_FOR_KEY)
    return Loan(messages=messages, until=until, signers=signers, has_failures=bool(gate.failures))


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


@dataclass(frozen=True, slots=True)
class Due:
    """A message that may go now; its row is locked. `envelope_id` None: it has to be signed."""

    id: int
    conversation_id: int
    attempts: int
    priority: int
    payload: bytes | None
    envelope_id: int | None
    header: Header


def due(partner: Partner, now: datetime, most: int) -> list[Due]:
    """Heads of conversations by lane, then as they came due; those that another courier holds are passed over."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [_signed_since(partner, now), partner.pk, now, most])
        return list(_few([_due(partner, now, row) for row in cursor.fetchall()]))


def _few(rows: Sequence[Due]) -> Iterator[Due]:
    """From the first, as many as may be held in memory at once."""
    total = 0
    for row in rows:
        total += row.header.size
        if total > MOST_BYTES and row is not rows[0]:
            return
        yield row


def _signed_since(partner: Partner, now: datetime) -> datetime:
    """From when an envelope may leave again as it is.

    AS4 repeats the same bytes however late, until a key ends that they hang on: nobody could take them then.
    """
    if Format(partner.format) is not Format.AS4:
        return now - SIGN_AGAIN_AFTER
    with connection.cursor() as cursor:
        cursor.execute(_LAST_END, [partner.agency_id, Use.AS4.value, partner.pk, now])
        (ended,) = cursor.fetchone()
    return ended or datetime.min.replace(tzinfo=UTC)


def _due(partner: Partner, now: datetime, row: tuple[Any, ...]) -> Due:
    pk, conversation_id, message_id, attempts, priority, digest, payload, envelope_id, *of_header = row
    kind, conversation, sequence, in_reply_to, media_type, size, traceparent, after = of_header
    header = Header(  # the same for every try but for `signed_at`, and `after` where the one before was given up
        id=message_id,
        sender=own.code(),
        recipient=partner.code,
        kind=kind,
        conversation=conversation,
        sequence=sequence,
        after=after,
        in_reply_to=in_reply_to,
        media_type=media_type,
        digest=digest,
        size=size,
        traceparent=traceparent,
        signed_at=now,
    )
    return Due(pk, conversation_id, attempts, priority, payload, envelope_id, header)


def _lend_all(
    partner: Partner,
    rows: Sequence[Due],
    key: keys.OwnKey,
    signers: Mapping[str, keys.Signer],
    now: datetime,
    until: datetime,
) -> tuple[Lent, ...]:
    form = Format(partner.format)
    to = next((signer.certificate for signer in signers.values()), None)
    contents = _stored([row.envelope_id for row in rows if row.envelope_id is not None], form)
    signed = {row.id: contents[row.envelope_id] for row in rows if row.envelope_id in contents}
    packed = [(row, content) for row in rows if row.id not in signed and (content := _packed(row, form, key, to))]
    made = [evidence.Kept(row.header.id, content, MEDIA_TYPES[form]) for row, content in packed]
    ids = evidence.keep_all(partner.agency_id, now, evidence.SENT, partner.code, made)
    numbers = {row.id: number for (row, _), number in zip(packed, ids, strict=True)}
    signed |= {row.id: content for row, content in packed}
    with connection.cursor() as cursor:
        cursor.execute(_LEND, [until, now, [row.id for row in rows], [numbers.get(row.id) for row in rows]])
    crashpoints.reach("deliver.lending")
    return tuple(
        Lent(
            id=row.id,
            conversation_id=row.conversation_id,
            message_id=row.header.id,
            identity=row.header.identity,
            attempt=row.attempts + 1,
            priority=row.priority,
            until=until,
            envelope=signed.get(row.id, b""),
        )
        for row in rows
    )


def _stored(ids: Sequence[int], form: Format) -> dict[int | None, bytes]:
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ENVELOPES, [list(ids), MEDIA_TYPES[form]])
        return {number: bytes(content) for number, content in cursor.fetchall()}


def _packed(row: Due, form: Format, key: keys.OwnKey, to: x509.Certificate | None) -> bytes:
    """The signed bytes; b"" where this one message cannot be packed, so that the others go. BadEnvelope: no_key."""
    try:
        return pack_message(row.header, _payload(row), form, key, to)
    except BadEnvelope:
        raise
    except Exception:
        logger.exception("message %s cannot be packed", row.header.id)
        return b""


def _payload(row: Due) -> bytes:
    if row.payload is not None:
        return row.payload
    with files.open_content(row.header.digest) as content:
        return content.read()
