"""How the exchange fares: queues, what was turned away, what was metered. Never what a message says."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import connection

from emoit.exchange import evidence
from emoit.exchange.models import Evidence, Gate, Meter, Partner, Rejection
from emoit.exchange.profiles import windows_of
from emoit.exchange.queries.door import looking
from emoit.exchange.rules.evidence import may_sign
from emoit.exchange.rules.gate import Breaker, closed_until
from emoit.exchange.types import (
    BreakerState,
    Direction,
    EvidenceState,
    Metered,
    PartnerState,
    RejectionCount,
)
from emoit.kernel.access import Actor
from emoit.lib.working_time import VIET_NAM

_COUNTS = """
    select partner_id, count(*) filter (where state = 'waiting'), count(*) filter (where state = 'sending'),
           count(*) filter (where state = 'failed'), min(created_at) filter (where state = 'waiting')
    from exchange_outbound where state in ('waiting', 'sending', 'failed') and agency_id = %s group by partner_id
"""
_IN_FAILED = """
    select partner_id, count(*) from exchange_inbound where state = 'failed' and agency_id = %s group by partner_id
"""


def partners(actor: Actor, *, now: datetime) -> list[PartnerState]:
    """Every partner by code, with its queue. Reads open messages alone, however many were sent before. Forbidden."""
    with looking(actor) as by:
        return states(by, list(Partner.objects.filter(agency_id=by.agency_id).order_by("code")), now)


def states(by: Actor, rows: list[Partner], now: datetime) -> list[PartnerState]:
    """The queues of these partners of the process's agency, in their order."""
    counts = {row[0]: row[1:] for row in _rows(_COUNTS, by)}
    failed = {row[0]: row[1] for row in _rows(_IN_FAILED, by)}
    gates = {gate.partner_id: gate for gate in Gate.objects.filter(agency_id=by.agency_id)}
    return [_state(row, gates.get(row.pk), counts.get(row.pk), failed.get(row.pk, 0), now) for row in rows]


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


def rejections(actor: Actor, *, now: datetime) -> list[RejectionCount]:
    """What was turned away today (in Viet Nam), the most frequent reason first. Forbidden."""
    with looking(actor) as by:
        rows = Rejection.objects.filter(agency_id=by.agency_id, day=now.astimezone(VIET_NAM).date())
        return [RejectionCount(r.partner_code, r.code, r.count, r.last_at) for r in rows.order_by("-count", "code")]


def metered(actor: Actor, since: date, until: date) -> list[Metered]:
    """Calls in both directions on the days `since` to `until` in Viet Nam, both included. Forbidden.

    By partner, direction, service and day.
    """
    with looking(actor) as by:
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
    with looking(actor) as by:
        oldest = evidence.oldest_unstamped(by.agency_id)
        unsealed = Evidence.objects.filter(agency_id=by.agency_id, seq=None).count()
        stamps = bool(settings.EMOIT_TSA_URL)
        return EvidenceState(unsealed, oldest if stamps else None, not stamps or may_sign(oldest, now))
