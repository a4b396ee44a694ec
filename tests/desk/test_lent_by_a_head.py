"""An officer is away and could not lend their roles: the head of the unit does it for them, and both see who did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from emoit.kernel.access import Forbidden, NotFound, Refusal, acting_as
from emoit.kernel.models import AuditEntry
from emoit.people import actions as people
from emoit.people import queries
from emoit.people.types import AbsenceKind, DelegationInfo, Role
from tests.support.world import HEAD, LEADER, SPECIALIST, UNIT, World

Login = Callable[[str], Client]
DEPUTY, OTHER_HEAD = "xttm.chuyenvien2", "hoachat.cuctruong"
NEW = "/nghiep-vu/vang-mat/moi/"


def typed(world: World, **more: Any) -> dict[str, Any]:
    return {
        "who": world.account_id(SPECIALIST), "kind": "duty_trip", "valid_from": "04/05/2026", "valid_to": "08/05/2026",
        "deputy": world.account_id(DEPUTY), "note": "Đi kiểm tra tại Lào Cai", "lend": "1",
        "scope": [f"{world.unit_id(UNIT)}:specialist"], **more,
    }  # fmt: skip


def delegations(world: World, login: str) -> list[DelegationInfo]:
    by = world.actor(login)
    with acting_as(by):
        return queries.delegations(by)


def away(world: World, **more: Any) -> None:
    world.do(
        HEAD, people.register_absence, account_id=world.account_id(SPECIALIST), kind=AbsenceKind.LEAVE,
        valid_from=world.now, valid_to=world.now + timedelta(days=5), **more,
    )  # fmt: skip


def lend(world: World, who: str, **more: Any) -> int:
    given: dict[str, Any] = {
        "principal_id": world.account_id(SPECIALIST), "delegate_id": world.account_id(DEPUTY),
        "scope": [(world.unit_id(UNIT), Role.SPECIALIST)], "valid_from": world.now,
        "valid_to": world.now + timedelta(days=5), "reason": "Nghỉ ốm",
    }  # fmt: skip
    made: int = world.do(who, people.delegate, **{**given, **more})
    return made


def test_the_head_lends_with_the_absence_and_both_see_it(world: World, sign_in: Login) -> None:
    client = sign_in(HEAD)
    page = client.get(NEW, {"ai": world.account_id(SPECIALIST)}).content.decode()
    assert "Ủy quyền cho người thay trong thời gian này" in page
    assert client.post(NEW, typed(world)).status_code == 302
    (info,) = delegations(world, DEPUTY)
    names = {login: world.actor(login).name for login in (HEAD, SPECIALIST, DEPUTY)}
    assert (info.principal_name, info.delegate_name, info.granted_by_name) == (
        names[SPECIALIST], names[DEPUTY], names[HEAD],
    )  # fmt: skip
    words = (
        f"{names[HEAD]} đã ủy quyền của {names[SPECIALIST]} (vắng mặt) cho {names[DEPUTY]}, đến hết ngày 08/05/2026."
    )
    for login in (SPECIALIST, DEPUTY):
        assert words in sign_in(login).get("/nghiep-vu/uy-quyen/").content.decode()
    with acting_as(world.process):
        row = AuditEntry.objects.get(verb="delegate", subject_id=str(info.id))
    assert (row.account_id, row.details) == (
        world.account_id(HEAD),
        {"principal_id": info.principal_id, "delegate_id": info.delegate_id, "for_principal": True},
    )
    holding = world.actor(DEPUTY).holdings
    assert [h.principal_id for h in holding if h.role == "specialist" and h.principal_id] == [info.principal_id]


def test_whoever_gave_it_or_the_principal_ends_it(world: World) -> None:
    away(world)
    for who in (HEAD, SPECIALIST):
        made = lend(world, HEAD)
        world.do(who, people.revoke_delegation, delegation_id=made)
        assert [d.revoked_at for d in delegations(world, who) if d.id == made] == [world.now]
    with pytest.raises(NotFound):
        world.do(OTHER_HEAD, people.revoke_delegation, delegation_id=lend(world, HEAD))


@pytest.mark.parametrize(
    ("absent", "who", "more"),
    [
        (False, HEAD, {}),  # nobody is away
        (True, OTHER_HEAD, {}),  # another unit's head
        (True, LEADER, {}),
        (True, DEPUTY, {}),
        (True, HEAD, {"days": 6}),  # longer than the absence
    ],
)
def test_who_may_not(world: World, absent: bool, who: str, more: dict[str, int]) -> None:
    if absent:
        away(world)
    until = {"valid_to": world.now + timedelta(days=more["days"])} if more else {}
    with pytest.raises(Forbidden):
        lend(world, who, **until)
    assert delegations(world, SPECIALIST) == []


def test_a_head_lends_nothing_of_another_unit(world: World) -> None:
    world.do(
        world.process, people.grant_role, account_id=world.account_id(SPECIALIST), unit_id=world.unit_id("G02.VP"),
        role=Role.RECORDS_CLERK, valid_from=world.now,
    )  # fmt: skip
    away(world)
    with pytest.raises(Forbidden):
        lend(world, HEAD, scope=[(world.unit_id("G02.VP"), Role.RECORDS_CLERK)])
    with pytest.raises(Refusal) as caught:
        lend(world, HEAD, scope=[(world.unit_id(UNIT), Role.LEADER)])
    assert caught.value.code == "not_held"
    assert delegations(world, SPECIALIST) == []


def test_a_refused_delegation_takes_the_absence_back(world: World) -> None:
    with pytest.raises(Refusal):
        away(world, deputy_id=world.account_id(DEPUTY), scope=[(world.unit_id(UNIT), Role.LEADER)])
    by = world.actor(HEAD)
    with acting_as(by):
        assert queries.absences(by, now=world.now) == []
