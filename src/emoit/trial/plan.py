"""How many dossiers come on each day of the year, by whom and for what: plain arithmetic over a profile."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate

from emoit.trial.clock import Clock
from emoit.trial.profile import Profile

LEAST_ENTERPRISES = 20


def population(profile: Profile, dossiers: int) -> tuple[int, int]:
    """Enterprises and citizens of a year of that size: in the profile's proportion, at least a handful."""
    share = min(1.0, dossiers / profile.dossiers)
    return (
        max(LEAST_ENTERPRISES, round(profile.enterprises * share)),
        max(LEAST_ENTERPRISES // 4, round(profile.citizens * share)),
    )


def days(profile: Profile, clock: Clock, dossiers: int) -> dict[date, int]:
    """Dossiers of each day. They sum up to `dossiers`; no day exceeds the busiest day's share of the year.

    The weeks of the rush hold their own sum; within them and without, days weigh by month, weekday and holiday.
    """
    first, last, many = profile.rush
    year = [date(profile.year, 1, 1) + timedelta(days=n) for n in range(_length(profile.year))]
    in_rush = [day for day in year if first <= day <= last]
    others = [day for day in year if not first <= day <= last]
    rushed = min(dossiers, round(dossiers * many / profile.dossiers))
    most = max(1.0, dossiers * profile.busiest_day / profile.dossiers)
    weights = {day: _weight(profile, clock, day) for day in year}
    shares = {
        **_capped({day: weights[day] for day in in_rush}, rushed, most),
        **_capped({day: weights[day] for day in others}, dossiers - rushed, most),
    }
    return _whole([(day, shares[day]) for day in year], dossiers)


def _length(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def _weight(profile: Profile, clock: Clock, day: date) -> float:
    weekday = profile.weekdays[day.weekday()]
    if clock.works(day):
        weekday = max(weekday, 0.6)  # a Saturday worked in exchange
    elif day.weekday() < 5:
        weekday = profile.holiday
    chance = random.Random(day.isoformat()).uniform(1 - profile.jitter, 1 + profile.jitter)  # noqa: S311 - no secret
    return profile.months[day.month - 1] * weekday * chance


def _capped(weights: dict[date, float], total: int, most: float) -> dict[date, float]:
    """Share `total` by weight; what a day has above `most` goes to the others of the stretch, while they have room."""
    left, full = dict(weights), float(total)
    shares: dict[date, float] = {}
    while left and full > 0:
        unit = full / sum(left.values())
        above = [day for day, weight in left.items() if weight * unit > most]
        if not above or len(above) == len(left):
            return shares | {day: weight * unit for day, weight in left.items()}
        for day in above:
            shares[day] = most
            full -= most
            del left[day]
    return shares | dict.fromkeys(left, 0.0)


def _whole(shares: list[tuple[date, float]], total: int) -> dict[date, int]:
    """Whole numbers with the same running sums, so that nothing is lost in rounding."""
    sums = [round(s) for s in accumulate(share for _, share in shares)]
    if sums:
        sums[-1] = total
    return {day: now - before for (day, _), now, before in zip(shares, sums, [0, *sums], strict=False)}


def running(weights: Sequence[float]) -> list[float]:
    """Running sums of weights, for `random.choices(cum_weights=…)`."""
    return list(accumulate(weights))


def zipf(count: int, exponent: float) -> list[float]:
    """Running sums of 1/rank^exponent, see `running`."""
    return list(accumulate(1 / rank**exponent for rank in range(1, count + 1)))


def ranking(profile: Profile, procedures: Sequence[tuple[str, str]]) -> list[int]:
    """Indexes of the procedures (code, name), the most asked for first: by the heavy words, codes, then as given."""

    def place(index: int) -> tuple[int, int]:
        code, name = procedures[index]
        words = [n for n, word in enumerate(profile.heavy_words) if word in name.lower()]
        codes = [n for n, heavy in enumerate(profile.heavy_codes) if heavy == code]
        return min([*words, *(len(profile.heavy_words) + n for n in codes), 999]), index

    return sorted(range(len(procedures)), key=place)
