from __future__ import annotations

import hashlib
import json
import logging
from datetime import datetime

from django.db import connection, transaction

from emoit.exchange import evidence, keys, own, receiving
from emoit.exchange.envelopes import MEDIA_TYPES, RECEIPT_TYPES, Opened, format_of, open_message, pack_receipt, use_of
from emoit.exchange.faults import FAULTS, BadEnvelope
from emoit.exchange.models import Inbound, Partner
from emoit.exchange.rules.truth import Do, Seen, judge
from emoit.exchange.types import Answer, Format, InState, Message, Receipt
from emoit.kernel import audit
from emoit.kernel.access import Actor, Refusal, acting_as
from emoit.lib import crashpoints, problems
from emoit.lib.working_time import VIET_NAM

logger = logging.getLogger(__name__)

_COUNT = """
    insert into exchange_rejection as r (agency_id, day, partner_code, code, count, last_at)
    values (%s, %s, %s, %s, 1, %s)
    on conflict (agency_id, day, partner_code, code)
    do update set count = r.count + 1, last_at = greatest(r.last_at, excluded.last_at)
"""
# By hand: every message of a partner comes through here. The id is remembered first: it keeps others with the same id
# waiting, and the reference to its envelope is only checked at the end of the transaction.
_FIRST = """
    with made as (
        insert into exchange_inbound (
            agency_id, partner_id, message_id, identity, conversation, sequence, in_reply_to, kind, traceparent,
            state, error, attempts, duplicates, alarms, received_at, envelope_id
        ) values (
            %(agency_id)s, %(partner_id)s, %(message_id)s, %(identity)s, %(conversation)s, %(sequence)s,
            %(in_reply_to)s, %(kind)s, %(traceparent)s, %(state)s, %(error)s, 1, 0, 0, %(received_at)s,
            nextval('exchange_evidence_id_seq')
        )
        on conflict (agency_id, partner_id, message_id) do nothing
        returning id, envelope_id
    ), kept as (
        insert into exchange_evidence (id, agency_id, at, kind, partner_code, message_id, media_type, digest, content)
        select envelope_id, %(agency_id)s, %(received_at)s, %(evidence)s, %(partner_code)s, %(message_id)s,
            %(media_type)s, %(digest)s, %(content)s
        from made
    )
    select id, envelope_id from made
"""
_END = """
    update exchange_inbound set state = %s, error = %s, done_at = %s, receipt_id = %s, attempts = %s, duplicates = %s
    where id = %s
"""
_LINES = """
    select fingerprint, valid_to, retired_at is null from exchange_certificate
    where partner_id = %s and use = 'tls' and valid_from <= %s
"""


def accept(*, by: Actor, now: datetime, content: bytes, media_type: str, tls: str = "") -> Answer:
    """Take in what a partner sent and answer: a receipt, or a problem document with one of `faults.FAULTS`.

    `by` is a process of the agency, `tls` the fingerprint of the certificate of the line, "" if there is none. Opens
    its own transactions: effect, receipt and memory of the id are committed together, or none of them.
    """
    sender = ""
    try:
        with acting_as(by):
            form = format_of(media_type)
            opened = open_message(
                content,
                form,
                find=lambda print_: keys.find(by.agency_id, use_of(form), print_, now),
                recipient=own.code(),
                now=now,
            )
            sender = opened.signer.partner.code
            if opened.header.size > opened.signer.partner.max_bytes:
                raise BadEnvelope("too_large")
            _judge_line(opened.signer.partner, tls, now)
            handler = receiving.handler_of(opened.header.kind)
            if handler is None:
                raise BadEnvelope("unknown_kind")
            answer = _take_in(by, now, opened, form, content, handler)
            crashpoints.reach("accept.done")
    except BadEnvelope as fault:
        return _turn_away(by, now, fault, sender)
    crashpoints.reach("accept.committed")
    return answer


def _judge_line(partner: Partner, tls: str, now: datetime) -> None:
    """A partner that ever had a certificate for its connections must use one of those in force.

    Retiring the last one does not open the door to connections without any; one still to come does not shut it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [partner.pk, now])
        known = cursor.fetchall()
    if known and not any(tls == one and now <= end and in_use for one, end, in_use in known):
        raise BadEnvelope("tls_certificate")


def _take_in(
    by: Actor, now: datetime, opened: Opened, form: Format, content: bytes, handler: receiving.Handler
) -> Answer:
    header, partner = opened.header, opened.signer.partner
    row = _first(by, now, opened, form, content)
    is_new = row is not None
    if row is None:
        known = Inbound.objects.select_for_update(of=("self",)).select_related("receipt")
        row = known.get(agency_id=by.agency_id, partner=partner, message_id=header.id)
    seen = None if is_new else Seen(row.identity, InState(row.state))
    todo = judge(seen, header.identity, is_valid=True)
    if todo is Do.ALARM:
        return _alarm(by, now, row, header.identity)
    if todo is Do.REPEAT:
        row.duplicates += 1
        row.save(update_fields=["duplicates"])
        if row.receipt is None:  # the database forbids it
            raise BadEnvelope("not_processed")
        return Answer(200, "", bytes(row.receipt.content), row.receipt.media_type)
    if header.after and not _had_effect(row, header.after):
        raise BadEnvelope("too_early")
    if not is_new:
        row.duplicates += 1
        row.attempts += 1
    return bring(by, now, row, Message(partner.pk, header, opened.payload), form, handler)


def _first(by: Actor, now: datetime, opened: Opened, form: Format, content: bytes) -> Inbound | None:
    """The row of a message that was never seen; None where its id is known. Of two at once the second waits here."""
    header, partner = opened.header, opened.signer.partner
    row = Inbound(
        agency_id=by.agency_id,
        partner=partner,
        message_id=header.id,
        identity=header.identity,
        conversation=header.conversation,
        sequence=header.sequence,
        in_reply_to=header.in_reply_to,
        kind=header.kind,
        traceparent=header.traceparent,
        state=InState.FAILED.value,
        error="not_processed",
        received_at=now,
    )
    values = {
        name: getattr(row, name)
        for name in (
            "agency_id",
            "partner_id",
            "message_id",
            "identity",
            "conversation",
            "sequence",
            "in_reply_to",
            "kind",
            "traceparent",
            "state",
            "error",
            "received_at",
        )
    }
    kept = {
        "partner_code": partner.code,
        "media_type": MEDIA_TYPES[form],
        "digest": hashlib.sha256(content).hexdigest(),
        "content": content,
        "evidence": evidence.RECEIVED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, values | kept)
        made = cursor.fetchone()
    if made is None:
        return None
    row.pk, row.envelope_id = made
    return row


def _had_effect(row: Inbound, message_id: str) -> bool:
    return Inbound.objects.filter(
        agency_id=row.agency_id, partner=row.partner_id, message_id=message_id, state=InState.DELIVERED.value
    ).exists()


def bring(by: Actor, now: datetime, row: Inbound, message: Message, form: Format, handler: receiving.Handler) -> Answer:
    """Effect and receipt in the caller's transaction; on any failure the message stays, without either."""
    try:
        with transaction.atomic():
            handler(message, by, now)
            content = _receipt(by, now, row, message, form)
    except BadEnvelope as fault:
        return _failed(row, now, fault.code, "", "")
    except Refusal as refusal:
        return _failed(row, now, "refused", refusal.message, refusal.code)
    except Exception:
        logger.exception("message %s could not be processed", row.message_id)
        return _failed(row, now, "not_processed", "", "")
    row.receipt_id = evidence.keep(
        agency_id=by.agency_id,
        now=now,
        kind=evidence.RECEIVED_RECEIPT,
        partner=message.header.sender,
        kept=evidence.Kept(message.header.id, content, RECEIPT_TYPES[form]),
    )
    row.state, row.error, row.done_at = InState.DELIVERED.value, "", now
    _end(row)
    return Answer(200, "", content, RECEIPT_TYPES[form])


def _receipt(by: Actor, now: datetime, row: Inbound, message: Message, form: Format) -> bytes:
    """Signed by us. BadEnvelope `no_key` where no key is there, or its token does not answer."""
    key = keys.own(by.agency_id, now, use_of(form))
    receipt = Receipt(message.header.id, row.identity, own.code(), message.header.sender, now)
    return pack_receipt(receipt, form, key, bytes(row.envelope.content) if form is Format.AS4 else b"")


def _failed(row: Inbound, now: datetime, code: str, detail: str, reason: str) -> Answer:
    row.state, row.error, row.done_at = InState.FAILED.value, (reason or code)[:80], now
    _end(row)
    return problem(code, detail, reason)


def _end(row: Inbound) -> None:
    values = [row.state, row.error, row.done_at, row.receipt_id, row.attempts, row.duplicates, row.pk]
    with connection.cursor() as cursor:
        cursor.execute(_END, values)


def _alarm(by: Actor, now: datetime, row: Inbound, identity: str) -> Answer:
    row.alarms += 1
    row.save(update_fields=["alarms"])
    audit.record(
        by=by,
        now=now,
        verb="exchange.id_reused",
        subject_kind="message",
        subject_id=row.message_id,
        details={"partner": row.partner_id, "identity": identity},
    )
    return problem("id_reused")


def turn_away(*, by: Actor, now: datetime, code: str) -> Answer:
    """What a door refuses before it is a message of anybody's: counted all the same."""
    return _turn_away(by, now, BadEnvelope(code), "")


def _turn_away(by: Actor, now: datetime, fault: BadEnvelope, sender: str) -> Answer:
    """Nothing of it is kept but a count by reason and day."""
    with acting_as(by), connection.cursor() as cursor:
        cursor.execute(_COUNT, [by.agency_id, now.astimezone(VIET_NAM).date(), sender, fault.code, now])
    return problem(fault.code)


def problem(code: str, detail: str = "", reason: str = "") -> Answer:
    """A problem document (RFC 9457) with our code; `reason` is the code of the refusal behind it."""
    status, title = FAULTS[code]
    body = {"type": f"urn:emoit:exchange:{code}", "title": title, "status": status, "code": code}
    if detail:
        body["detail"] = detail
    if reason and reason != code:
        body["reason"] = reason
    content = json.dumps(body, ensure_ascii=False).encode(errors="replace")  # words may repeat half a letter of theirs
    return Answer(status, code, content, problems.MEDIA_TYPE, reason)
