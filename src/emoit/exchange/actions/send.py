from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from emoit.exchange.delivery.waking import wake
from emoit.exchange.envelopes.messages import MESSAGE_FIELDS
from emoit.exchange.rules.states import MACHINE
from emoit.exchange.types import Format, Priority
from emoit.files import actions as files
from emoit.kernel import audit
from emoit.kernel.access import Actor, NotFound, Refusal, becoming, process
from emoit.lib import crashpoints
from emoit.lib.saying import say

INLINE = 64 * 1024
NAME = "exchange.send"
# XML parsers take no text of 10,000,000 bytes and more; payloads stand there in base64.
MOST_IN = {Format.XML: 7 * 1024 * 1024}

# By hand: a person waits for these.
_PARTNER = (
    "select id, code, max_bytes, format, active, address from exchange_partner where agency_id = %s and code = %s"
)
# The conversation, locked, with the number of its next message.
_NUMBER = """
    insert into exchange_conversation as c (agency_id, partner_id, name, last_sequence) values (%s, %s, %s, 1)
    on conflict (agency_id, partner_id, name) do update set last_sequence = c.last_sequence + 1
    returning id, last_sequence
"""
_INSERT = """
    insert into exchange_outbound (
        agency_id, partner_id, conversation_id, message_id, sequence, is_head, kind, in_reply_to, subject_kind,
        subject_id, media_type, digest, size, payload, file_id, priority, traceparent, state, attempts, error, due_at,
        created_at
    ) values (
        %(agency_id)s, %(partner_id)s, %(conversation_id)s, %(message_id)s, %(sequence)s,
        not exists (
            select from exchange_outbound
            where conversation_id = %(conversation_id)s and state in ('waiting', 'sending', 'failed')
        ),
        %(kind)s, %(in_reply_to)s, %(subject_kind)s, %(subject_id)s, %(media_type)s, %(digest)s, %(size)s,
        %(payload)s, %(file_id)s, %(priority)s, %(traceparent)s, %(state)s, 0, '', %(now)s, %(now)s
    )
"""


@dataclass(frozen=True, slots=True)
class _To:
    """`max_bytes`: what the partner takes and its form can carry."""

    id: int
    code: str
    max_bytes: int


@transaction.atomic
def send(
    *,
    by: Actor,
    now: datetime,
    partner: str,
    kind: str,
    payload: bytes,
    media_type: str = "application/json",
    conversation: str = "",
    in_reply_to: str = "",
    priority: Priority = Priority.NORMAL,
    subject_kind: str = "",
    subject_id: int | str = "",
    traceparent: str = "",
) -> str:
    """Write the message down in the caller's transaction; it leaves once that commits. Returns its id, minted once.

    Messages of one conversation arrive in the order in which they were sent; without a name it is a conversation of its
    own. `subject_*`: what it is about. `traceparent` (W3C) goes on with a trace. Refusals: not_found,
    inactive_partner, no_address, too_large, bad_message.
    """
    with becoming(process(NAME, by.agency_id)) as hand:
        to = _partner(hand, partner)
        message_id = str(uuid.uuid4())
        trace = traceparent or f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
        talk = conversation or message_id
        _judge(to, payload, kind=kind, media_type=media_type, in_reply_to=in_reply_to, traceparent=trace, talk=talk)
        file_id = None
        if len(payload) > INLINE:
            stored = files.store_made(by=hand, now=now, name=message_id, content=payload, media_type=media_type)
            file_id = stored.id
        row: dict[str, Any] = {
            "agency_id": by.agency_id,
            "partner_id": to.id,
            "message_id": message_id,
            "kind": kind,
            "in_reply_to": in_reply_to,
            "subject_kind": subject_kind,
            "subject_id": str(subject_id),
            "media_type": media_type,
            "digest": hashlib.sha256(payload).hexdigest(),
            "size": len(payload),
            "payload": None if file_id else payload,
            "file_id": file_id,
            "priority": Priority(priority).value,
            "traceparent": trace,
            "state": MACHINE.initial.value,
            "now": now,
        }
        with connection.cursor() as cursor:
            cursor.execute(_NUMBER, [by.agency_id, to.id, talk])
            row["conversation_id"], row["sequence"] = cursor.fetchone()
            cursor.execute(_INSERT, row)
        audit.record(
            by=by,
            now=now,
            verb="exchange.send",
            subject_kind="message",
            subject_id=message_id,
            details={"partner": to.code, "kind": kind, "about": f"{subject_kind}:{subject_id}" if subject_kind else ""},
        )
        wake(by.agency_id, to.id)
    crashpoints.reach("send.written")
    return message_id


def _partner(by: Actor, code: str) -> _To:
    with connection.cursor() as cursor:
        cursor.execute(_PARTNER, [by.agency_id, code])
        row = cursor.fetchone()
    if row is None:
        raise NotFound("Không có hệ thống kết nối này.")
    number, code, max_bytes, form, active, address = row
    if not active:
        raise Refusal("Kết nối với hệ thống này đang bị ngừng.", code="inactive_partner")
    if not address:
        raise Refusal("Hệ thống này chưa có địa chỉ nhận thông điệp.", code="no_address")
    return _To(number, code, min(max_bytes, MOST_IN.get(Format(form), max_bytes)))


def _judge(partner: _To, payload: bytes, *, talk: str, **fields: str) -> None:
    if len(payload) > partner.max_bytes:
        limit = partner.max_bytes // 1024
        raise Refusal(say("Thông điệp lớn hơn mức bên nhận cho phép ({limit} KB).", limit=limit), code="too_large")
    values = {**fields, "conversation": talk}
    if not all(re.fullmatch(MESSAGE_FIELDS[name], value, re.ASCII) for name, value in values.items()):
        raise Refusal("Thông điệp có mục không đúng định dạng trao đổi.", code="bad_message")
