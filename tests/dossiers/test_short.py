"""The short process: one-stop clerk, specialist, head of the unit who signs."""

from __future__ import annotations

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Outcome, Status, Verb
from emoit.kernel.access import acting_as
from emoit.results import queries as results
from tests.dossiers import looks, processes, verbs
from tests.support.traces import refused
from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, World


def short(world: World, **changes: object) -> int:
    processes.publish(world, process_key="short", result=processes.signed_by_head(), **changes)
    return world.submitted()


def test_the_head_of_the_unit_signs(world: World) -> None:
    dossier_id = short(world)
    world.on_item(CLERK, actions.receive, dossier_id, "intake")
    world.on_item(SPECIALIST, actions.request_supplement, dossier_id, "examine", defects=verbs.DEFECTS)
    assert world.items(dossier_id) == []
    verbs.supplied(world, dossier_id)
    world.on_item(SPECIALIST, actions.propose, dossier_id, "examine", outcome=Outcome.GRANTED)
    looks.check_replay(world, dossier_id)
    item = world.item(dossier_id, "sign")
    assert (item.unit_id, item.role) == (world.unit_id("G02.21"), "unit_head")
    with refused(world.process, "not_found"):  # it is not the leader's to see
        world.do(LEADER, actions.sign, dossier_id=dossier_id, item_id=item.id, version=item.version)
    world.on_item(HEAD, actions.return_for_rework, dossier_id, "sign", reason="Thiếu địa bàn")
    world.on_item(SPECIALIST, actions.propose, dossier_id, "examine", outcome=Outcome.GRANTED)
    world.on_item(HEAD, actions.sign, dossier_id, "sign")
    world.run_jobs()
    looks.check_replay(world, dossier_id)
    assert world.status(dossier_id) is Status.RETURNED
    assert looks.verbs(world, dossier_id)[-5:] == [
        Verb.RETURN_FOR_REWORK, Verb.PROPOSE, Verb.SIGN, Verb.DECIDE, Verb.RETURN_RESULT,
    ]  # fmt: skip
    with acting_as(world.actor(verbs.APPLICANT)) as by:
        result_id = queries.result_of(by, dossier_id)
        assert result_id is not None
        found = results.get_for(by, result_id, now=world.now)
    assert found.signed_by == "Phạm Quốc Hưng"


def test_a_fee_is_waited_for(world: World) -> None:
    dossier_id = short(world, fee={"vnd": verbs.FEE, "text": {"vi": "1.500.000 đồng", "en": "1,500,000 dong"}})
    world.on_item(CLERK, actions.receive, dossier_id, "intake")
    assert (world.status(dossier_id), world.items(dossier_id)) == (Status.AWAITING_FEE, [])
    verbs.DO[Verb.PAY_FEE](world, dossier_id)
    assert (world.status(dossier_id), world.items(dossier_id)) == (Status.RECEIVED, ["examine"])


def test_a_refusal_is_signed_by_the_head_too(world: World) -> None:
    dossier_id = short(world)
    world.on_item(CLERK, actions.receive, dossier_id, "intake")
    world.on_item(
        SPECIALIST, actions.propose, dossier_id, "examine", outcome=Outcome.REFUSED, content="Vượt hạn mức 50%."
    )
    world.on_item(HEAD, actions.sign, dossier_id, "sign")
    world.run_jobs()
    info = world.info(dossier_id)
    assert (info.status, info.outcome) == (Status.RETURNED, Outcome.REFUSED)
