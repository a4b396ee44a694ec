from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from emoit.exchange import keys, receiving
from emoit.exchange.actions.accept import bring
from emoit.exchange.delivery.settling import move_heads
from emoit.exchange.delivery.waking import wake
from emoit.exchange.envelopes import Opened, format_of, read_message, use_of
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.models import Certificate, Conversation, Inbound, Outbound
from emoit.exchange.queries.stuck import dead_letters
from emoit.exchange.rules.operators import as_operator
from emoit.exchange.rules.states import MACHINE
from emoit.exchange.types import Format, InState, Message, OutState, OutVerb, Use
from emoit.kernel import audit
from emoit.kernel.access import Actor, Holding, NotFound, Refusal, acting_as, process
from emoit.lib.state import Impossible

NAME = "exchange.operate"
MOST_AT_ONCE = 1000
AGAIN = MACHINE.next(OutState.FAILED, OutVerb.TRY_AGAIN)


@transaction.atomic
def try_again(*, by: Actor, now: datetime, message_id: str) -> None:
    """A dead letter waits again, under the same id and digest, with tries and age counted anew.

    Refusals: forbidden, not_found, not_stuck.
    """
    holding = as_operator(by)
    with acting_as(process(NAME, by.agency_id)):
        row = _locked(by, message_id)
        row.state = _next(row, OutVerb.TRY_AGAIN).value
        anew = _anew(now)
        for name, value in anew.items():
            setattr(row, name, value)
        row.save(update_fields=["state", *anew])
        _note(by, now, holding, "exchange.try_again", message_id)
        wake(by.agency_id, row.partner_id)


@transaction.atomic
def try_all_again(*, by: Actor, now: datetime, partner: str = "", error: str = "") -> int:
    """As `try_again` for the dead letters to a partner and for a reason ("": any), those that fell first.

    A thousand at most; how many it were. Refusals: forbidden.
    """
    holding = as_operator(by)
    with acting_as(process(NAME, by.agency_id)) as hand:
        fallen = dead_letters(hand, partner, error).order_by("done_at", "id")
        found = dict(fallen.values_list("pk", "conversation_id")[:MOST_AT_ONCE])
        # In the order in which a settlement locks them; what somebody else has decided meanwhile is left out.
        list(Conversation.objects.select_for_update().filter(pk__in=found.values()).order_by("pk").values_list("pk"))
        rows = Outbound.objects.select_for_update().filter(pk__in=found, state=OutState.FAILED.value)
        chosen = list(rows.order_by("pk").values_list("pk", "message_id", "partner_id"))
        Outbound.objects.filter(pk__in=[pk for pk, _, _ in chosen]).update(state=AGAIN.value, **_anew(now))
        for _, message_id, _ in chosen:
            _note(by, now, holding, "exchange.try_again", message_id)
        for partner_id in sorted({partner_id for _, _, partner_id in chosen}):
            wake(by.agency_id, partner_id)
    return len(chosen)


@transaction.atomic
def give_up(*, by: Actor, now: datetime, message_id: str, reason: str) -> None:
    """A message that waits or is stuck will never be sent; the ones after it in its conversation go on.

    Refusals: forbidden, not_found, not_stuck, reason_missing.
    """
    holding = as_operator(by)
    if not reason.strip():
        raise Refusal(
            "Hãy ghi lý do bỏ gửi thông điệp.",
            code="reason_missing",
            fields={"reason": "Hãy ghi lý do bỏ gửi thông điệp."},
        )
    with acting_as(process(NAME, by.agency_id)):
        row = _locked(by, message_id)
        row.state = _next(row, OutVerb.GIVE_UP).value
        row.done_at = now
        row.save(update_fields=["state", "done_at"])
        move_heads([row.conversation_id])
        _note(by, now, holding, "exchange.give_up", message_id, reason=reason.strip())
        wake(by.agency_id, row.partner_id)


@transaction.atomic
def process_again(*, by: Actor, now: datetime, inbound_id: int) -> bool:
    """Try again what came in without effect; the sender gets the receipt at its next try. Whether it went well.

    Refusals: forbidden, not_found, not_stuck.
    """
    holding = as_operator(by)
    with acting_as(process(NAME, by.agency_id)) as hand:
        found = Inbound.objects.select_for_update(of=("self",)).select_related("partner", "envelope")
        row = found.filter(agency_id=by.agency_id, pk=inbound_id).first()
        if row is None:
            raise NotFound("Không có thông điệp này.")
        if row.state != InState.FAILED.value:
            raise Refusal("Thông điệp này đã được xử lý xong.", code="not_stuck")
        form = format_of(row.envelope.media_type)
        opened = _opened(row, form)
        handler = receiving.handler_of(row.kind)
        if handler is None:
            raise Refusal("Hệ thống không còn nhận loại thông điệp này.", code="not_stuck")
        row.attempts += 1
        answer = bring(hand, now, row, Message(row.partner_id, opened.header, opened.payload), form, handler)
        _note(by, now, holding, "exchange.process_again", row.message_id, went_well=answer.is_receipt)
        return answer.is_receipt


def _anew(now: datetime) -> dict[str, Any]:
    """Tries and age are counted anew."""
    return {"attempts": 0, "error": "", "due_at": now, "created_at": now, "done_at": None}


def _locked(by: Actor, message_id: str) -> Outbound:
    """The message, and its conversation before it: in the order in which a settlement locks them."""
    found = Outbound.objects.filter(agency_id=by.agency_id, message_id=message_id)
    conversation_id = found.values_list("conversation_id", flat=True).first()
    if conversation_id is None:
        raise NotFound("Không có thông điệp này.")
    Conversation.objects.select_for_update().get(pk=conversation_id)
    return found.select_for_update().get()


def _next(row: Outbound, verb: OutVerb) -> OutState:
    try:
        return MACHINE.next(OutState(row.state), verb)
    except Impossible:
        raise Refusal("Thông điệp này không bị kẹt: đang gửi hoặc đã kết thúc.", code="not_stuck") from None


def _opened(row: Inbound, form: Format) -> Opened:
    try:
        use = use_of(form)
        content = bytes(row.envelope.content)
        return read_message(content, form, find=lambda print_: _whenever(row.agency_id, use, print_))
    except BadEnvelope:
        raise Refusal("Không đọc lại được thông điệp này.", code="not_stuck") from None


def _whenever(agency_id: int, use: Use, fingerprint: str) -> keys.Signer:
    """The certificate that was judged when the message came in, whatever has become of it."""
    row = Certificate.objects.select_related("partner").get(agency_id=agency_id, use=use.value, fingerprint=fingerprint)
    if row.partner is None:
        raise BadEnvelope("unknown_certificate")
    return keys.Signer(row.partner, keys.read(row.pem))


def _note(by: Actor, now: datetime, holding: Holding | None, verb: str, message_id: str, **details: object) -> None:
    audit.record(
        by=by, now=now, verb=verb, subject_kind="message", subject_id=message_id, holding=holding, details=details
    )
