"""Opinions given in the same moment, each by a thread with a connection of its own: none is lost, one completes."""

from __future__ import annotations

from typing import Any

import pytest

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Stance, Verb
from emoit.kernel.access import Refusal, acting_as
from emoit.people import actions as people
from emoit.people.types import Role
from emoit.work import queries as work
from emoit.work.types import Item
from tests.dossiers import looks
from tests.dossiers.test_appraisal import CHEMIST, CHEMISTS, CHIEF_CHEMIST, ask, examined, rounds
from tests.dossiers.test_committed import at_once
from tests.support.world import SPECIALIST, World

OFFICE, CLERK = "G02.VP", "vanthu"


def consulted(world: World) -> int:
    """A dossier on which the chemists and the ministry's office are asked."""
    world.do(
        world.process, people.grant_role, account_id=world.account_id(CLERK), unit_id=world.unit_id(OFFICE),
        role=Role.SPECIALIST, valid_from=world.now,
    )  # fmt: skip
    dossier_id = examined(world)
    ask(world, dossier_id, CHEMISTS, OFFICE)
    return dossier_id


def items(world: World, dossier_id: int) -> dict[int, Item]:
    with acting_as(world.process) as by:
        return {i.unit_id: i for i in work.open_of(by, "dossier", dossier_id) if i.step == "opine"}


def give(world: World, login: str, dossier_id: int, item: Item, stance: Stance) -> Any:
    by = world.actor(login)
    return lambda: world.do(
        by, actions.give_opinion, dossier_id=dossier_id, item_id=item.id, version=item.version, stance=stance,
        text=f"Ý kiến của {login}",
    )  # fmt: skip


@pytest.mark.parametrize("run", range(3))
def test_two_units_answer_at_once_and_the_step_is_completed_once(committed_world: World, run: int) -> None:
    world = committed_world
    dossier_id = consulted(world)
    waiting = items(world, dossier_id)
    chemists, office = waiting[world.unit_id(CHEMISTS)], waiting[world.unit_id(OFFICE)]
    answers = at_once(
        give(world, CHEMIST, dossier_id, chemists, Stance.DISAGREE),
        give(world, CLERK, dossier_id, office, Stance.AGREE),
    )
    assert answers == [None, None], run
    (only,) = rounds(world, dossier_id)
    assert only.closed_at == world.now
    assert {(o.unit_id, o.stance, o.text) for o in only.opinions} == {
        (world.unit_id(CHEMISTS), Stance.DISAGREE, f"Ý kiến của {CHEMIST}"),
        (world.unit_id(OFFICE), Stance.AGREE, f"Ý kiến của {CLERK}"),
    }
    assert world.items(dossier_id) == ["examine"]
    assert world.item(dossier_id, "examine").assignee_id == world.account_id(SPECIALIST)
    assert looks.verbs(world, dossier_id)[-2:] == [Verb.GIVE_OPINION] * 2
    with acting_as(world.process):
        done = [d.step for d in work.done_of(world.agency_id, "dossier", dossier_id)]
    assert (done.count("opine"), done.count("consult")) == (2, 1)
    looks.check_replay(world, dossier_id)


def test_of_two_officers_of_one_unit_one_answers(committed_world: World) -> None:
    world = committed_world
    dossier_id = consulted(world)
    item = items(world, dossier_id)[world.unit_id(CHEMISTS)]
    answers = at_once(
        give(world, CHEMIST, dossier_id, item, Stance.AGREE),
        give(world, CHIEF_CHEMIST, dossier_id, item, Stance.DISAGREE),
    )
    (refusal,) = [a for a in answers if isinstance(a, Refusal)]
    assert refusal.code == "item_closed"
    (said,) = [o for o in rounds(world, dossier_id)[0].opinions if o.stance]
    assert said.stance is (Stance.AGREE if answers[0] is None else Stance.DISAGREE)
    assert sorted(world.items(dossier_id)) == ["consult", "opine"]
    assert looks.verbs(world, dossier_id).count(Verb.GIVE_OPINION) == 1


def test_the_last_opinion_and_the_end_of_the_round_at_once(committed_world: World) -> None:
    """Either the opinion is in and there is no round left to close, or the round is closed and the opinion refused."""
    world = committed_world
    dossier_id = examined(world)
    ask(world, dossier_id)
    item, consult = items(world, dossier_id)[world.unit_id(CHEMISTS)], world.item(dossier_id, "consult")
    by = world.actor(SPECIALIST)
    answers = at_once(
        give(world, CHEMIST, dossier_id, item, Stance.AGREE),
        lambda: world.do(
            by, actions.close_opinions, dossier_id=dossier_id, item_id=consult.id, version=consult.version,
            reason="Đã đủ căn cứ",
        ),
    )  # fmt: skip
    assert len([a for a in answers if isinstance(a, Refusal)]) == 1
    (only,) = rounds(world, dossier_id)
    given = answers[0] is None
    assert (only.opinions[0].stance, only.close_reason) == ((Stance.AGREE, "") if given else (None, "Đã đủ căn cứ"))
    assert world.items(dossier_id) == ["examine"]
    with acting_as(world.process) as actor:
        assert queries.get_for(actor, dossier_id).status == "in_progress"
    looks.check_replay(world, dossier_id)
