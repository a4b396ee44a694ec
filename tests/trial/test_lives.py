"""Lives by chance, within the rules: one seed, one year, whatever the database."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache

import pytest

from emoit.dossiers import rules
from emoit.dossiers.types import Outcome, Status, Verb
from emoit.lib.working_time import Term, Unit
from emoit.procedures.types import ResultSpec
from emoit.trial.answers import Template
from emoit.trial.clock import moment_of
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
    way="standard",
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
ALONE = replace(OFFICERS, code="1.000003", way="automatic", term=None)
SHORT = replace(OFFICERS, code="1.000004", way="short")
ASKING = replace(OFFICERS, code="1.000005", way="appraisal", handling_unit=4)
ON_SITE = replace(OFFICERS, code="1.000006", way="inspection", handling_unit=5)
DIGEST = "e6f783ca4f0b0bf6f8650aa1562c1c45178cf2c917ae3c7aa8fb37368405e128"
GROUND = Ground(1, "Bộ", "G02", 4, "G02", CLOCK, (OFFICERS, WITH_FEE, ALONE, SHORT, ASKING, ON_SITE))
BUSY = replace(
    PROFILE, procedure_skew=0.8, supplement=0.3, rework=0.2, withdrawn=0.05, stopped=0.05, late=0.2, refused=0.2,
)  # fmt: skip


def year(seed: int = 7, dossiers: int = 3_000) -> Year:
    return Year(BUSY, GROUND, dossiers=dossiers, seed=seed)


def lives(made: Year) -> list[Life]:
    return [life for day in made.days for life in made.lives(day)]


@lru_cache(maxsize=1)
def all_lives() -> list[Life]:
    return lives(year())


def dealt(made: Year) -> Dealt:
    return Dealt(made, [made.facts(day) for day in reversed(list(made.days))])  # days come in any order


def test_one_seed_is_one_year() -> None:
    assert dealt(year()).digest == dealt(year()).digest == DIGEST
    assert dealt(year(seed=8)).digest != dealt(year()).digest


def test_every_life_is_lawful_and_in_order() -> None:
    """Each step follows by the table of transitions, none before the one before it, none after the year."""
    ends: Counter[Status] = Counter()
    for life in all_lives():
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
    for life in all_lives():
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
    every = lives(made)
    places = getattr(numbered, kind)
    told: dict[int, list[tuple[int, int]]] = {}
    for n, life in enumerate(every):
        number, counter = places[n]
        at = life.paid if kind == "receipt" else life.decided
        assert bool(number) is (at is not None)
        if at is not None:
            told.setdefault(counter, []).append((number, at))
    for pairs in told.values():
        ordered = sorted(pairs)
        assert [number for number, _ in ordered] == list(range(1, len(pairs) + 1))
        assert [at for _, at in ordered] == sorted(at for _, at in pairs)


def of_way(*ways: str) -> list[Life]:
    return [life for life in all_lives() if GROUND.courses[life.course].way in ways]


def verbs_of(life: Life) -> list[Verb]:
    return [verb for verb, _ in life.steps]


def test_the_short_way_goes_from_the_proposal_to_the_signature() -> None:
    proposed = [verbs_of(life) for life in of_way("short") if Verb.SIGN in verbs_of(life)]
    assert len(proposed) > 200
    assert not any(Verb.APPROVE in verbs for verbs in proposed)
    assert all(verbs[verbs.index(Verb.SIGN) - 1] is Verb.PROPOSE for verbs in proposed)
    assert any(Verb.RETURN_FOR_REWORK in verbs for verbs in proposed)


def test_an_inspection_is_planned_held_and_recorded_within_hours_of_work() -> None:
    """The papers are complete before it is planned; who fails it is refused."""
    planned = [life for life in of_way("inspection") if Verb.PLAN_INSPECTION in verbs_of(life)]
    assert len(planned) > 100
    for life in planned:
        when, verbs = dict(life.steps), verbs_of(life)
        assert life.starts_at is not None
        assert CLOCK.moment(CLOCK.position(life.starts_at)) == life.starts_at
        assert when[Verb.PLAN_INSPECTION] < life.starts_at
        if Verb.SUPPLY in verbs:
            assert verbs.index(Verb.SUPPLY) < verbs.index(Verb.PLAN_INSPECTION)
        if Verb.RECORD_INSPECTION in verbs:
            assert life.starts_at <= when[Verb.RECORD_INSPECTION] <= when.get(Verb.PROPOSE, CLOCK.end)
        if not life.passed and Verb.DECIDE in verbs:
            assert life.outcome is Outcome.REFUSED
    assert {life.passed for life in planned} == {True, False}
    assert not any(life.starts_at for life in all_lives() if Verb.PLAN_INSPECTION not in verbs_of(life))


def test_opinions_are_asked_answered_or_not_waited_for() -> None:
    asked = [life for life in of_way("appraisal") if Verb.ASK_OPINIONS in verbs_of(life)]
    assert len(asked) > 100
    for life in asked:
        verbs, when = verbs_of(life), dict(life.steps)
        given = verbs.count(Verb.GIVE_OPINION)
        assert given < life.asked if Verb.CLOSE_OPINIONS in verbs else given <= life.asked
        if Verb.PROPOSE in verbs:
            assert given + (Verb.CLOSE_OPINIONS in verbs) == life.asked
        assert life.reply_by is not None
        assert life.reply_by > when[Verb.ASK_OPINIONS]
        assert life.reply_by == CLOCK.closing(life.reply_by)
        assert CLOCK.works(moment_of(life.reply_by).date())
    assert {life.asked for life in asked} == {1, 2}
    assert any(Verb.CLOSE_OPINIONS in verbs_of(life) for life in asked)
    assert not any(life.asked for life in all_lives() if Verb.ASK_OPINIONS not in verbs_of(life))


def test_an_extension_stands_where_it_was_granted() -> None:
    """Also before the opinions and the inspection that it delays: nothing is pushed behind it."""
    after = Counter[Verb]()
    for life in of_way("appraisal", "inspection", "short"):
        verbs = verbs_of(life)
        if Verb.EXTEND in verbs[:-1]:
            after[verbs[verbs.index(Verb.EXTEND) + 1]] += 1
            assert life.extension is not None
    assert {Verb.PROPOSE, Verb.RECORD_INSPECTION, Verb.GIVE_OPINION} <= set(after)
