"""Write down what a batch of tries brought: receipts, when the next try is due, or that an operator must decide."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from emoit.exchange import evidence, keys, own
from emoit.exchange.delivery.lending import Lent
from emoit.exchange.envelopes import RECEIPT_TYPES, format_of, open_receipt
from emoit.exchange.envelopes.as4.faults import MISSING_RECEIPT
from emoit.exchange.events import MessageDelivered, MessageFailed
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.models import Gate, Partner
from emoit.exchange.rules.gate import Breaker, failed, succeeded
from emoit.exchange.rules.retrying import DELIVERED, UNPACKED, Blame, Outcome, answered, away, backoff, is_exhausted
from emoit.exchange.rules.states import MACHINE
from emoit.exchange.transports import Reply
from emoit.exchange.types import Format, OutState, OutVerb
from emoit.kernel import outbox
from emoit.lib import crashpoints, problems

LONGEST_ASKED = timedelta(hours=1)
# By hand: each of these is done once for a whole batch.
_CONVERSATIONS = "select id, last_sequence from exchange_conversation where id = any(%s) order by id for update"
_MESSAGES = """
    select id, conversation_id, sequence, state, attempts, claimed_until, message_id, kind, subject_kind, subject_id,
        created_at
    from exchange_outbound where id = any(%s) order by id for update
"""
_WRITE = """
    update exchange_outbound o set state = v.state, claimed_until = null, error = v.error, done_at = v.done_at,
        due_at = coalesce(v.due_at, o.due_at), receipt_id = coalesce(v.receipt_id, o.receipt_id)
    from unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::bigint[])
        as v (id, state, error, done_at, due_at, receipt_id)
    where o.id = v.id
"""
_GIVE_BACK = """
    update exchange_outbound o set state = 'waiting', claimed_until = null, attempts = o.attempts - 1
    from unnest(%s::bigint[], %s::int[], %s::timestamptz[]) as v (id, attempt, until)
    where o.id = v.id and o.state = 'sending' and o.attempts = v.attempt and o.claimed_until = v.until
"""
_MOVE_HEADS = """
    update exchange_outbound o set is_head = true
    from unnest(%s::bigint[]) as c (id), lateral (
        select n.id from exchange_outbound n
        where n.conversation_id = c.id and n.state in ('waiting', 'sending', 'failed') order by n.sequence limit 1
    ) h
    where o.id = h.id and not o.is_head
"""
_RETIRED = """
    select fingerprint from exchange_certificate
    where partner_id = %s and fingerprint = any(%s) and retired_at is not null
"""
_CODE = re.compile(r"[a-z][a-z0-9_.]{0,79}")


@dataclass(frozen=True, slots=True)
class Try:
    """What one try brought. `receipt`: the exact bytes of one that holds, `media_type` theirs, `signer` who signed it
    (fingerprint)."""

    lent: Lent
    outcome: Outcome
    receipt: bytes | None = None
    media_type: str = ""
    signer: str = ""


def judge(partner: Partner, lent: Lent, reply: Reply, signers: Mapping[str, keys.Signer]) -> Try:
    """What the answer means. Only a receipt signed by the partner for this very message counts as one."""
    if reply.status != 200:
        return Try(lent, answered(reply.status, _code(reply), _asked_wait(reply)))
    try:
        form = format_of(reply.media_type)
        receipt, signer = open_receipt(
            reply.body, form, find=lambda print_: _known(signers, print_), sent=lent.envelope
        )
    except BadEnvelope as fault:
        code = "no_receipt" if fault.code in {"media_type", "malformed", "unsigned", "encoding"} else "bad_receipt"
        return Try(lent, away(code))
    if receipt.sender != partner.code:
        return Try(lent, away("bad_receipt"))
    named = (receipt.message_id, receipt.identity, receipt.recipient)
    if named != (lent.message_id, lent.identity, own.code()):
        return Try(lent, away("wrong_receipt"))
    return Try(lent, DELIVERED, reply.body, RECEIPT_TYPES[form], keys.fingerprint(signer.certificate))


def _known(signers: Mapping[str, keys.Signer], fingerprint: str) -> keys.Signer:
    if fingerprint not in signers:
        raise BadEnvelope("unknown_certificate")
    return signers[fingerprint]


@dataclass(frozen=True, slots=True)
class _Row:
    """A message as it stands, locked."""

    id: int
    conversation_id: int
    sequence: int
    state: str
    attempts: int
    claimed_until: datetime | None
    message_id: str
    kind: str
    subject_kind: str
    subject_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class _Change:
    """What a message becomes. `due_at` None: as it is."""

    row: _Row
    one: Try
    state: OutState
    due_at: datetime | None


@transaction.atomic(savepoint=False)
def settle(partner: Partner, tries: Sequence[Try], rest: Sequence[Lent], now: datetime, *, has_failures: bool) -> None:
    """One transaction for a batch: the messages' new states, the heads of their conversations, the breaker, the events.

    `rest` was lent but never left: it waits again, as if it had not been lent. `has_failures`: whether the breaker had
    counted any when the messages were lent; a success then closes it.
    """
    with connection.cursor() as cursor:
        tries = _still_proven(cursor, partner, tries)
        cursor.execute(_CONVERSATIONS, [[one.lent.conversation_id for one in tries]])
        last = dict(cursor.fetchall())
        cursor.execute(_MESSAGES, [[one.lent.id for one in tries]])
        rows = {row.id: row for row in (_Row(*values) for values in cursor.fetchall())}
        changes = [_change(partner, rows[one.lent.id], one, now) for one in tries if _may_write(rows[one.lent.id], one)]
        _write(cursor, partner, changes, now)
        gone_on = {
            change.row.conversation_id
            for change in changes
            if change.state is OutState.DELIVERED and change.row.sequence < last[change.row.conversation_id]
        }
        if gone_on:
            move_heads(sorted(gone_on))
        if rest:
            loans = [(lent.id, lent.attempt, lent.until) for lent in rest]
            cursor.execute(_GIVE_BACK, [list(column) for column in zip(*loans, strict=True)])
    asked = [one.outcome for one in tries if one.outcome != UNPACKED]  # those say nothing of the partner
    _count(partner, asked, now, has_failures=has_failures)
    outbox.publish_all([event for change in changes for event in _told(partner, change)], now=now)
    crashpoints.reach("deliver.settling")


def _still_proven(cursor: Any, partner: Partner, tries: Sequence[Try]) -> list[Try]:
    """A receipt whose certificate was retired while the message was on its way proves nothing any more."""
    signers = sorted({one.signer for one in tries if one.receipt is not None})
    if not signers:
        return list(tries)
    cursor.execute(_RETIRED, [partner.pk, signers])
    retired = {fingerprint for (fingerprint,) in cursor.fetchall()}
    return [Try(one.lent, away("bad_receipt")) if one.signer in retired else one for one in tries]


def _may_write(row: _Row, one: Try) -> bool:
    """Nobody else has got it meanwhile; or a receipt came late, which proves delivery all the same."""
    loan = (row.state, row.attempts, row.claimed_until)  # tries count from 0 again where an operator asks for more
    is_ours = loan == (OutState.SENDING.value, one.lent.attempt, one.lent.until)
    return is_ours or (one.outcome.verb is OutVerb.DELIVER and MACHINE.may(OutState(row.state), OutVerb.DELIVER))


def _change(partner: Partner, row: _Row, one: Try, now: datetime) -> _Change:
    verb = one.outcome.verb
    if verb is OutVerb.RETRY and is_exhausted(
        row.attempts, row.created_at, now, most=partner.max_attempts, hours=partner.give_up_after_hours
    ):
        verb = OutVerb.FAIL
        if Format(partner.format) is Format.AS4 and one.outcome != UNPACKED:  # what ebMS has its producers told
            one = replace(one, outcome=replace(one.outcome, code=MISSING_RECEIPT))
    due_at = None
    if verb is OutVerb.RETRY:
        due_at = now + max(min(one.outcome.wait, LONGEST_ASKED), backoff(row.message_id, row.attempts))
    return _Change(row, one, MACHINE.next(OutState(row.state), verb), due_at)


def _write(cursor: Any, partner: Partner, changes: Sequence[_Change], now: datetime) -> None:
    proven = [change for change in changes if change.one.receipt is not None]
    made = [evidence.Kept(change.row.message_id, change.one.receipt or b"", change.one.media_type) for change in proven]
    ids = evidence.keep_all(partner.agency_id, now, evidence.SENT_RECEIPT, partner.code, made)
    receipts = {change.row.id: number for change, number in zip(proven, ids, strict=True)}
    cursor.execute(
        _WRITE,
        [
            [change.row.id for change in changes],
            [change.state.value for change in changes],
            ["" if change.state is OutState.DELIVERED else change.one.outcome.code for change in changes],
            [now if change.due_at is None else None for change in changes],
            [change.due_at for change in changes],
            [receipts.get(change.row.id) for change in changes],
        ],
    )


def move_heads(conversations: Sequence[int]) -> None:
    """The first open message of each conversation may go. The conversations are locked."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_HEADS, [list(conversations)])


def _count(partner: Partner, outcomes: Sequence[Outcome], now: datetime, *, has_failures: bool) -> None:
    """The breaker counts what the partner as a whole cannot do now."""
    failures = [outcome for outcome in outcomes if outcome.blame is Blame.PARTNER]
    if not failures and not (has_failures and outcomes):
        return
    gate = Gate.objects.select_for_update().get(partner=partner)
    breaker = Breaker(gate.failures, gate.trips, gate.open_until)
    for outcome in outcomes:
        breaker = failed(breaker, now) if outcome.blame is Blame.PARTNER else succeeded(breaker)
    gate.failures, gate.trips, gate.open_until = breaker.failures, breaker.trips, breaker.open_until
    if failures:
        gate.last_error, gate.last_failure_at = failures[-1].code, now
    gate.save(update_fields=["failures", "trips", "open_until", "last_error", "last_failure_at"])


def _told(partner: Partner, change: _Change) -> Iterator[outbox.BaseEvent]:
    row = change.row
    about: dict[str, Any] = {
        "agency_id": partner.agency_id,
        "message_id": row.message_id,
        "partner": partner.code,
        "kind": row.kind,
        "subject_kind": row.subject_kind,
        "subject_id": row.subject_id,
    }
    if change.state is OutState.DELIVERED:
        yield MessageDelivered(**about)
    elif change.state is OutState.FAILED:
        yield MessageFailed(**about, code=change.one.outcome.code)


def _code(reply: Reply) -> str:
    """The code of a problem document (RFC 9457); "" where the answer is anything else."""
    if reply.media_type != problems.MEDIA_TYPE:
        return ""
    try:
        code = json.loads(reply.body)["code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _asked_wait(reply: Reply) -> timedelta:
    text = reply.retry_after
    return timedelta(seconds=int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else timedelta()
