"""The number is bound before anyone signs, and outlives every failure of the signature."""

from __future__ import annotations

from django.db import connection

from emoit.dossiers import actions, queries
from emoit.dossiers.types import DecisionInfo, Status
from emoit.kernel.access import acting_as
from emoit.signing.rules import wait_before_next
from tests.dossiers import looks, verbs
from tests.support.jobs import waiting_jobs
from tests.support.traces import refused
from tests.support.world import HEAD, LEADER, World


def decision(world: World, dossier_id: int) -> DecisionInfo:
    with acting_as(world.process) as by:
        found = queries.decision_of(by, dossier_id)
    assert found is not None
    return found


def numbers(world: World) -> list[int]:
    with acting_as(world.process), connection.cursor() as cursor:
        cursor.execute(
            "select n.value from kernel_number n join kernel_series s on s.id = n.series_id"
            " where s.key = 'document:promotion_confirmation:2026' order by 1"
        )
        return [row[0] for row in cursor.fetchall()]


def until_it_fails(world: World) -> None:
    """Run the jobs over all the waits between the tries."""
    tries = 0
    world.run_jobs()
    while (wait := wait_before_next(tries := tries + 1)) is not None:
        world.clock.shift(wait)
        world.run_jobs()


def test_the_number_comes_first(world: World) -> None:
    dossier_id = world.being_signed()
    found = decision(world, dossier_id)
    assert (found.number, found.signing_state, found.result_id) == ("1/BCT-XTTM", "pending", None)
    assert "signing.sign" in [name for name, _ in waiting_jobs()]


def test_a_signature_that_fails_keeps_its_number(world: World) -> None:
    dossier_id = world.being_signed()
    world.place.trust.switch("tsa", "down")
    until_it_fails(world)
    found = decision(world, dossier_id)
    assert (found.number, found.signing_state, found.result_id) == ("1/BCT-XTTM", "failed", None)
    assert found.signing_error
    assert world.status(dossier_id) is Status.IN_PROGRESS
    assert looks.audit(world, dossier_id)[-1]["verb"] == "dossiers.signing_failed"
    looks.check_replay(world, dossier_id)

    with refused(world.actor(HEAD), "forbidden"):
        world.do(HEAD, actions.retry_signing, dossier_id=dossier_id)
    with refused(world.actor(verbs.APPLICANT), "being_signed"):
        world.do(verbs.APPLICANT, actions.withdraw, dossier_id=dossier_id, reason="Hoãn")

    world.place.trust.all_up()
    world.do(LEADER, actions.retry_signing, dossier_id=dossier_id)
    world.run_jobs()
    found = decision(world, dossier_id)
    assert (found.number, found.signing_state, found.signing_error) == ("1/BCT-XTTM", "signed", "")
    assert (world.status(dossier_id), numbers(world)) == (Status.RETURNED, [1])
    looks.check_replay(world, dossier_id)


def test_a_short_outage_heals_by_itself(world: World) -> None:
    dossier_id = world.being_signed()
    world.place.trust.switch("tsa", "down")
    world.run_jobs()
    assert decision(world, dossier_id).signing_state == "pending"
    world.place.trust.all_up()
    wait = wait_before_next(1)
    assert wait is not None
    world.clock.shift(wait)
    world.run_jobs()
    assert (world.status(dossier_id), numbers(world)) == (Status.RETURNED, [1])


def test_numbers_are_gapless_over_refused_tries(world: World) -> None:
    first, second, third = world.approved(), world.approved(), world.approved()
    world.on_item(LEADER, actions.sign, first, "sign")
    item = world.item(second, "sign")
    with refused(world.actor(LEADER), "stale"):
        world.do(LEADER, actions.sign, dossier_id=second, item_id=item.id, version=item.version + 1)
    world.on_item(LEADER, actions.return_for_rework, second, "sign", reason="Xem lại")
    world.on_item(LEADER, actions.sign, third, "sign")
    assert [decision(world, d).number for d in (first, third)] == ["1/BCT-XTTM", "2/BCT-XTTM"]
    assert numbers(world) == [1, 2]


def test_there_is_nothing_to_sign_again(world: World) -> None:
    waiting, done = world.approved(), world.signed()
    for dossier_id in (waiting, done):
        with refused(world.actor(LEADER), "impossible"):
            world.do(LEADER, actions.retry_signing, dossier_id=dossier_id)


def test_a_report_of_another_signature_is_not_this_dossiers(world: World) -> None:
    dossier_id = world.being_signed()
    world.do(world.process, actions.issue_signed, dossier_id=dossier_id, request_id=987, file_id=1)
    assert world.status(dossier_id) is Status.IN_PROGRESS
