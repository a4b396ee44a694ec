"""Several at once, and a database that goes away: everything here is really committed."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from django.db.utils import InterfaceError

from emoit.dossiers import actions
from emoit.dossiers.models import Dossier
from emoit.dossiers.types import Outcome, Status, Verb
from emoit.kernel.access import Refusal, acting_as
from tests.dossiers import looks, verbs
from tests.support.committed import owner_connection
from tests.support.traces import taken
from tests.support.world import SPECIALIST, World


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run each in a thread with a connection of its own, all from one start; the answers or refusals, in order."""
    answers: list[Any] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(n: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            answers[n] = works[n]()
        except Refusal as refusal:
            answers[n] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def test_five_times_submitted_at_once_is_one_dossier(committed_world: World) -> None:
    world = committed_world
    dossier_id = world.draft()
    by = world.actor(verbs.APPLICANT)
    submit = lambda: world.do(by, actions.submit, dossier_id=dossier_id)  # noqa: E731
    assert at_once(*[submit] * 5) == ["G02-260504-0001"] * 5
    assert looks.verbs(world, dossier_id) == [Verb.SUBMIT]
    assert looks.events(world, dossier_id) == ["DossierSubmitted"]
    assert world.items(dossier_id) == ["intake"]
    assert [row["verb"] for row in looks.audit(world, dossier_id)].count("dossiers.submit") == 1


def test_five_dossiers_submitted_at_once_have_five_numbers_without_a_gap(committed_world: World) -> None:
    world = committed_world
    drafts = [world.draft() for _ in range(5)]
    by = world.actor(verbs.APPLICANT)
    codes = at_once(*[lambda d=d: world.do(by, actions.submit, dossier_id=d) for d in drafts])
    assert sorted(codes) == [f"G02-260504-{n:04}" for n in range(1, 6)]


def test_of_two_who_decide_at_once_one_is_told(committed_world: World) -> None:
    """Both look at the same unclaimed item; one proposes to grant, the other to refuse."""
    world = committed_world
    dossier_id = world.received()
    item = world.item(dossier_id, "examine")
    same = {"dossier_id": dossier_id, "item_id": item.id, "version": item.version}
    one, other = world.actor(SPECIALIST), world.actor("xttm.chuyenvien2")
    answers = at_once(
        lambda: world.do(one, actions.propose, **same, outcome=Outcome.GRANTED),
        lambda: world.do(other, actions.propose, **same, outcome=Outcome.REFUSED, content="Không đủ điều kiện"),
    )
    refusals = [a for a in answers if isinstance(a, Refusal)]
    assert [r.code for r in refusals] == ["item_closed"]
    assert looks.verbs(world, dossier_id) == [Verb.SUBMIT, Verb.RECEIVE, Verb.EXAMINE, Verb.PROPOSE]
    winner = looks.timeline(world, dossier_id)[-1]
    expected = "granted" if winner.actor_name == one.name else "refused"
    assert winner.details == {"outcome": expected}
    looks.check_replay(world, dossier_id)


def test_of_two_who_claim_at_once_one_is_stale(committed_world: World) -> None:
    world = committed_world
    dossier_id = world.received()
    item = world.item(dossier_id, "examine")
    same = {"dossier_id": dossier_id, "item_id": item.id, "version": item.version}
    actors = [world.actor(SPECIALIST), world.actor("xttm.chuyenvien2")]
    answers = at_once(*[lambda by=by: world.do(by, actions.claim, **same) for by in actors])
    assert [a.code for a in answers if isinstance(a, Refusal)] == ["stale"]
    won = actors[answers.index(None)]
    assert world.item(dossier_id, "examine").assignee_id == won.account_id


@pytest.mark.parametrize("table", ["dossiers_submission", "dossiers_timeline", "work_item", "kernel_event"])
def test_the_database_goes_away_in_the_middle_of_a_submission(committed_world: World, table: str) -> None:
    """The connection dies right before the first row of `table`: nothing is half saved, and the next try succeeds."""
    world = committed_world
    dossier_id = world.draft()
    by = world.actor(verbs.APPLICANT)
    before = taken(world.agency_id)

    def dies(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        if re.match(rf'\s*insert into "?{table}"?\s', statement, re.IGNORECASE):
            pid = context["connection"].connection.info.backend_pid
            with owner_connection() as owner:
                owner.execute("select pg_terminate_backend(%s, 5000)", [pid])
        return execute(statement, params, many, context)

    with pytest.raises((OperationalError, InterfaceError)), connection.execute_wrapper(dies):
        world.do(by, actions.submit, dossier_id=dossier_id)
    connection.close()
    assert taken(world.agency_id) == before
    assert world.status(dossier_id) is Status.DRAFT

    assert world.do(by, actions.submit, dossier_id=dossier_id) == "G02-260504-0001"
    assert looks.events(world, dossier_id) == ["DossierSubmitted"]
    with acting_as(world.process):
        assert Dossier.objects.exclude(code=None).count() == 1
    looks.check_replay(world, dossier_id)


def test_the_number_is_committed_before_the_signature_begins(committed_world: World) -> None:
    """Another connection sees the bound number while the job still waits."""
    world = committed_world
    world.being_signed()
    with owner_connection() as owner:
        row = owner.execute("select number, sign_request_id is not null from dossiers_decision").fetchone()
        waits = owner.execute(
            "select count(*) from procrastinate_jobs where task_name = 'signing.sign' and status = 'todo'"
        ).fetchone()
    assert (row, waits) == (("1/BCT-XTTM", True), (1,))
