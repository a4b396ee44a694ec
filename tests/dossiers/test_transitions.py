"""Every status × every verb: what the table allows happens, what it does not is refused and leaves no trace."""

from __future__ import annotations

import pytest

from emoit.dossiers.rules import TRANSITIONS, Impossible, next_status, possible
from emoit.dossiers.types import Status, Verb
from tests.dossiers import looks, verbs
from tests.support.traces import refused, taken
from tests.support.world import World

# Said again, not refused: handing in twice answers the same code, a late report of a payment changes nothing.
QUIET = {Verb.SUBMIT, Verb.PAY_FEE}
# Examination begins by itself with the first thing that an examiner does.
BEGINS = {(Status.RECEIVED, Verb.PROPOSE), (Status.RECEIVED, Verb.REQUEST_SUPPLEMENT)}
# As those, but in processes of their own: see test_appraisal and test_inspection.
BEGINS_ELSEWHERE = {(Status.RECEIVED, Verb.ASK_OPINIONS), (Status.RECEIVED, Verb.PLAN_INSPECTION)}
# Seen by units that were asked alone: to the others there is no such dossier.
OF_OTHER_UNITS = {Verb.GIVE_OPINION}


def test_the_table_is_about_every_status_and_verb() -> None:
    assert set(verbs.IN) == set(Status)
    assert set(verbs.DO) == set(Verb)
    assert {s for s in Status if not possible(s)} == {s for s in Status if s.is_final}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("verb", Verb)
def test_next_status_is_the_table(status: Status, verb: Verb) -> None:
    if (status, verb) in TRANSITIONS:
        assert next_status(status, verb) is TRANSITIONS[status, verb]
    else:
        with pytest.raises(Impossible):
            next_status(status, verb)


@pytest.mark.parametrize(("status", "verb"), sorted(TRANSITIONS))
def test_allowed(world: World, status: Status, verb: Verb) -> None:
    dossier_id = verbs.READY.get((status, verb), verbs.IN[status])(world)
    before = len(looks.timeline(world, dossier_id))
    verbs.DO[verb](world, dossier_id)
    new = looks.timeline(world, dossier_id)[before:]
    assert (verb, TRANSITIONS[status, verb]) in [(entry.verb, entry.status) for entry in new]
    assert looks.audit(world, dossier_id)
    if verb in _WITH_ACTION:
        looks.check_replay(world, dossier_id)


_WITH_ACTION = set(Verb) - {Verb.REQUIRE_FEE, Verb.RETURN_RESULT}


@pytest.mark.parametrize(("status", "verb"), sorted(BEGINS))
def test_examination_begins_by_itself(world: World, status: Status, verb: Verb) -> None:
    dossier_id = verbs.IN[status](world)
    verbs.DO[verb](world, dossier_id)
    assert looks.verbs(world, dossier_id)[-2:] == [Verb.EXAMINE, verb]
    looks.check_replay(world, dossier_id)


@pytest.mark.parametrize("status", Status)
def test_forbidden(world: World, status: Status) -> None:
    dossier_id = verbs.IN[status](world)
    for verb in Verb:
        if (status, verb) in set(TRANSITIONS) | BEGINS | BEGINS_ELSEWHERE:
            continue
        if verb in QUIET:
            before = taken(world.agency_id)
            verbs.DO[verb](world, dossier_id)
            assert taken(world.agency_id) == before, verb
        else:
            # Officers do not see a draft: to them there is none.
            unseen = verb in OF_OTHER_UNITS or (status is Status.DRAFT and verb in verbs.OF_OFFICERS)
            with refused(world.process, "not_found" if unseen else "impossible"):
                verbs.DO[verb](world, dossier_id)
        assert world.status(dossier_id) is status
