"""One inbox: open work by the unit and role it asks for, the nearest deadline first."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from emoit.kernel.access import NotFound, acting_as
from emoit.people import actions as people
from emoit.people.types import Role
from emoit.work import actions, queries
from emoit.work.types import Counts
from tests.support.traces import refused
from tests.support.world import CLERK, HEAD, LEADERS, OFFICE, SPECIALIST, UNIT, World

SECOND = "xttm.chuyenvien2"


def put(
    world: World,
    number: int,
    *,
    unit: str = UNIT,
    role: str = "specialist",
    assignee: str = "",
    due: datetime | None = None,
    step: str = "examine",
) -> int:
    item_id: int = world.do(
        world.process,
        actions.open_item,
        subject_kind="thing",
        subject_id=number,
        subject_code=f"T-{number}",
        subject_title="Việc thử",
        subject_from="Ai đó",
        step=step,
        step_name="Thẩm định",
        token=f"t{number}",
        unit_id=world.unit_id(unit),
        role=role,
        assignee_id=world.account_id(assignee) if assignee else None,
        due_at=due,
    )
    return item_id


def seen(world: World, login: str, tab: str) -> list[int]:
    with acting_as(world.actor(login)) as by:
        items = queries.inbox(by, tab=tab, now=world.now)
        assert queries.count(by, tab=tab, now=world.now) == len(items)
    return [item.subject_id for item in items]


@pytest.fixture
def full(world: World) -> World:
    """Work of three units in every kind of hands."""
    late, soon = world.now - timedelta(hours=1), world.now + timedelta(days=1)
    put(world, 1, due=soon)
    put(world, 2, due=late)
    put(world, 3, due=late, assignee=SPECIALIST)
    put(world, 4, assignee=SECOND, due=late)
    put(world, 5)
    put(world, 6, role="unit_head", step="approve", due=soon)
    put(world, 7, unit=OFFICE, role="one_stop_clerk", step="intake")
    put(world, 8, unit=LEADERS, role="leader", step="sign", due=soon)
    return world


@pytest.mark.parametrize(
    ("login", "tab", "expected"),
    [
        (SPECIALIST, "all", [2, 3, 1, 5]),
        (SPECIALIST, "mine", [3]),
        (SPECIALIST, "unclaimed", [2, 1, 5]),
        (SPECIALIST, "overdue", [2, 3]),
        (SPECIALIST, "unit", []),
        (HEAD, "all", [6]),
        (HEAD, "unit", [2, 3, 4, 1, 6, 5]),
        (CLERK, "all", [7]),
        ("thutruong", "all", [8]),
        ("thuquy", "all", []),
        ("hoachat.chuyenvien1", "all", []),
        ("hoachat.cuctruong", "unit", []),
        ("quantri", "all", []),
        ("kiemtra", "all", []),
        ("doanhnghiep1", "all", []),
    ],
)
def test_tabs(full: World, login: str, tab: str, expected: list[int]) -> None:
    assert seen(full, login, tab) == expected


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        (SPECIALIST, Counts(mine=1, unclaimed=3, overdue=2, to_sign=0)),
        ("thutruong", Counts(mine=0, unclaimed=1, overdue=0, to_sign=1)),
        ("doanhnghiep1", Counts(mine=0, unclaimed=0, overdue=0, to_sign=0)),
    ],
)
def test_counts(full: World, login: str, expected: Counts) -> None:
    with acting_as(full.actor(login)) as by:
        assert queries.counts(by, now=full.now) == expected


def test_what_is_paused_is_not_overdue_and_comes_last(full: World) -> None:
    with acting_as(full.process) as by:
        actions.move_due(by=by, subject_kind="thing", subject_id=2, due_at=None, paused=True)
    assert seen(full, SPECIALIST, "all") == [3, 1, 5, 2]
    assert seen(full, SPECIALIST, "overdue") == [3]


def test_a_delegate_finds_the_principals_work(full: World) -> None:
    stranger = "hoachat.chuyenvien2"
    full.do(
        SECOND,
        people.delegate,
        principal_id=full.account_id(SECOND),
        delegate_id=full.account_id(stranger),
        scope=[(full.unit_id(UNIT), Role.SPECIALIST)],
        valid_from=full.now,
        valid_to=full.now + timedelta(days=1),
        reason="Nghỉ phép",
    )
    assert seen(full, stranger, "mine") == [4]
    assert seen(full, stranger, "all") == [2, 4, 1, 5]


def test_an_item_waits_once(world: World) -> None:
    put(world, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        put(world, 1)


def test_claim_release_close(world: World) -> None:
    item_id = put(world, 1)
    world.do(SPECIALIST, actions.claim, item_id=item_id, version=1)
    assert seen(world, SECOND, "all") == []
    with refused(world.actor(SECOND), "forbidden"):
        world.do(SECOND, actions.release, item_id=item_id, version=2)
    with refused(world.actor(SPECIALIST), "stale"):
        world.do(SPECIALIST, actions.release, item_id=item_id, version=1)
    world.do(SPECIALIST, actions.release, item_id=item_id, version=2)
    assert seen(world, SECOND, "unclaimed") == [1]
    with acting_as(world.actor(SECOND)) as by:
        item, holding = actions.take(by=by, item_id=item_id, version=3, step="examine")
    assert (item.subject_id, holding.role) == (1, "specialist")
    world.do(SECOND, actions.close, item_id=item_id, outcome="propose", holding=holding)
    with acting_as(world.process) as by:
        (done,) = queries.done_of(world.agency_id, "thing", 1)
        with pytest.raises(NotFound):
            queries.get_for(by, item_id)
    assert (done.account_id, done.outcome, done.closed_at) == (world.account_id(SECOND), "propose", world.now)


def test_a_step_that_is_not_due(world: World) -> None:
    item_id = put(world, 1)
    with refused(world.actor(SPECIALIST), "wrong_step"), acting_as(world.actor(SPECIALIST)) as by:
        actions.take(by=by, item_id=item_id, version=1, step="approve")


def test_closing_all_of_a_subject(world: World) -> None:
    put(world, 1)
    put(world, 1, step="approve", role="unit_head")
    put(world, 2)
    closed = world.do(world.process, actions.close_all, subject_kind="thing", subject_id=1, outcome="withdraw")
    assert closed == 2
    assert seen(world, SPECIALIST, "all") == [2]


@pytest.mark.parametrize("login", ["hoachat.chuyenvien1", "quantri", "kiemtra", "doanhnghiep1"])
def test_work_of_another_unit_does_not_exist(world: World, login: str) -> None:
    item_id = put(world, 1)
    with refused(world.actor(login), "item_closed"):
        world.do(login, actions.claim, item_id=item_id, version=1)
