"""How many calls passed between a partner and us, in both directions: one row for a partner, service and day.

Counted are calls of every kind: messages, look-ups, services of ours. Those that were refused or failed are among
`calls` and again in `failures`. The row is locked until the caller's transaction ends: count last in it. A message is
counted as its receipt is sealed, so that no message waits for this row; envelopes turned away stand in `Rejection`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from emoit.exchange.types import Direction
from emoit.kernel.access import Actor, becoming, process
from emoit.lib.working_time import VIET_NAM

_ADD = """
    insert into exchange_meter as m
        (agency_id, direction, partner_code, service, day, calls, failures, bytes_in, bytes_out)
    values (%s::bigint, %s, %s, %s, %s, %s::bigint, %s::bigint, %s::bigint, %s::bigint)
    on conflict (agency_id, direction, partner_code, service, day) do update set
        calls = m.calls + excluded.calls, failures = m.failures + excluded.failures,
        bytes_in = m.bytes_in + excluded.bytes_in, bytes_out = m.bytes_out + excluded.bytes_out
"""


def meter(
    *,
    by: Actor,
    now: datetime,
    direction: Direction,
    partner: str,
    service: str,
    calls: int = 1,
    failures: int = 0,
    bytes_in: int = 0,
    bytes_out: int = 0,
) -> None:
    """Add calls to the day of `now` in Viet Nam, in the caller's transaction. One statement.

    `direction` is who asked: `in` the partner, `out` we. `bytes_in` is what came to us and `bytes_out` what went from
    us, as bodies. `partner` "" is nobody that we know. ValueError where a number is negative, or more failed than were.
    """
    if not 0 <= failures <= calls or bytes_in < 0 or bytes_out < 0:
        raise ValueError("not a count of calls")
    values: list[Any] = [by.agency_id, direction.value, partner, service]
    values += [now.astimezone(VIET_NAM).date(), calls, failures, bytes_in, bytes_out]
    with transaction.atomic(savepoint=False):  # it is the last of the caller's, and fails with it
        if by.is_process:
            _add(values)
            return
        with becoming(process("exchange.meter", by.agency_id)):
            _add(values)


def _add(values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ADD, values)


_ADD_MESSAGES = """
    insert into exchange_meter as m
        (agency_id, direction, partner_code, service, day, calls, failures, bytes_in, bytes_out)
    select r.agency_id, r.direction, r.partner_code, r.service, r.day, count(*), 0,
        sum(case r.direction when 'in' then r.envelope else r.receipt end),
        sum(case r.direction when 'in' then r.receipt else r.envelope end)
    from (
        select e.agency_id, d.direction, e.partner_code, d.service, octet_length(e.content) as receipt,
            (e.at at time zone 'Asia/Ho_Chi_Minh')::date as day, octet_length(s.content) as envelope
        from exchange_evidence e cross join lateral (
            select 'out' as direction, o.kind as service, o.envelope_id from exchange_outbound o
            where e.kind = 'sent_receipt' and o.receipt_id = e.id
                and o.agency_id = e.agency_id and o.message_id = e.message_id
            union all
            select 'in', i.kind, i.envelope_id from exchange_inbound i
            where e.kind = 'received_receipt' and i.receipt_id = e.id
                and i.agency_id = e.agency_id and i.message_id = e.message_id
        ) d join exchange_evidence s on s.id = d.envelope_id
        where e.id = any(%s::bigint[])
    ) r
    group by 1, 2, 3, 4, 5
    on conflict (agency_id, direction, partner_code, service, day) do update set
        calls = m.calls + excluded.calls,
        bytes_in = m.bytes_in + excluded.bytes_in, bytes_out = m.bytes_out + excluded.bytes_out
"""


def meter_messages(evidence_ids: list[int]) -> None:
    """Count the messages whose receipts are among these rows of the log, in the transaction that seals them."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD_MESSAGES, [evidence_ids])
