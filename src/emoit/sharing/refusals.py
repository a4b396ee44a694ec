"""How many refused calls are answered in a minute: one bucket for each tally, one for all processes.

Refused calls cost us work and the caller nothing. What is let in is not counted here: a token or certificate that is
good opens, however many wrong ones came from the same address; a right secret does, however many were guessed at the
same client from other addresses.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection

from emoit.kernel.access import Actor, Refusal, acting_as
from emoit.lib.saying import vi
from emoit.sharing.actions.tokens import TokenRefused
from emoit.sharing.models import Refused
from emoit.sharing.types import Tally

FULL_AFTER = timedelta(minutes=1)
_LEFT = "least(%(most)s, r.tokens + %(most)s * greatest(extract(epoch from %(now)s - r.at), 0) / 60.0)"
# Nothing is written once the bucket is empty: the wait gets no longer, and a flood leaves no trace but the refusal.
_SPEND = f"""
    insert into sharing_refused as r (agency_id, tally, tokens, at)
    values (%(agency)s, %(tally)s, %(most)s - 1, %(now)s)
    on conflict (agency_id, tally) do update set tokens = {_LEFT} - 1, at = greatest(r.at, %(now)s)
    where {_LEFT} >= 1 returning 1
"""  # noqa: S608 - of our own words alone
_READ = f"select {_LEFT} from sharing_refused r where agency_id = %(agency)s and tally = %(tally)s"  # noqa: S608


class TooManyRefused(Refusal):
    """More refused calls than are answered in a minute. `wait`: seconds until one more is."""

    code = "too_many_refused"
    status = 429

    def __init__(self, wait: int) -> None:
        super().__init__(vi("Có quá nhiều lượt gọi bị từ chối. Hãy kiểm tra thẻ, khóa và quyền rồi thử lại sau."))
        self.wait = wait


def note(*, by: Actor, now: datetime, tallies: list[Tally]) -> TooManyRefused | None:
    """One refused call in each tally; the refusal to answer instead where one has nothing left."""
    with acting_as(by), connection.cursor() as cursor:
        for one in tallies:
            cursor.execute(_SPEND, _values(by, now, one))
            if cursor.fetchone() is None:
                return TooManyRefused(_wait(by, now, one))
    return None


def require_left(*, by: Actor, now: datetime, tally: Tally) -> None:
    """TooManyRefused where nothing is left of the tally. Nothing is counted."""
    with acting_as(by):
        wait = _wait(by, now, tally)
    if wait:
        raise TooManyRefused(wait)


@contextmanager
def limited(*, by: Actor, now: datetime, sender: Tally, client: Tally | None) -> Iterator[None]:
    """Around a request to the token endpoint: a wrong one is counted for its sender and for the client it guesses at.

    TooManyRefused: before anything is judged where the sender has nothing left; in place of TokenRefused where the
    client has not.
    """
    require_left(by=by, now=now, tally=sender)
    try:
        yield
    except TokenRefused as refusal:
        late = note(by=by, now=now, tallies=[sender, *([client] if client else [])])
        if late is not None:
            raise late from refusal
        raise


def forget(*, by: Actor, now: datetime) -> int:
    """Drop the rows of buckets that are full again. Returns how many; for the clock."""
    with acting_as(by):
        return Refused.objects.filter(at__lt=now - FULL_AFTER).delete()[0]


def _wait(by: Actor, now: datetime, tally: Tally) -> int:
    """Seconds until one more is answered; 0: at once."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, _values(by, now, tally))
        row = cursor.fetchone()
    left = float(row[0]) if row else float(tally.most)
    return max(0, math.ceil((1 - left) * 60 / tally.most))


def _values(by: Actor, now: datetime, tally: Tally) -> dict[str, str | int | datetime]:
    return {"agency": by.agency_id, "tally": tally.key, "most": tally.most, "now": now}
