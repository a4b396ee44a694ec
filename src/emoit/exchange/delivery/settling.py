"""Write down what one try brought: the receipt, or when the next try is due, or that an operator must decide."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from django.db import connection, transaction

from emoit.exchange import evidence, keys, own
from emoit.exchange.delivery.lending import Lent
from emoit.exchange.envelopes import format_of, open_receipt
from emoit.exchange.events import MessageDelivered, MessageFailed
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.models import Conversation, Gate, Outbound, Partner
from emoit.exchange.rules.gate import Breaker, failed
from emoit.exchange.rules.retrying import DELIVERED, Blame, Outcome, answered, away, backoff, is_exhausted
from emoit.exchange.rules.states import MACHINE
from emoit.exchange.transports import Reply
from emoit.exchange.types import Format, OutState, OutVerb
from emoit.kernel import outbox
from emoit.lib import crashpoints

E = TypeVar("E", bound=outbox.BaseEvent)
LONGEST_ASKED = timedelta(hours=1)
_MOVE_HEAD = """
    update exchange_outbound set is_head = true where not is_head and id = (
        select id from exchange_outbound where conversation_id = %s and state in ('waiting', 'sending', 'failed')
        order by sequence limit 1
    )
"""
_CODE = re.compile(r"[a-z][a-z0-9_.]{0,79}")


@dataclass(frozen=True, slots=True)
class Proof:
    """A receipt that holds, with its exact bytes."""

    content: bytes
    form: Format


def judge(
    partner: Partner, lent: Lent, reply: Reply, signers: Mapping[str, keys.Signer]
) -> tuple[Outcome, Proof | None]:
    """What the answer means. Only a receipt signed by the partner for this very message counts as one."""
    if reply.status != 200:
        return answered(reply.status, _code(reply), _asked_wait(reply)), None
    try:
        form = format_of(reply.media_type)
        receipt, _ = open_receipt(reply.body, form, find=lambda print_: _known(signers, print_))
    except BadEnvelope as fault:
        code = "no_receipt" if fault.code in {"media_type", "malformed", "unsigned", "encoding"} else "bad_receipt"
        return away(code), None
    if receipt.sender != partner.code:
        return away("bad_receipt"), None
    named = (receipt.message_id, receipt.identity, receipt.recipient)
    if named != (lent.message_id, lent.identity, own.code()):
        return away("wrong_receipt"), None
    return DELIVERED, Proof(reply.body, form)


def _known(signers: Mapping[str, keys.Signer], fingerprint: str) -> keys.Signer:
    if fingerprint not in signers:
        raise BadEnvelope("unknown_certificate")
    return signers[fingerprint]


@transaction.atomic(savepoint=False)
def settle(
    partner: Partner, lent: Lent, outcome: Outcome, proof: Proof | None, now: datetime, *, has_failures: bool
) -> None:
    """One transaction: the message's new state, the head of its conversation, the breaker, the event.

    `has_failures`: whether the breaker had counted any when the message was lent; a success then closes it.
    """
    Conversation.objects.select_for_update().values_list("pk").get(pk=lent.conversation_id)
    row = Outbound.objects.select_for_update().defer("payload").get(pk=lent.id)
    if _is_ours(row, lent) or (outcome.verb is OutVerb.DELIVER and MACHINE.may(OutState(row.state), OutVerb.DELIVER)):
        _write(partner, row, outcome, proof, now)
    if outcome.blame is Blame.PARTNER:
        _count_failure(partner, outcome, now)
    elif has_failures:
        Gate.objects.filter(partner=partner).update(failures=0, trips=0, open_until=None)
    crashpoints.reach("deliver.settling")


def _is_ours(row: Outbound, lent: Lent) -> bool:
    """Nobody else has got it meanwhile."""
    return row.state == OutState.SENDING.value and row.attempts == lent.attempt


def _write(partner: Partner, row: Outbound, outcome: Outcome, proof: Proof | None, now: datetime) -> None:
    verb = outcome.verb
    if verb is OutVerb.RETRY and is_exhausted(
        row.attempts, row.created_at, now, most=partner.max_attempts, hours=partner.give_up_after_hours
    ):
        verb = OutVerb.FAIL
    row.state = MACHINE.next(OutState(row.state), verb)
    row.claimed_until = None
    row.error = "" if verb is OutVerb.DELIVER else outcome.code
    row.done_at = None if verb is OutVerb.RETRY else now
    if verb is OutVerb.RETRY:
        asked = min(outcome.wait, LONGEST_ASKED)
        row.due_at = now + max(asked, backoff(row.message_id, row.attempts))
    if proof is not None:
        row.receipt = evidence.keep(
            agency_id=row.agency_id,
            now=now,
            kind=evidence.SENT_RECEIPT,
            partner=partner.code,
            message_id=row.message_id,
            form=proof.form,
            content=proof.content,
        )
    row.save(update_fields=["state", "claimed_until", "error", "done_at", "due_at", "receipt"])
    if verb is OutVerb.DELIVER:
        move_head(row)
    _tell(partner, row, now)


def move_head(row: Outbound) -> None:
    """The first open message of the conversation may go. The conversation is locked."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_HEAD, [row.conversation_id])


def _count_failure(partner: Partner, outcome: Outcome, now: datetime) -> None:
    """The breaker counts what the partner as a whole cannot do now."""
    gate = Gate.objects.select_for_update().get(partner=partner)
    after = failed(Breaker(gate.failures, gate.trips, gate.open_until), now)
    gate.failures, gate.trips, gate.open_until = after.failures, after.trips, after.open_until
    gate.last_error, gate.last_failure_at = outcome.code, now
    gate.save(update_fields=["failures", "trips", "open_until", "last_error", "last_failure_at"])


def _tell(partner: Partner, row: Outbound, now: datetime) -> None:
    if row.state == OutState.DELIVERED.value:
        outbox.publish(_event(MessageDelivered, partner, row), now=now)
    elif row.state == OutState.FAILED.value:
        outbox.publish(_event(partial(MessageFailed, code=row.error), partner, row), now=now)


def _event(kind: Callable[..., E], partner: Partner, row: Outbound) -> E:
    return kind(
        agency_id=row.agency_id,
        message_id=row.message_id,
        partner=partner.code,
        kind=row.kind,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
    )


def _code(reply: Reply) -> str:
    """The code of a problem document (RFC 9457); "" where the answer is anything else."""
    if reply.media_type != "application/problem+json":
        return ""
    try:
        code = json.loads(reply.body)["code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _asked_wait(reply: Reply) -> timedelta:
    text = reply.retry_after
    return timedelta(seconds=int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else timedelta()
