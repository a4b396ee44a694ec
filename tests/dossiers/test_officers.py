"""Who sees a dossier, who may do what with it, in whose name; and two who want the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Outcome, Status, Verb
from emoit.kernel.access import NotFound, Refusal, Stale, acting_as
from emoit.people import actions as people
from emoit.people.types import Role
from emoit.work import queries as work
from tests.dossiers import looks, verbs
from tests.support.traces import refused
from tests.support.world import CLERK, HEAD, LEADER, OFFICE, SPECIALIST, UNIT, World

OTHER_SPECIALIST, DEPUTY = "xttm.chuyenvien2", "xttm.phocuctruong"
CLOSED = "item_closed"  # to an actor who does not see the item, or after it was done

EVERYONE = (
    "congdan", "doanhnghiep1", "doanhnghiep2", "motcua", "xttm.chuyenvien1", "xttm.cuctruong", "hoachat.chuyenvien1",
    "hoachat.cuctruong", "thutruong", "vanthu", "thuquy", "quantri", "kiemtra",
)  # fmt: skip
SEE = {"doanhnghiep1", "motcua", "thuquy", "xttm.chuyenvien1", "xttm.cuctruong", "thutruong", "kiemtra"}

# (verb, the dossier as it is built) -> who may; everyone else is refused.
MAY: dict[tuple[Verb, Callable[[World], int]], set[str]] = {
    (Verb.RECEIVE, World.submitted): {"motcua"},
    (Verb.REFUSE_INTAKE, World.submitted): {"motcua"},
    (Verb.REQUEST_SUPPLEMENT, World.received): {"xttm.chuyenvien1"},
    (Verb.PROPOSE, World.received): {"xttm.chuyenvien1"},
    (Verb.APPROVE, World.proposed): {"xttm.cuctruong"},
    (Verb.RETURN_FOR_REWORK, World.proposed): {"xttm.cuctruong"},
    (Verb.SIGN, World.approved): {"thutruong"},
    (Verb.WITHDRAW, World.received): {"doanhnghiep1"},
    (Verb.STOP, World.received): {"xttm.cuctruong"},
    (Verb.EXTEND, World.received): {"xttm.cuctruong"},
}
CALLS: dict[Verb, tuple[Callable[..., object], str, dict[str, object]]] = {
    Verb.RECEIVE: (actions.receive, "intake", {}),
    Verb.REFUSE_INTAKE: (actions.refuse_intake, "intake", {"reason": "Không thuộc thẩm quyền"}),
    Verb.REQUEST_SUPPLEMENT: (actions.request_supplement, "examine", {"defects": verbs.DEFECTS}),
    Verb.PROPOSE: (actions.propose, "examine", {"outcome": Outcome.GRANTED}),
    Verb.APPROVE: (actions.approve, "approve", {}),
    Verb.RETURN_FOR_REWORK: (actions.return_for_rework, "approve", {"reason": "Chưa rõ"}),
    Verb.SIGN: (actions.sign, "sign", {}),
    Verb.WITHDRAW: (actions.withdraw, "", {"reason": "Hoãn"}),
    Verb.STOP: (actions.stop, "", {"reason": "Giải thể"}),
    Verb.EXTEND: (actions.extend, "", {"working_days": 2, "reason": "Chờ ý kiến"}),
}


def call(world: World, login: str, verb: Verb, dossier_id: int) -> None:
    action, step, more = CALLS[verb]
    if step:
        world.on_item(login, action, dossier_id, step, **more)
    else:
        world.do(login, action, dossier_id=dossier_id, **more)


@pytest.mark.parametrize(("verb", "built"), MAY, ids=lambda value: str(getattr(value, "__name__", value)))
def test_permissions(world: World, verb: Verb, built: Callable[[World], int]) -> None:
    """Role × verb: those who do not see the dossier are told that there is none, the others that it is not theirs."""
    dossier_id = built(world)
    for login in EVERYONE:
        if login not in MAY[verb, built]:
            with refused(world.actor(login), _expected(login, verb)):
                call(world, login, verb, dossier_id)
    for login in MAY[verb, built]:
        call(world, login, verb, dossier_id)
    assert verb in looks.verbs(world, dossier_id)


def _expected(login: str, verb: Verb) -> str:
    if login not in SEE:
        return "not_found"
    unit = {"intake": {"motcua", "thuquy"}, "examine": _HANDLERS, "approve": _HANDLERS, "sign": {"thutruong"}}
    step = CALLS[verb][1]
    return CLOSED if step and login not in unit[step] else "forbidden"


_HANDLERS = {"xttm.chuyenvien1", "xttm.cuctruong"}


@pytest.mark.parametrize("login", EVERYONE)
def test_who_sees_a_submitted_dossier(world: World, login: str) -> None:
    dossier_id = world.submitted()
    by = world.actor(login)
    with acting_as(by):
        listed = [card.id for card in queries.list_for(by)]
        if login in SEE:
            assert queries.get_for(by, dossier_id).id == dossier_id
        else:
            for door in (queries.get_for, queries.papers_of, queries.slips_of, queries.timeline_of, queries.result_of):
                with pytest.raises(NotFound):
                    door(by, dossier_id)
    assert listed == ([dossier_id] if login in SEE else [])


@pytest.mark.parametrize("login", sorted(set(EVERYONE) - {"doanhnghiep1"}))
def test_nobody_else_sees_a_draft(world: World, login: str) -> None:
    dossier_id = world.draft()
    with acting_as(world.actor(login)) as by, pytest.raises(NotFound):
        queries.get_for(by, dossier_id)


def test_the_applicant_does_not_see_what_is_inside_the_ministry(world: World) -> None:
    dossier_id = world.approved()
    with acting_as(world.actor("doanhnghiep1")) as by:
        seen = [entry.verb for entry in queries.timeline_of(by, dossier_id)]
        assert queries.decision_of(by, dossier_id) is None
        assert work.open_of(by, "dossier", dossier_id) == []
    assert seen == [Verb.SUBMIT, Verb.RECEIVE, Verb.EXAMINE]


def test_who_claims_second_is_told(world: World) -> None:
    dossier_id = world.received()
    item = world.item(dossier_id, "examine")
    same = {"dossier_id": dossier_id, "item_id": item.id, "version": item.version}
    world.do(SPECIALIST, actions.claim, **same)
    with pytest.raises(Stale):
        world.do(OTHER_SPECIALIST, actions.claim, **same)
    held = world.item(dossier_id, "examine")
    assert held.assignee_id == world.account_id(SPECIALIST)
    with refused(world.actor(OTHER_SPECIALIST), "stale") as caught:
        world.do(OTHER_SPECIALIST, actions.claim, **{**same, "version": held.version})
    assert caught.value.message == "Việc này đã có Nguyễn Minh Khôi nhận."


def test_what_a_colleague_holds_is_theirs(world: World) -> None:
    dossier_id = world.in_examination()
    with refused(world.actor(OTHER_SPECIALIST), "forbidden") as caught:
        world.on_item(OTHER_SPECIALIST, actions.propose, dossier_id, "examine", outcome=Outcome.GRANTED)
    assert caught.value.message == "Việc này đang do Nguyễn Minh Khôi xử lý."


def test_an_item_of_another_dossier_opens_nothing(world: World) -> None:
    one, other = world.received(), world.received()
    item = world.item(other, "examine")
    with refused(world.actor(SPECIALIST), "wrong_item"):
        world.do(
            SPECIALIST,
            actions.propose,
            dossier_id=one,
            item_id=item.id,
            version=item.version,
            outcome=Outcome.GRANTED,
        )
    with refused(world.actor(SPECIALIST), "wrong_item"):
        world.do(SPECIALIST, actions.claim, dossier_id=one, item_id=item.id, version=item.version)


def test_work_is_given_to_those_who_can_do_it(world: World) -> None:
    dossier_id = world.received()
    for login, code in (("hoachat.chuyenvien1", "not_fitting"), (CLERK, "not_fitting"), (DEPUTY, "not_fitting")):
        with refused(world.actor(HEAD), code):
            world.on_item(HEAD, actions.assign, dossier_id, "examine", officer_id=world.account_id(login))
    with refused(world.actor(SPECIALIST), "forbidden"):
        world.on_item(SPECIALIST, actions.assign, dossier_id, "examine", officer_id=world.account_id(OTHER_SPECIALIST))
    assert world.status(dossier_id) is Status.RECEIVED
    world.on_item(HEAD, actions.assign, dossier_id, "examine", officer_id=world.account_id(OTHER_SPECIALIST))
    assert world.status(dossier_id) is Status.IN_PROGRESS
    with refused(world.actor(SPECIALIST), "forbidden"):
        world.on_item(SPECIALIST, actions.release, dossier_id, "examine")
    world.on_item(DEPUTY, actions.release, dossier_id, "examine")
    assert world.item(dossier_id, "examine").assignee_id is None


# -- delegation (ủy quyền)


def lend(world: World, principal: str, delegate: str, unit: str, role: Role, *, days: int = 3) -> int:
    delegation_id: int = world.do(
        principal,
        people.delegate,
        principal_id=world.account_id(principal),
        delegate_id=world.account_id(delegate),
        scope=[(world.unit_id(unit), role)],
        valid_from=world.now,
        valid_to=world.now + timedelta(days=days),
        reason="Đi công tác",
    )
    return delegation_id


def test_a_delegate_acts_in_anothers_name_everywhere_on_record(world: World) -> None:
    dossier_id = world.proposed()
    stranger = "hoachat.chuyenvien1"
    lend(world, HEAD, stranger, UNIT, Role.UNIT_HEAD)
    world.on_item(stranger, actions.approve, dossier_id, "approve")
    me, principal = world.account_id(stranger), world.account_id(HEAD)
    last = looks.audit(world, dossier_id)[-1]
    assert (last["verb"], last["account_id"], last["on_behalf_of_id"]) == ("dossiers.approve", me, principal)
    entry = looks.timeline(world, dossier_id)[-1]
    assert (entry.actor_name, entry.on_behalf_of) == ("Trần Gia Bảo", "Phạm Quốc Hưng")
    with acting_as(world.process):
        done = work.done_of(world.agency_id, "dossier", dossier_id)[-1]
    assert (done.step, done.account_id, done.on_behalf_of_id) == ("approve", me, principal)


def test_what_the_principal_holds_the_delegate_may_do(world: World) -> None:
    dossier_id = world.in_examination()
    lend(world, SPECIALIST, "hoachat.chuyenvien1", UNIT, Role.SPECIALIST)
    world.on_item("hoachat.chuyenvien1", actions.propose, dossier_id, "examine", outcome=Outcome.GRANTED)
    assert looks.timeline(world, dossier_id)[-1].on_behalf_of == "Nguyễn Minh Khôi"


def test_a_delegation_that_is_over_opens_nothing(world: World) -> None:
    dossier_id = world.proposed()
    stranger = "hoachat.chuyenvien1"
    lend(world, HEAD, stranger, UNIT, Role.UNIT_HEAD, days=1)
    with acting_as(world.actor(stranger)) as by:
        assert queries.get_for(by, dossier_id).id == dossier_id
    world.go("2026-05-05 09:30")
    with refused(world.actor(stranger), "not_found"):
        world.on_item(stranger, actions.approve, dossier_id, "approve")


def test_a_revoked_delegation_opens_nothing(world: World) -> None:
    dossier_id = world.proposed()
    stranger = "hoachat.chuyenvien1"
    delegation_id = lend(world, HEAD, stranger, UNIT, Role.UNIT_HEAD)
    world.do(HEAD, people.revoke_delegation, delegation_id=delegation_id)
    with refused(world.actor(stranger), "not_found"):
        world.on_item(stranger, actions.approve, dossier_id, "approve")


def test_a_delegation_lends_only_its_role(world: World) -> None:
    dossier_id = world.submitted()
    lend(world, CLERK, "hoachat.chuyenvien1", OFFICE, Role.ONE_STOP_CLERK)
    world.on_item("hoachat.chuyenvien1", actions.receive, dossier_id, "intake")
    with refused(world.actor("hoachat.chuyenvien1"), CLOSED):
        world.on_item("hoachat.chuyenvien1", actions.propose, dossier_id, "examine", outcome=Outcome.GRANTED)


def test_who_signs_for_another_signs_with_their_own_key(world: World) -> None:
    dossier_id = world.approved()
    lend(world, LEADER, SPECIALIST, "G02.LD", Role.LEADER)
    with pytest.raises(Refusal) as caught:
        world.on_item(SPECIALIST, actions.sign, dossier_id, "sign")
    assert caught.value.code == "no_key"
    assert world.items(dossier_id) == ["sign"]


@pytest.mark.parametrize("login", sorted(SEE - {"doanhnghiep1"}))
def test_officers_follow_a_decision_until_it_is_signed(world: World, login: str) -> None:
    dossier_id = world.being_signed()
    with acting_as(world.actor(login)) as by:
        decision = queries.decision_of(by, dossier_id)
    assert decision is not None
    assert (decision.outcome, decision.number, decision.signing_state) == (Outcome.GRANTED, "1/BCT-XTTM", "pending")
