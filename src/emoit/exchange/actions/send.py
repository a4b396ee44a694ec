from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from datetime import datetime

from django.db import transaction

from emoit.exchange.delivery.waking import wake
from emoit.exchange.envelopes.messages import MESSAGE_FIELDS
from emoit.exchange.models import Conversation, Outbound, Partner
from emoit.exchange.rules.states import MACHINE, OPEN
from emoit.exchange.types import Priority
from emoit.files import actions as files
from emoit.kernel import audit
from emoit.kernel.access import Actor, NotFound, Refusal, acting_as, process
from emoit.lib import crashpoints
from emoit.lib.saying import say

INLINE = 64 * 1024
NAME = "exchange.send"


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
    with acting_as(process(NAME, by.agency_id)) as hand:
        to = _partner(hand, partner)
        message_id = str(uuid.uuid4())
        trace = traceparent or f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
        talk = conversation or message_id
        _judge(to, payload, kind=kind, media_type=media_type, in_reply_to=in_reply_to, traceparent=trace, talk=talk)
        row = _number(to, talk)
        file_id = None
        if len(payload) > INLINE:
            stored = files.store_made(by=hand, now=now, name=message_id, content=payload, media_type=media_type)
            file_id = stored.id
        Outbound.objects.create(
            agency_id=by.agency_id,
            partner=to,
            conversation=row,
            message_id=message_id,
            sequence=row.last_sequence,
            is_head=not _has_open(row),
            kind=kind,
            in_reply_to=in_reply_to,
            subject_kind=subject_kind,
            subject_id=str(subject_id),
            media_type=media_type,
            digest=hashlib.sha256(payload).hexdigest(),
            size=len(payload),
            payload=None if file_id else payload,
            file_id=file_id,
            priority=Priority(priority).value,
            traceparent=trace,
            state=MACHINE.initial.value,
            due_at=now,
            created_at=now,
        )
        audit.record(
            by=by,
            now=now,
            verb="exchange.send",
            subject_kind="message",
            subject_id=message_id,
            details={"partner": to.code, "kind": kind, "about": f"{subject_kind}:{subject_id}" if subject_kind else ""},
        )
        wake(by.agency_id, to.pk)
    crashpoints.reach("send.written")
    return message_id


def _partner(by: Actor, code: str) -> Partner:
    found = Partner.objects.filter(agency_id=by.agency_id, code=code).first()
    if found is None:
        raise NotFound("Không có hệ thống kết nối này.")
    if not found.active:
        raise Refusal("Kết nối với hệ thống này đang bị ngừng.", code="inactive_partner")
    if not found.address:
        raise Refusal("Hệ thống này chưa có địa chỉ nhận thông điệp.", code="no_address")
    return found


def _judge(partner: Partner, payload: bytes, *, talk: str, **fields: str) -> None:
    if len(payload) > partner.max_bytes:
        limit = partner.max_bytes // 1024
        raise Refusal(say("Thông điệp lớn hơn mức bên nhận cho phép ({limit} KB).", limit=limit), code="too_large")
    values = {**fields, "conversation": talk}
    if not all(re.fullmatch(MESSAGE_FIELDS[name], value, re.ASCII) for name, value in values.items()):
        raise Refusal("Thông điệp có mục không đúng định dạng trao đổi.", code="bad_message")


def _number(partner: Partner, name: str) -> Conversation:
    """The conversation, locked, with the number of its next message."""
    row, _ = Conversation.objects.get_or_create(agency_id=partner.agency_id, partner=partner, name=name)
    row = Conversation.objects.select_for_update().get(pk=row.pk)
    row.last_sequence += 1
    row.save(update_fields=["last_sequence"])
    return row


def _has_open(row: Conversation) -> bool:
    return Outbound.objects.filter(conversation=row, state__in=[state.value for state in OPEN]).exists()
