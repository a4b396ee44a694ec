"""Two who would change one licence in the same moment: one wins, the other is told."""

from __future__ import annotations

from emoit.dossiers import actions
from emoit.dossiers.types import Status
from emoit.kernel.access import Refusal
from emoit.procedures.types import Change
from emoit.results import actions as results
from emoit.results.types import State
from tests.dossiers import looks
from tests.dossiers.test_committed import at_once
from tests.support import amending
from tests.support.world import HEAD, LEADER, World


def test_of_two_dossiers_for_one_licence_one_is_handed_in(committed_world: World) -> None:
    world = committed_world
    amending.publish(world)
    licence = amending.licensed(world)
    drafts = [amending.draft(world, change, licence.id) for change in (Change.AMEND, Change.REISSUE)]
    for dossier_id in drafts:
        amending.amended_answers(world, dossier_id)
    by = world.actor("doanhnghiep1")
    answers = at_once(*[lambda d=d: world.do(by, actions.submit, dossier_id=d) for d in drafts])
    (refusal,) = [a for a in answers if isinstance(a, Refusal)]
    assert refusal.code == "being_changed"
    (winner,) = [d for d, a in zip(drafts, answers, strict=True) if not isinstance(a, Refusal)]
    (loser,) = set(drafts) - {winner}
    assert world.info(winner).code in refusal.message
    assert (world.status(winner), world.status(loser)) == (Status.SUBMITTED, Status.DRAFT)
    assert looks.timeline(world, loser) == []


def test_signed_and_revoked_at_once(committed_world: World) -> None:
    """Either the signature comes first, and the revocation is told to wait; or the other way round."""
    world = committed_world
    amending.publish(world, Change.AMEND)
    licence = amending.licensed(world)
    dossier_id = amending.in_examination(world, Change.AMEND, licence.id)
    amending.propose(world, dossier_id)
    amending.approve(world, dossier_id)
    item = world.item(dossier_id, "sign")
    leader, head = world.actor(LEADER), world.actor(HEAD)
    signed, revoked = at_once(
        lambda: world.do(leader, actions.sign, dossier_id=dossier_id, item_id=item.id, version=item.version),
        lambda: world.do(head, results.revoke, result_id=licence.id, reason="Khai sai"),
    )
    now = amending.now_is(world, licence.id)
    if isinstance(signed, Refusal):
        assert (signed.code, now.state) == ("result_revoked", State.REVOKED)
        assert world.items(dossier_id) == ["sign"]
    else:
        assert isinstance(revoked, Refusal)
        assert (revoked.code, now.state, now.held_for) == ("held", State.VALID, world.info(dossier_id).code)
        world.run_jobs()
        assert amending.now_is(world, licence.id).state is State.REPLACED
