"""A year by its seed: who files what on each day, and which numbers the counters give them.

Days are independent of one another: each has a generator of chance of its own, so they can be made in any order and on
several processors, and are always the same. Numbers that run over the whole year (register, documents, receipts) are
dealt out afterwards, in the order of time.
"""

from __future__ import annotations

import hashlib
import random
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from emoit.dossiers.types import Outcome
from emoit.trial import plan
from emoit.trial.clock import DAY
from emoit.trial.ground import Ground
from emoit.trial.lives import Chance, Life
from emoit.trial.profile import Profile
from emoit.trial.rows import Numbers

CITIZEN_SHARE = 0.05  # of the dossiers of procedures that are open to both; assumed


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What the year must know of a day before its rows are written. Arrays by place in the day; 0: none.

    `courses`: the places of the procedures that take part.
    """

    day: date
    digest: str
    decided: array[int]
    series: array[int]
    paid: array[int]
    courses: frozenset[int]


class Year:
    """`series`: the names of the document counters, by number from 1."""

    def __init__(self, profile: Profile, ground: Ground, *, dossiers: int, seed: int) -> None:
        self.profile, self.ground, self.dossiers, self.seed = profile, ground, dossiers, seed
        self.enterprises, self.citizens = plan.population(profile, dossiers)
        self.days = plan.days(profile, ground.clock, dossiers)
        self.first: dict[date, int] = {}
        before = 0
        for day, count in self.days.items():
            self.first[day] = before
            before += count
        # What changes a result is never asked for as much as what grants it, whatever words its name shares.
        self._ranking = plan.ranking(profile, [(c.code, "" if c.amending else c.name) for c in ground.courses])
        self._by_rank = plan.zipf(len(self._ranking), profile.procedure_skew)
        self._by_size = plan.zipf(self.enterprises, profile.enterprise_skew)
        self._hours = list(plan.running(profile.hours))
        self._chance = Chance(profile, ground.clock, others=len(ground.advisers) - 1)
        names = sorted({s.series for c in ground.courses for s in (c.result, c.refusal)})
        self.series = dict(enumerate(names, 1))
        self._series_of = {name: n for n, name in self.series.items()}

    def lives(self, day: date) -> list[Life]:
        """The dossiers submitted on a day, in the order of their submission."""
        rng = random.Random(f"{self.seed}:{day}")  # noqa: S311 - no secret
        count = self.days[day]
        midnight = self.ground.clock.start + (day - self.ground.clock.first).days * DAY
        hours = rng.choices(range(24), cum_weights=self._hours, k=count)
        moments = sorted(midnight + hour * 3600 + rng.randrange(3600) for hour in hours)
        courses = rng.choices(self._ranking, cum_weights=self._by_rank, k=count)
        parties = rng.choices(range(self.enterprises), cum_weights=self._by_size, k=count)
        return [self._life(rng, *facts) for facts in zip(moments, courses, parties, strict=True)]

    def _life(self, rng: random.Random, submitted: int, number: int, party: int) -> Life:
        course = self.ground.courses[number]
        if "enterprise" not in course.applicants or ("citizen" in course.applicants and rng.random() < CITIZEN_SHARE):
            party = self.enterprises + rng.randrange(self.citizens)
        life = Life(
            course=number,
            party=party,
            channel=self._channel(rng, automatic=course.automatic),
            created=submitted - rng.randrange(120, 3600),
            chance=rng.getrandbits(32),
        )
        self._chance.live(rng, life, course, submitted)
        return life

    def _channel(self, rng: random.Random, *, automatic: bool) -> int:
        """National KenhThucHien: 1 counter, 2 online, 3 post."""
        if automatic or rng.random() < self.profile.online_share:
            return 2
        return 1 if rng.random() < self.profile.counter_share_of_rest else 3

    def facts(self, day: date) -> DayFacts:
        total = hashlib.sha256()
        decided, series, paid = array("q"), array("H"), array("q")
        courses = set()
        for life in self.lives(day):
            courses.add(life.course)
            total.update(_canonical(life).encode())
            at = life.decided if life.outcome is not Outcome.NONE else None
            course = self.ground.courses[life.course]
            spec = course.refusal if life.outcome is Outcome.REFUSED else course.result
            decided.append(at or 0)
            series.append(self._series_of[spec.series] if at else 0)
            paid.append(life.paid or 0)
        return DayFacts(day, total.hexdigest(), decided, series, paid, frozenset(courses))


def _canonical(life: Life) -> str:
    steps = " ".join(f"{verb}@{at}" for verb, at in life.steps)
    aside = (life.asked, life.reply_by, life.starts_at, life.passed)
    facts = (
        life.course, life.party, life.channel, life.created, life.chance, life.outcome, life.extension, *aside, steps,
    )  # fmt: skip
    return "|".join(map(str, facts)) + "\n"


class Dealt:
    """The year's numbers, dealt out in the order of time, each counter going on from where it stood.

    `procedures`: how many take part.
    """

    def __init__(self, year: Year, facts: list[DayFacts]) -> None:
        ordered = sorted(facts, key=lambda f: f.day)
        self.digest = hashlib.sha256("".join(f.digest for f in ordered).encode()).hexdigest()
        decided, series, paid = array("q"), array("H"), array("q")
        for fact in ordered:
            decided += fact.decided
            series += fact.series
            paid += fact.paid
        self.procedures = len(frozenset[int]().union(*(fact.courses for fact in ordered)))
        self._year = year
        self.register, self.counts = _deal(decided, array("H", [1]) * len(decided))
        self.document, self.documents = _deal(decided, series)
        self.receipt, self.receipts = _deal(paid, array("H", [1]) * len(paid))
        self.results, self.paid = self.counts.get(1, 0), self.receipts.get(1, 0)

    def of(self, day: date, *, offsets: dict[str, int], series: dict[int, str]) -> Iterator[tuple[int, Numbers]]:
        """(place in the year, numbers) of each dossier of the day. `offsets`: where each counter stood before."""
        first = self._year.first[day]
        year = self._year.ground.clock.first.year
        kinds = {n: offsets[f"document:{name}:{year}"] for n, name in series.items()}
        register, receipt = offsets[f"KQ.{self._year.ground.level_1}"], offsets[f"receipt:{year}"]
        for k in range(self._year.days[day]):
            n = first + k
            number, kind = self.document[n]
            yield (
                n,
                Numbers(
                    of_day=k + 1,
                    register=self.register[n][0] + register if number else 0,
                    document=number + kinds[kind] if number else 0,
                    receipt=self.receipt[n][0] + receipt if self.receipt[n][0] else 0,
                ),
            )


class _Places:
    """Number and counter by place in the year, in two flat arrays."""

    def __init__(self, count: int, counters: array[int]) -> None:
        self.numbers, self.counters = array("l", [0]) * count, counters

    def __getitem__(self, n: int) -> tuple[int, int]:
        return self.numbers[n], self.counters[n]


def _deal(moments: array[int], counters: array[int]) -> tuple[_Places, dict[int, int]]:
    places, last = _Places(len(moments), counters), dict[int, int]()
    for n in sorted((n for n, at in enumerate(moments) if at), key=moments.__getitem__):
        counter = counters[n]
        last[counter] = places.numbers[n] = last.get(counter, 0) + 1
    return places, last
