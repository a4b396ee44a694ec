"""Questions to partners that answer at once, as look-ups are: one request, one answer, nothing durable to deliver.

Three steps: a transaction that asks the gate and writes down that the question leaves; the wire, with no transaction
open; a transaction that writes down how it ended. A question whose process dies on the way stays on record without end.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from emoit.exchange.calling import Wire
from emoit.exchange.delivery.courier import tls_of
from emoit.exchange.metering import meter
from emoit.exchange.models import Call, Gate, Partner
from emoit.exchange.profiles import windows_of
from emoit.exchange.rules.gate import Breaker, Bucket, closed_until, failed, next_token_at, take
from emoit.exchange.transports import Away, Reply, Tls
from emoit.exchange.types import Answered, BreakerState, Direction, Question, Unanswered
from emoit.kernel import rows
from emoit.kernel.access import Actor, NotFound, alone_as
from emoit.lib.saying import say

Clock = Callable[[], datetime]
OK = "ok"
# The partner says that it cannot now, whatever the media type of its answer.
BUSY = {429, 502, 503, 504}
STOPPED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Way:
    """An open way to a partner: the question may leave, its row is committed."""

    partner: Partner
    tls: Tls
    call_id: int
    traceparent: str
    has_failures: bool


def call(*, by: Actor, clock: Clock, question: Question) -> Answered:
    """Put the question and wait for the answer. `by`: a process of ours, in whose agency the partner is.

    Unanswered where no answer in one of the asked media types came, or none may be asked for now; NotFound where the
    partner is not registered. RuntimeError inside a transaction: none may be open while a partner answers.
    """
    with alone_as(by):
        way = _open(by, clock(), question)
    began = time.monotonic()
    reply, code = _ask(way, question)
    milliseconds = round((time.monotonic() - began) * 1000)
    with alone_as(by):
        _settle(way, clock(), reply, code, milliseconds)
        _meter(by, way, question, reply, clock(), failures=1 if code else 0)
    if reply is None or code:
        raise _unanswered(way.partner.name, code)
    return Answered(reply.status, reply.media_type, reply.body)


def _meter(by: Actor, way: _Way, question: Question, reply: Reply | None, now: datetime, *, failures: int) -> None:
    """The one place where questions are metered."""
    meter(
        by=by,
        now=now,
        direction=Direction.OUT,
        partner=way.partner.code,
        service=question.service,
        failures=failures,
        bytes_in=len(reply.body) if reply else 0,
        bytes_out=len(question.body or b""),
    )


def _open(by: Actor, now: datetime, question: Question) -> _Way:
    asked = Gate.objects.select_related("partner").filter(agency_id=by.agency_id, partner__code=question.partner)
    gate = asked.first()
    if gate is None:
        raise NotFound("Không có hệ thống kết nối này.")
    partner = gate.partner
    if not partner.active or not partner.address:
        raise _unanswered(partner.name, "stopped", now + STOPPED)
    ends = closed_until(windows_of(partner), now)
    if ends is not None:
        raise _unanswered(partner.name, "maintenance", ends)
    if Breaker(gate.failures, gate.trips, gate.open_until).state(now) is BreakerState.OPEN:
        raise _unanswered(partner.name, "breaker_open", gate.open_until)
    _take_token(partner, now)
    traceparent = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
    row = Call(
        agency_id=by.agency_id,
        at=now,
        partner_code=partner.code,
        service=question.service,
        request_id=question.request_id,
        account_id=question.account_id,
        purpose=question.purpose,
        subject_kind=question.subject_kind,
        subject_id=question.subject_id,
        traceparent=traceparent,
        bytes_out=len(question.body or b""),
    )
    rows.insert(row)
    return _Way(partner, tls_of(partner, now), row.pk, traceparent, bool(gate.failures))


def _take_token(partner: Partner, now: datetime) -> None:
    """Locks the gate only where a rate is agreed."""
    if not partner.rate_per_minute:
        return
    gate = Gate.objects.select_for_update().get(partner=partner)
    bucket = Bucket(gate.tokens, gate.refilled_at)
    bucket, given = take(bucket, now, rate_per_minute=partner.rate_per_minute, wanted=1)
    if not given:
        again = next_token_at(bucket, rate_per_minute=partner.rate_per_minute)
        raise _unanswered(partner.name, "rate_limited", again)
    gate.tokens, gate.refilled_at = bucket.tokens, bucket.refilled_at
    gate.save(update_fields=["tokens", "refilled_at"])


def _ask(way: _Way, question: Question) -> tuple[Reply | None, str]:
    """The answer, and why it is none: "" where it is one."""
    wire = Wire(
        way.partner.address.rstrip("/") + question.path,
        way.tls,
        question.seconds or settings.EMOIT_EXCHANGE_TIMEOUT,
        question=question,
        traceparent=way.traceparent,
    )
    try:
        with wire:
            reply = wire.post(question.body or b"", question.media_type)
    except Away as away:
        return None, away.code
    return reply, _fault(reply, question.answers)


def _fault(reply: Reply, answers: Iterable[str]) -> str:
    if reply.status in BUSY:
        return f"http_{reply.status}"
    if reply.media_type in answers:
        return ""
    return "not_expected" if reply.status < 300 else f"http_{reply.status}"


def _settle(way: _Way, now: datetime, reply: Reply | None, code: str, milliseconds: int) -> None:
    Call.objects.filter(pk=way.call_id).update(
        outcome=code or OK,
        status=reply.status if reply else None,
        milliseconds=milliseconds,
        bytes_in=len(reply.body) if reply else None,
    )
    if code:
        _count_failure(way.partner, code, now)
    elif way.has_failures:
        Gate.objects.filter(partner=way.partner).update(failures=0, trips=0, open_until=None)


def _count_failure(partner: Partner, code: str, now: datetime) -> None:
    gate = Gate.objects.select_for_update().get(partner=partner)
    after = failed(Breaker(gate.failures, gate.trips, gate.open_until), now)
    gate.failures, gate.trips, gate.open_until = after.failures, after.trips, after.open_until
    gate.last_error, gate.last_failure_at = code, now
    gate.save(update_fields=["failures", "trips", "open_until", "last_error", "last_failure_at"])


def _unanswered(name: str, code: str, retry_at: datetime | None = None) -> Unanswered:
    words = {
        "stopped": say("Kết nối với {partner} đang bị ngừng.", partner=name),
        "maintenance": say("{partner} đang bảo trì.", partner=name),
        "rate_limited": say("Đã dùng hết số lần được hỏi {partner} trong phút này.", partner=name),
    }
    return Unanswered(
        words.get(code) or say("{partner} hiện không trả lời.", partner=name), code=code, retry_at=retry_at
    )
