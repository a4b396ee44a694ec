"""Whether anything may go to a partner now: rate limit, circuit breaker, maintenance windows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from emoit.exchange.types import BreakerState, Window
from emoit.lib.working_time import VIET_NAM

TRIPS_AT = 5
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=10)
BURST_SECONDS = 6  # a bucket holds what a tenth of a minute allows, one at least


@dataclass(frozen=True, slots=True)
class Breaker:
    """`failures` in a row while closed; `trips` in a row without a success; `open_until` while open or half open."""

    failures: int = 0
    trips: int = 0
    open_until: datetime | None = None

    def state(self, now: datetime) -> BreakerState:
        if self.open_until is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if now < self.open_until else BreakerState.HALF_OPEN


def succeeded(_breaker: Breaker) -> Breaker:
    return Breaker()


def failed(breaker: Breaker, now: datetime) -> Breaker:
    """One more failure of the partner. Those of tries that began before it opened do not lengthen the pause."""
    state = breaker.state(now)
    if state is BreakerState.OPEN:
        return breaker
    if state is BreakerState.CLOSED and breaker.failures + 1 < TRIPS_AT:
        return replace(breaker, failures=breaker.failures + 1)
    pause = min(FIRST_PAUSE * 2 ** min(breaker.trips, 10), LONGEST_PAUSE)
    return Breaker(failures=breaker.failures + 1, trips=breaker.trips + 1, open_until=now + pause)


@dataclass(frozen=True, slots=True)
class Bucket:
    tokens: float
    refilled_at: datetime


def take(bucket: Bucket, now: datetime, *, rate_per_minute: int, wanted: int) -> tuple[Bucket, int]:
    """How many of the wanted messages may go now, and the bucket after them. No limit: all of them."""
    if rate_per_minute == 0:
        return Bucket(0, now), wanted
    size = max(1.0, rate_per_minute * BURST_SECONDS / 60)
    passed = max(0.0, (now - bucket.refilled_at).total_seconds())
    tokens = min(size, bucket.tokens + passed * rate_per_minute / 60)
    given = min(wanted, int(tokens))
    return Bucket(tokens - given, now), given


def next_token_at(bucket: Bucket, *, rate_per_minute: int) -> datetime:
    """When the bucket holds a whole token again."""
    if rate_per_minute == 0:
        return bucket.refilled_at
    return bucket.refilled_at + timedelta(seconds=max(0.0, 1 - bucket.tokens) * 60 / rate_per_minute)


def closed_until(windows: Iterable[Window], now: datetime) -> datetime | None:
    """The end of the maintenance that runs now (of several, the last end); None where there is none."""
    ends = [end for window in windows for end in _ends(window, now.astimezone(VIET_NAM))]
    return max(ends, default=None)


def _ends(window: Window, local: datetime) -> Iterable[datetime]:
    length_days = 0 if window.start < window.end else 1
    for back in (0, 1):  # began today, or yesterday and goes over midnight
        day = local.date() - timedelta(days=back)
        start = datetime.combine(day, window.start, VIET_NAM)
        end = datetime.combine(day + timedelta(days=length_days), window.end, VIET_NAM)
        if day.weekday() in window.days and start <= local < end:
            yield end
