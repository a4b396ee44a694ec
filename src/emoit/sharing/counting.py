"""From the log of accesses to the exchange's meter: each answered call is counted once, when its row is seen.

The log is written with every answer, the meter is not: hundreds of calls a second would wait for one row. A batch's
rows are bound into the audit trail by their digest.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from emoit.exchange import actions as exchange
from emoit.exchange.types import Direction
from emoit.kernel import audit
from emoit.kernel.access import Actor, acting_as

BATCH = 20_000
# Taken alone by whoever counts, together by whoever reads a statement.
LOCK = 7203022
_COUNT = """
    with taken as (
        update sharing_access set counted_at = %(now)s where agency_id = %(agency)s and counted_at is null and id in (
            select id from sharing_access where agency_id = %(agency)s and counted_at is null order by id limit %(most)s
        ) returning *
    ), sums as (
        select c.code, t.service || '/' || t.version as service, (t.at at time zone 'Asia/Ho_Chi_Minh')::date as day,
               min(t.at) as at, count(*) filter (where t.is_call) as calls, sum(t.bytes_in) as bytes_in,
               sum(t.bytes_out) as bytes_out, count(*) as rows
        from taken t join sharing_consumer c on c.id = t.consumer_id group by 1, 2, 3
    ), whole as (
        select encode(sha256(convert_to(string_agg(
            concat_ws('|', id, at, consumer_id, grant_id, service, version, purpose, asked, subject_kind, subject_id),
            E'\\n' order by id), 'UTF8')), 'hex') as digest, min(id) as first, max(id) as last from taken
    )
    select s.code, s.service, s.at, s.calls, s.bytes_in, s.bytes_out, s.rows, w.digest, w.first, w.last
    from sums s, whole w order by s.code, s.service, s.day
"""


def count_accesses(*, by: Actor, now: datetime, agency_id: int) -> int:
    """Count what is not counted yet, 20,000 rows at most. Returns how many rows."""
    with acting_as(by), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(_COUNT, {"now": now, "agency": agency_id, "most": BATCH})
        found = cursor.fetchall()
        for code, service, at, calls, bytes_in, bytes_out, *_ in found:
            exchange.meter(
                by=by, now=at, direction=Direction.IN, partner=code, service=service, calls=int(calls),
                bytes_in=int(bytes_in), bytes_out=int(bytes_out),
            )  # fmt: skip
        rows = sum(int(line[6]) for line in found)
        if found:
            digest, first, last = found[0][7:]
            audit.record(
                by=by,
                now=now,
                verb="sharing.count",
                subject_kind="sharing_access",
                subject_id=last,
                details={"first": first, "rows": rows, "sha256": digest},
            )
    return rows


def agencies_with_work(by: Actor) -> list[int]:
    """Agencies of which some access is not counted yet."""
    with acting_as(by), connection.cursor() as cursor:
        cursor.execute("select distinct agency_id from sharing_access where counted_at is null")
        return [row[0] for row in cursor.fetchall()]


def make_partitions(by: Actor, now: datetime, months: int) -> None:
    """Months of the log that are to come, made before they are needed."""
    with acting_as(by), connection.cursor() as cursor:
        cursor.execute("select sharing_make_partitions(%s, %s)", [now.date(), months])
