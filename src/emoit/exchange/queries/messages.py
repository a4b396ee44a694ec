"""Messages one by one: found, traced across systems, who decided about them. Never what a message says."""

from __future__ import annotations

import re

from emoit.exchange.models import Call, Conversation, Evidence, Inbound, Outbound
from emoit.exchange.queries.door import looking
from emoit.exchange.types import CallFacts, MessageFacts, OutState, Step
from emoit.kernel import audit
from emoit.kernel.access import Actor, NotFound

MOST_ROWS = 100
MOST_STEPS = 200
_TRACE = re.compile(r"[0-9a-f]{32}")


def find(actor: Actor, text: str) -> list[MessageFacts]:
    """Messages by id, conversation, trace id or the id of what they are about; newest first. Forbidden."""
    asked = text.strip()
    if not asked or "\0" in asked:  # no text in the database holds that
        return []
    with looking(actor) as by:
        out = Outbound.objects.filter(agency_id=by.agency_id).select_related("partner", "conversation")
        inbound = Inbound.objects.filter(agency_id=by.agency_id).select_related("partner")
        talks = list(Conversation.objects.filter(agency_id=by.agency_id, name=asked).values_list("pk", flat=True))
        # One after the other: each has its index, a question by all of them at once has none.
        rows = [
            *out.filter(message_id=asked),
            *out.filter(conversation__in=talks).order_by("-id")[:MOST_ROWS],
            *out.filter(subject_id=asked).order_by("-id")[:MOST_ROWS],
        ]
        came = [
            *inbound.filter(message_id=asked),
            *inbound.filter(conversation=asked).order_by("-id")[:MOST_ROWS],
        ]
        if _TRACE.fullmatch(asked):
            rows += out.filter(traceparent__startswith=f"00-{asked}-").order_by("-id")[:MOST_ROWS]
            came += inbound.filter(traceparent__startswith=f"00-{asked}-").order_by("-id")[:MOST_ROWS]
        found = {(True, row.pk): out_facts(row) for row in rows} | {(False, row.pk): in_facts(row) for row in came}
    return sorted(found.values(), key=lambda facts: facts.at, reverse=True)[:MOST_ROWS]


def message(actor: Actor, message_id: str) -> list[MessageFacts]:
    """The message of that id that we sent, and those of partners under the same id. Forbidden, NotFound."""
    with looking(actor) as by:
        if "\0" in message_id:
            raise NotFound("Không có thông điệp này.")
        out = Outbound.objects.filter(agency_id=by.agency_id, message_id=message_id)
        inbound = Inbound.objects.filter(agency_id=by.agency_id, message_id=message_id)
        found = [out_facts(row) for row in out.select_related("partner", "conversation")]
        found += [in_facts(row) for row in inbound.select_related("partner").order_by("id")]
    if not found:
        raise NotFound("Không có thông điệp này.")
    return found


def trace(actor: Actor, traceparent: str) -> list[MessageFacts]:
    """All messages of the trace, in the order in which they came about, across systems. Forbidden."""
    trace_id = traceparent.split("-")[1] if traceparent.count("-") == 3 else traceparent
    return sorted(find(actor, trace_id), key=lambda facts: facts.at)


def steps(actor: Actor, message_id: str) -> list[Step]:
    """What was signed and received for a message, in order: every envelope and every receipt. Forbidden."""
    with looking(actor) as by:
        rows = Evidence.objects.filter(agency_id=by.agency_id, message_id=message_id).defer("content").order_by("id")
        return [Step(row.at, row.kind, row.partner_code, row.digest, row.seq) for row in rows[:MOST_STEPS]]


def decisions(actor: Actor, message_id: str) -> list[audit.Entry]:
    """Who sent it and who decided about it, from the trail, oldest first. Forbidden."""
    with looking(actor) as by:
        return audit.entries(by, subject_kind="message", subject_id=message_id)[::-1]


def out_facts(row: Outbound) -> MessageFacts:
    return MessageFacts(
        id=row.pk,
        message_id=row.message_id,
        is_outbound=True,
        partner=row.partner.code,
        partner_name=row.partner.name,
        kind=row.kind,
        conversation=row.conversation.name,
        sequence=row.sequence,
        state=row.state,
        error=row.error,
        attempts=row.attempts,
        at=row.created_at,
        done_at=row.done_at,
        due_at=row.due_at if row.state == OutState.WAITING.value else None,
        traceparent=row.traceparent,
        in_reply_to=row.in_reply_to,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        duplicates=0,
        alarms=0,
    )


def in_facts(row: Inbound) -> MessageFacts:
    return MessageFacts(
        id=row.pk,
        message_id=row.message_id,
        is_outbound=False,
        partner=row.partner.code,
        partner_name=row.partner.name,
        kind=row.kind,
        conversation=row.conversation,
        sequence=row.sequence,
        state=row.state,
        error=row.error,
        attempts=row.attempts,
        at=row.received_at,
        done_at=row.done_at,
        due_at=None,
        traceparent=row.traceparent,
        in_reply_to=row.in_reply_to,
        subject_kind="",
        subject_id="",
        duplicates=row.duplicates,
        alarms=row.alarms,
    )


def calls(actor: Actor, *, partner: str = "", subject_kind: str = "", subject_id: str = "") -> list[CallFacts]:
    """Questions put to partners that answer at once, the latest first, a hundred at most. Forbidden."""
    asked = {"partner_code": partner, "subject_kind": subject_kind, "subject_id": subject_id}
    with looking(actor) as by:
        rows = Call.objects.filter(agency_id=by.agency_id, **{name: value for name, value in asked.items() if value})
        return [_call(row) for row in rows.order_by("-at", "-id")[:MOST_ROWS]]


def _call(row: Call) -> CallFacts:
    return CallFacts(
        at=row.at,
        partner=row.partner_code,
        service=row.service,
        request_id=row.request_id,
        account_id=row.account_id,
        purpose=row.purpose,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        traceparent=row.traceparent,
        outcome=row.outcome,
        status=row.status,
        milliseconds=row.milliseconds,
        bytes_out=row.bytes_out,
        bytes_in=row.bytes_in,
    )
