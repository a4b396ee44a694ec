"""Reads for operators: how the exchange fares, what is stuck, where one message went. Never what a message says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.conf import settings
from django.db import connection

from emoit.exchange import evidence
from emoit.exchange.front import fingerprint_of
from emoit.exchange.models import Call, Conversation, Evidence, Gate, Inbound, Meter, Outbound, Partner, Rejection
from emoit.exchange.profiles import windows_of
from emoit.exchange.revocation.facts import facts_of
from emoit.exchange.rules.evidence import may_sign
from emoit.exchange.rules.gate import Breaker, closed_until
from emoit.exchange.rules.operators import OPERATOR, may_look
from emoit.exchange.types import (
    BreakerState,
    CallFacts,
    Direction,
    EvidenceState,
    InState,
    MessageFacts,
    Metered,
    OutState,
    PartnerState,
    RejectionCount,
    RevocationFacts,
    Step,
)
from emoit.exchange.words import (
    check_words,
    error_words,
    partner_words,
    reason_words,
    revocation_words,
    state_words,
    step_words,
    subject_words,
    verb_words,
)
from emoit.kernel import audit
from emoit.kernel.access import Actor, Forbidden, NotFound, acting_as, process
from emoit.lib.working_time import VIET_NAM

__all__ = [
    "calls",
    "check_words",
    "decisions",
    "error_words",
    "evidence_state",
    "find",
    "fingerprint_of",
    "may_operate",
    "message",
    "metered",
    "partner_words",
    "partners",
    "reason_words",
    "rejections",
    "revocation_words",
    "revocations",
    "state_words",
    "step_words",
    "steps",
    "stuck",
    "stuck_inbound",
    "subject_words",
    "trace",
    "verb_words",
]

MOST_ROWS = 100
MOST_STEPS = 200
_TRACE = re.compile(r"[0-9a-f]{32}")
_COUNTS = """
    select partner_id, count(*) filter (where state = 'waiting'), count(*) filter (where state = 'sending'),
           count(*) filter (where state = 'failed'), min(created_at) filter (where state = 'waiting')
    from exchange_outbound where state in ('waiting', 'sending', 'failed') and agency_id = %s group by partner_id
"""
_IN_FAILED = """
    select partner_id, count(*) from exchange_inbound where state = 'failed' and agency_id = %s group by partner_id
"""


@contextmanager
def _looking(actor: Actor) -> Iterator[Actor]:
    """As a process of ours: the tables are closed to people. Forbidden but for administrators and auditors."""
    if not may_look(actor):
        raise Forbidden("Chỉ quản trị viên và người kiểm tra, giám sát xem việc trao đổi thông điệp.")
    with acting_as(process("exchange.look", actor.agency_id)) as by:
        yield by


def may_operate(actor: Actor) -> bool:
    return actor.is_process or actor.has_role(OPERATOR)


def partners(actor: Actor, *, now: datetime) -> list[PartnerState]:
    """Every partner by code, with its queue. Reads open messages alone, however many were sent before. Forbidden."""
    with _looking(actor) as by:
        counts = {row[0]: row[1:] for row in _rows(_COUNTS, by)}
        failed = {row[0]: row[1] for row in _rows(_IN_FAILED, by)}
        gates = {gate.partner_id: gate for gate in Gate.objects.filter(agency_id=by.agency_id)}
        return [
            _state(row, gates.get(row.pk), counts.get(row.pk), failed.get(row.pk, 0), now)
            for row in Partner.objects.filter(agency_id=by.agency_id).order_by("code")
        ]


def _rows(statement: str, by: Actor) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [by.agency_id])
        return list(cursor.fetchall())


def _state(
    row: Partner, gate: Gate | None, counts: tuple[object, ...] | None, failed_in: int, now: datetime
) -> PartnerState:
    waiting, sending, failed, oldest = counts or (0, 0, 0, None)
    breaker = Breaker(gate.failures, gate.trips, gate.open_until) if gate else Breaker()
    return PartnerState(
        code=row.code,
        name=row.name,
        active=row.active,
        waiting=int(str(waiting)),
        sending=int(str(sending)),
        failed=int(str(failed)),
        failed_in=failed_in,
        oldest_at=oldest if isinstance(oldest, datetime) else None,
        breaker=breaker.state(now),
        open_until=gate.open_until if gate and breaker.state(now) is BreakerState.OPEN else None,
        maintenance_until=closed_until(windows_of(row), now),
        last_error=gate.last_error if gate else "",
        last_failure_at=gate.last_failure_at if gate else None,
    )


def stuck(actor: Actor) -> list[MessageFacts]:
    """Dead letters, those that fell last first, a hundred at most. Forbidden."""
    with _looking(actor) as by:
        rows = Outbound.objects.filter(agency_id=by.agency_id, state=OutState.FAILED.value)
        return [_out(row) for row in rows.select_related("partner", "conversation").order_by("-done_at")[:MOST_ROWS]]


def stuck_inbound(actor: Actor) -> list[MessageFacts]:
    """What came in without effect, the latest first, a hundred at most. Forbidden."""
    with _looking(actor) as by:
        rows = Inbound.objects.filter(agency_id=by.agency_id, state=InState.FAILED.value)
        return [_in(row) for row in rows.select_related("partner").order_by("-received_at")[:MOST_ROWS]]


def rejections(actor: Actor, *, now: datetime) -> list[RejectionCount]:
    """What was turned away today (in Viet Nam), the most frequent reason first. Forbidden."""
    with _looking(actor) as by:
        rows = Rejection.objects.filter(agency_id=by.agency_id, day=now.astimezone(VIET_NAM).date())
        return [RejectionCount(r.partner_code, r.code, r.count, r.last_at) for r in rows.order_by("-count", "code")]


def metered(actor: Actor, since: date, until: date) -> list[Metered]:
    """Calls in both directions on the days `since` to `until` in Viet Nam, both included. Forbidden.

    By partner, direction, service and day.
    """
    with _looking(actor) as by:
        rows = Meter.objects.filter(agency_id=by.agency_id, day__gte=since, day__lte=until)
        return [
            Metered(
                direction=Direction(row.direction),
                partner=row.partner_code,
                service=row.service,
                day=row.day,
                calls=row.calls,
                failures=row.failures,
                bytes_in=row.bytes_in,
                bytes_out=row.bytes_out,
            )
            for row in rows.order_by("partner_code", "direction", "service", "day")
        ]


def evidence_state(actor: Actor, *, now: datetime) -> EvidenceState:
    """How far the log is sealed and stamped. Forbidden."""
    with _looking(actor) as by:
        oldest = evidence.oldest_unstamped(by.agency_id)
        unsealed = Evidence.objects.filter(agency_id=by.agency_id, seq=None).count()
        stamps = bool(settings.EMOIT_TSA_URL)
        return EvidenceState(unsealed, oldest if stamps else None, not stamps or may_sign(oldest, now))


def revocations(actor: Actor, *, now: datetime) -> dict[str, RevocationFacts]:
    """What is known of the revocation of every certificate, ours and partners', by fingerprint. Forbidden."""
    with _looking(actor) as by:
        return facts_of(by.agency_id, now)


def find(actor: Actor, text: str) -> list[MessageFacts]:
    """Messages by id, conversation, trace id or the id of what they are about; newest first. Forbidden."""
    asked = text.strip()
    if not asked or "\0" in asked:  # no text in the database holds that
        return []
    with _looking(actor) as by:
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
        found = {(True, row.pk): _out(row) for row in rows} | {(False, row.pk): _in(row) for row in came}
    return sorted(found.values(), key=lambda facts: facts.at, reverse=True)[:MOST_ROWS]


def message(actor: Actor, message_id: str) -> list[MessageFacts]:
    """The message of that id that we sent, and those of partners under the same id. Forbidden, NotFound."""
    with _looking(actor) as by:
        if "\0" in message_id:
            raise NotFound("Không có thông điệp này.")
        out = Outbound.objects.filter(agency_id=by.agency_id, message_id=message_id)
        inbound = Inbound.objects.filter(agency_id=by.agency_id, message_id=message_id)
        found = [_out(row) for row in out.select_related("partner", "conversation")]
        found += [_in(row) for row in inbound.select_related("partner").order_by("id")]
    if not found:
        raise NotFound("Không có thông điệp này.")
    return found


def trace(actor: Actor, traceparent: str) -> list[MessageFacts]:
    """All messages of the trace, in the order in which they came about, across systems. Forbidden."""
    trace_id = traceparent.split("-")[1] if traceparent.count("-") == 3 else traceparent
    return sorted(find(actor, trace_id), key=lambda facts: facts.at)


def steps(actor: Actor, message_id: str) -> list[Step]:
    """What was signed and received for a message, in order: every envelope and every receipt. Forbidden."""
    with _looking(actor) as by:
        rows = Evidence.objects.filter(agency_id=by.agency_id, message_id=message_id).defer("content").order_by("id")
        return [Step(row.at, row.kind, row.partner_code, row.digest, row.seq) for row in rows[:MOST_STEPS]]


def decisions(actor: Actor, message_id: str) -> list[audit.Entry]:
    """Who sent it and who decided about it, from the trail, oldest first. Forbidden."""
    with _looking(actor) as by:
        return audit.entries(by, subject_kind="message", subject_id=message_id)[::-1]


def _out(row: Outbound) -> MessageFacts:
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


def _in(row: Inbound) -> MessageFacts:
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
    with _looking(actor) as by:
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
