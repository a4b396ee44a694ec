"""What changed in the register, in an order in which nothing is ever put before what was read already.

A change is ordered by the transaction that wrote it; readers stop before the oldest transaction that still runs, so one
that commits late is read by the next call. A cursor is signed and good for its own consumer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.db import connection

from emoit.kernel.access import Actor, Refusal
from emoit.lib.saying import vi

_SALT = "emoit.sharing.cursor"
PAGE = 100
_READ = """
    select c.xid::text, c.id, c.result_id, c.kind, c.at from sharing_change c
    where c.agency_id = %s and (c.xid, c.id) > (%s::text::xid8, %s)
      and c.xid < pg_snapshot_xmin(pg_current_snapshot())
    order by c.xid, c.id limit %s
"""
_AHEAD = "select %s::text::xid8 >= pg_snapshot_xmin(pg_current_snapshot())"


@dataclass(frozen=True, slots=True)
class Line:
    """One change. `place` is where it stands in the order."""

    place: tuple[str, int]
    result_id: int
    kind: str
    at: datetime


def read(actor: Actor, consumer: str, cursor: str) -> tuple[list[Line], str, bool]:
    """The changes after the cursor ("" from the beginning), the next cursor, and whether there are no more for now.

    Refusal `bad_cursor`: tampered with, another consumer's, or of a time that a restored database does not know.
    """
    xid, last = _unpack(consumer, cursor) if cursor else ("0", 0)
    with connection.cursor() as db:
        if cursor:
            db.execute(_AHEAD, [xid])
            if db.fetchone()[0]:
                raise bad_cursor()
        db.execute(_READ, [actor.agency_id, xid, last, PAGE + 1])
        rows = [Line((row[0], row[1]), *row[2:]) for row in db.fetchall()]
    lines = rows[:PAGE]
    place = lines[-1].place if lines else (xid, last)
    return lines, signing.dumps([consumer, *place], salt=_SALT), len(rows) <= PAGE


def _unpack(consumer: str, cursor: str) -> tuple[str, int]:
    try:
        whose, xid, last = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise bad_cursor() from None
    if whose != consumer:
        raise bad_cursor()
    return str(xid), int(last)


def bad_cursor() -> Refusal:
    refusal = Refusal(vi("Con trỏ không đúng. Hãy đọc lại từ đầu."), code="bad_cursor")
    refusal.status = 400
    return refusal
