"""Lives by chance, within the rules: one seed, one year, whatever the database."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from emoit.dossiers import rules
from emoit.dossiers.types import Outcome, Status, Verb
from emoit.lib.working_time import Term, Unit
from emoit.procedures.types import ResultSpec
from emoit.trial.answers import Template
from emoit.trial.ground import Course, Ground
from emoit.trial.lives import Life
from emoit.trial.year import Dealt, Year
from tests.trial.test_plan import CLOCK, PROFILE

SPEC = ResultSpec("k", "Kết quả", "", "t", "{n}/BCT", "series_a", "leader", "U", "")
OFFICERS = Course(
    version_id=1,
    code="1.000001",
    name="Cấp phép",
    applicants=("enterprise", "citizen"),
    automatic=False,
    process_id=1,
    term=Term(5, Unit.WORKING_DAY),
    fee_vnd=0,
    receiving_unit=1,
    handling_unit=2,
    signing_unit=3,
    signer_role="leader",
    result=SPEC,
    refusal=replace(SPEC, series="series_b"),
    defect="p",
    template=Template(("{}",), (), "p"),
)
WITH_FEE = replace(OFFICERS, code="1.000002", fee_vnd=60_000, term=Term(6, Unit.WORKING_HOUR))
ALONE = replace(OFFICERS, code="1.000003", automatic=True, term=None)
DIGEST = "958f50626ebba9535cde2e39eece1910a116704b2a9e499c7af109d14917faf3"
GROUND = Ground(1, "Bộ", "G02", 4, "G02", CLOCK, (OFFICERS, WITH_FEE, ALONE))
BUSY = replace(PROFILE, supplement=0.3, rework=0.2, withdrawn=0.05, stopped=0.05, late=0.2, refused=0.2)


def year(seed: int = 7, dossiers: int = 3_000) -> Year:
    return Year(BUSY, GROUND, dossiers=dossiers, seed=seed)


def lives(made: Year) -> list[Life]:
    return [life for day in made.days for life in made.lives(day)]


def dealt(made: Year) -> Dealt:
    return Dealt(made, [made.facts(day) for day in reversed(list(made.days))])  # days come in any order


def test_one_seed_is_one_year() -> None:
    assert dealt(year()).digest == dealt(year()).digest == DIGEST
    assert dealt(year(seed=8)).digest != dealt(year()).digest


def test_every_life_is_lawful_and_in_order() -> None:
    """Each step follows by the table of transitions, none before the one before it, none after the year."""
    ends: Counter[Status] = Counter()
    for life in lives(year()):
        status = Status.DRAFT
        for verb, _ in life.steps:
            status = rules.next_status(status, verb)
        moments = [at for _, at in life.steps]
        assert moments == sorted(moments)
        assert life.created < moments[0]
        assert moments[-1] < CLOCK.end
        assert (status is Status.RETURNED) is (life.outcome is not Outcome.NONE)
        assert [verb for verb, _ in life.steps].count(Verb.REQUEST_SUPPLEMENT) <= rules.MAX_SUPPLEMENT_REQUESTS
        ends[status] += 1
    assert sum(ends.values()) == 3_000
    assert {
        Status.RETURNED, Status.REFUSED_AT_INTAKE, Status.WITHDRAWN, Status.STOPPED, Status.IN_PROGRESS,
    } <= set(ends)  # fmt: skip


def test_pauses_are_those_of_the_steps() -> None:
    for life in lives(year()):
        when = dict(life.steps)
        opened = [when[v] for v in (Verb.REQUIRE_FEE, Verb.REQUEST_SUPPLEMENT) if v in when]
        closed = [when.get(v) for v in (Verb.PAY_FEE, Verb.SUPPLY)]
        assert [since for since, _ in life.pauses] == opened
        assert [until for _, until in life.pauses if until] == [at for at in closed if at]


def test_who_is_in_time_and_who_is_late() -> None:
    """Those that the profile makes late, and only they, are decided after their deadline."""
    late = in_time = 0
    for life in lives(Year(replace(BUSY, late=0.0), GROUND, dossiers=3_000, seed=1)):
        course = GROUND.courses[life.course]
        when = dict(life.steps)
        if course.term is None or Verb.DECIDE not in when:
            continue
        due, _ = CLOCK.deadline(when[Verb.RECEIVE], course.term, tuple(life.pauses), life.extension)
        assert due is not None
        in_time += when[Verb.SIGN] <= due
        late += when[Verb.SIGN] > due
    assert (in_time > 1_000, late) == (True, 0)


@pytest.mark.parametrize("kind", ["register", "document", "receipt"])
def test_numbers_are_gapless_and_follow_time(kind: str) -> None:
    made = year()
    numbered = dealt(made)
    all_lives = lives(made)
    places = getattr(numbered, kind)
    told: dict[int, list[tuple[int, int]]] = {}
    for n, life in enumerate(all_lives):
        number, counter = places[n]
        at = life.paid if kind == "receipt" else life.decided
        assert bool(number) is (at is not None)
        if at is not None:
            told.setdefault(counter, []).append((number, at))
    for pairs in told.values():
        ordered = sorted(pairs)
        assert [number for number, _ in ordered] == list(range(1, len(pairs) + 1))
        assert [at for _, at in ordered] == sorted(at for _, at in pairs)
