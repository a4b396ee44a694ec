"""The quotas of a grant: a minute's bucket and a day's count, one for all processes."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.db import connection, transaction

from emoit.kernel.access import Refusal
from emoit.lib.saying import say
from emoit.sharing import rules
from emoit.sharing.types import Allowance, Permit

LEASE_SECONDS = 5.0
_TAKE = "select given, left_minute, left_day from sharing_take(%s, %s, %s, %s)"


class QuotaUsedUp(Refusal):
    """More calls than the grant allows, in a minute (`quota_minute`) or a day (`quota_day`)."""

    status = 429

    def __init__(self, allowance: Allowance) -> None:
        words, code = say("Đã gọi quá {most} lượt trong một phút.", most=allowance.per_minute), "quota_minute"
        if allowance.is_day:
            words, code = say("Đã gọi quá {most} lượt trong ngày.", most=allowance.per_day), "quota_day"
        super().__init__(words, code=code)
        self.allowance = allowance


def headers(allowance: Allowance) -> dict[str, str]:
    """RateLimit and RateLimit-Policy of the IETF draft, for both quotas: calls left, seconds until all are back."""
    full_in = max(allowance.wait, math.ceil((allowance.per_minute - allowance.left_minute) * 60 / allowance.per_minute))
    found = {
        "RateLimit-Policy": f'"minute";q={allowance.per_minute};w=60, "day";q={allowance.per_day};w=86400',
        "RateLimit": f'"minute";r={allowance.left_minute};t={full_in}, "day";r={allowance.left_day}',
    }
    if allowance.wait:
        found["Retry-After"] = str(allowance.wait)
    return found


@dataclass(slots=True)
class _Lease:
    calls: int
    until: float
    left_minute: int
    left_day: int
    day: int


_leases: dict[int, _Lease] = {}
_lock = Lock()


def spend(permit: Permit, now: datetime) -> Allowance:
    """One call of the grant. QuotaUsedUp where nothing is left.

    A process takes a few calls at once and makes them within five seconds, so that most calls cost no statement; what
    it did not make it gives back when it asks again. What a process that dies has taken is lost, never given twice.
    """
    day = rules.today(now)
    number = day.toordinal()
    with _lock:
        lease = _leases.get(permit.grant_id)
        if lease is not None and lease.calls > 0 and lease.day == number and time.monotonic() < lease.until:
            lease.calls -= 1
            return _allowance(permit, lease)
        back = lease.calls if lease is not None and lease.day == number else 0
        _leases.pop(permit.grant_id, None)
    given, left_minute, left_day = _take(permit, rules.lease(permit.per_minute), back, now)
    if given == 0:
        raise QuotaUsedUp(_waiting(permit, left_minute, left_day, now))
    taken = _Lease(given - 1, time.monotonic() + LEASE_SECONDS, int(left_minute), left_day, number)
    with _lock:
        if len(_leases) > 10_000:
            _leases.clear()
        _leases[permit.grant_id] = taken
    return _allowance(permit, taken)


def _allowance(permit: Permit, lease: _Lease) -> Allowance:
    return Allowance(
        permit.per_minute, permit.per_day, lease.left_minute + lease.calls, lease.left_day + lease.calls, 0
    )


def _waiting(permit: Permit, left_minute: float, left_day: int, now: datetime) -> Allowance:
    is_day = left_day <= 0
    wait = rules.seconds_to_midnight(now) if is_day else math.ceil((1 - left_minute) * 60 / permit.per_minute)
    return Allowance(permit.per_minute, permit.per_day, 0, max(0, left_day), max(1, wait), is_day)


def _take(permit: Permit, wanted: int, back: int, now: datetime) -> tuple[int, float, int]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, [permit.grant_id, wanted, back, rules.today(now)])
        given, left_minute, left_day = cursor.fetchone()
        return given, left_minute, left_day


def forget_leases() -> None:
    """Drop what this process has taken and not spent."""
    with _lock:
        _leases.clear()
