"""What an answer about a certificate means, when the next is asked for, and what of it an operator is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from emoit.exchange.types import Revocation

SKEW = timedelta(minutes=10)
AGAIN_AFTER = timedelta(hours=4)
RETRY_AFTER = timedelta(hours=1)
REVOKED = (Revocation.REVOKED, Revocation.ON_HOLD)
HOLD = "certificateHold"  # as RFC 5280 names it


class Unusable(Exception):
    """No answer that counts. `code` is a key of `words.CHECKS`, or `http_<status>`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Told:
    """What the issuer says. `at`: when it said so, `until`: when it will say it anew, None: at any moment.

    `reason` is of RFC 5280 (`keyCompromise`), "" where none is given; `digest` the SHA-256 (hex) of the list or the
    response; `source` its address.
    """

    state: Revocation
    at: datetime | None = None
    until: datetime | None = None
    revoked_at: datetime | None = None
    reason: str = ""
    source: str = ""
    digest: str = ""


def judge_times(at: datetime, until: datetime | None, now: datetime) -> None:
    """Unusable: from_the_future, out_of_date."""
    if at > now + SKEW:
        raise Unusable("from_the_future")
    if until is None:
        if at < now - SKEW:
            raise Unusable("out_of_date")
    elif until < now - SKEW:
        raise Unusable("out_of_date")


def revoked(reason: str) -> Revocation:
    return Revocation.ON_HOLD if reason == HOLD else Revocation.REVOKED


def next_try(state: Revocation, *, has_failed: bool) -> timedelta:
    """How long after a check the next is due. One known as revoked that is in force again is retired at once."""
    if state in REVOKED:
        return timedelta()
    return RETRY_AFTER if has_failed else AGAIN_AFTER


def shown(
    state: Revocation, checked_at: datetime | None, until: datetime | None, now: datetime, limit: timedelta
) -> Revocation:
    """Good is only shown as good while the issuer's word holds, and for `limit` beyond."""
    if state is Revocation.GOOD and checked_at is not None and now > max(checked_at, until or checked_at) + limit:
        return Revocation.OVERDUE
    return state
