"""When evidence without a time stamp stops what we sign (as X-Road's acceptable failure period, 14,400 s)."""

from __future__ import annotations

from datetime import datetime, timedelta

LONGEST_WITHOUT_STAMP = timedelta(hours=4)


def may_sign(oldest_unstamped: datetime | None, now: datetime) -> bool:
    """Whether outbound messages may be signed: nothing waits for its time stamp for more than four hours.

    `oldest_unstamped`: when the oldest evidence was written that no time stamp covers. What comes in is taken in any
    case, and acknowledged.
    """
    return oldest_unstamped is None or now - oldest_unstamped <= LONGEST_WITHOUT_STAMP
