"""The log: events get their numbers, and every subscription its deliveries.

An event's id is given when its transaction writes it, not when that commits: whoever reads "all ids after the last"
passes over a transaction that began earlier and commits later. So the order of the log is not of ids. Numbers are given
here, one run at a time behind the lock on the agency's row, to what is seen committed. What commits later gets a later
number; and since the lock is held until the commit, whoever sees a number sees all before it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from emoit.kernel import jobs

MOST = 1000
JOB = "webhooks.deliver"

_OPEN = "insert into webhooks_log (agency_id, head, floor) values (%s, 0, 0) on conflict (agency_id) do nothing"
_LOCK = "select head from webhooks_log where agency_id = %s for update"
_NUMBER = """
    update webhooks_event e set seq = %(head)s + fresh.n
    from (
        select id, row_number() over (order by id) as n from (
            select id from webhooks_event
            where agency_id = %(agency)s and seq is null and in_log
            order by id limit %(most)s
        ) waiting
    ) fresh
    where e.id = fresh.id
    returning e.id
"""
_SHOW = """
    insert into webhooks_reader (agency_id, reader, seq, event_id)
    select e.agency_id, reader, e.seq, e.id
    from webhooks_event e cross join lateral (select distinct unnest(e.readers) as reader) r where e.id = any(%s)
"""
_HEAD = "update webhooks_log set head = %s where agency_id = %s"
# Whose turn it is: locked in one order, so that what their owners do at the same time waits or is waited for.
_WHO = """
    select s.id from webhooks_subscription s
    where s.agency_id = %(agency)s and s.state = 'active' and s.position < %(head)s and exists (
        select from webhooks_reader r
        where r.agency_id = s.agency_id and r.reader = s.owner_key and r.seq > s.position and r.seq <= %(head)s
    )
    order by s.id for update
"""
_SPREAD = """
    insert into webhooks_delivery
        (agency_id, subscription_id, event_id, owner_key, state, attempts, since, due_at, created_at, error, answer)
    select s.agency_id, s.id, e.id, s.owner_key, 'waiting', 0, %(now)s, %(now)s, %(now)s, '', ''
    from webhooks_subscription s
    join webhooks_reader r on r.agency_id = s.agency_id and r.reader = s.owner_key
        and r.seq > s.position and r.seq <= %(head)s
    join webhooks_event e on e.id = r.event_id
    where s.id = any(%(who)s) and s.state = 'active' and (cardinality(s.types) = 0 or e.type = any(s.types))
    order by e.seq
    on conflict (subscription_id, event_id) do nothing
    returning subscription_id
"""
_MOVE = "update webhooks_subscription set position = greatest(position, %s) where id = any(%s)"
_AGENCIES = "select distinct agency_id from webhooks_event where seq is null and in_log"


def spread(agency_id: int, now: datetime) -> int:
    """Number what is committed and not numbered yet, and make the deliveries. Returns how many events were numbered."""
    numbered = 0
    while True:
        with transaction.atomic():
            found = number(agency_id)
            deliver_to_all(agency_id, now)
        numbered += found
        if found < MOST:
            return numbered


@transaction.atomic
def number(agency_id: int) -> int:
    """Give the next numbers, in the order of ids among what is seen now. One run at a time."""
    with connection.cursor() as cursor:
        head = _locked_head(agency_id)
        cursor.execute(_NUMBER, {"agency": agency_id, "head": head, "most": MOST})
        ids = [row[0] for row in cursor.fetchall()]
        if ids:
            cursor.execute(_SHOW, [ids])
            cursor.execute(_HEAD, [head + len(ids), agency_id])
    return len(ids)


def _locked_head(agency_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [agency_id])
        cursor.execute(_LOCK, [agency_id])
        return int(cursor.fetchone()[0])


@transaction.atomic
def deliver_to_all(agency_id: int, now: datetime) -> None:
    """A delivery for each active subscription and each event after its position that it wants and may see."""
    with connection.cursor() as cursor:
        head = _locked_head(agency_id)
        cursor.execute(_WHO, {"agency": agency_id, "head": head})
        who = [row[0] for row in cursor.fetchall()]
        if not who:
            return
        cursor.execute(_SPREAD, {"now": now, "head": head, "who": who})
        woken = sorted({row[0] for row in cursor.fetchall()})
        cursor.execute(_MOVE, [head, who])
    for subscription_id in woken:
        jobs.defer(JOB, agency_id=agency_id, subscription_id=subscription_id)


def agencies_with_work() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_AGENCIES)
        return [row[0] for row in cursor.fetchall()]
