"""Every role × every verb of people: who may, and that nothing happens for those who may not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from emoit.kernel.access import Actor, Forbidden, NotFound, Refusal, acting_as, anonymous, platform, process
from emoit.kernel.models import AuditEntry, Event
from emoit.people import actions
from emoit.people.models import (
    Absence,
    Account,
    Assignment,
    Credential,
    Delegation,
    Enterprise,
    PasswordLink,
    Representation,
    SecondFactor,
    SignInAttempt,
    Unit,
    UnitRole,
)
from emoit.people.rules import PERMISSIONS, Verb
from emoit.people.types import AbsenceKind, AccountKind, EnterpriseDetails, RepresentationRole, Role
from tests.people.world import DAY, NOW, account, actor, enterprise, officer, unit_id

pytestmark = pytest.mark.django_db


@dataclass
class Cast:
    """The ones whom an act is about; none of them is the one who acts."""

    agency_id: int
    unit: int
    head: int
    deputy: int
    citizen: int
    helper: int
    company: int
    assignment: int
    delegation: int
    absence: int


@pytest.fixture
def people(agency_id: int) -> Cast:
    hand, unit = process("test", agency_id), unit_id(agency_id, "G02.21")
    head = officer(agency_id, "Hưng", [("G02.21", Role.UNIT_HEAD), ("G02.21", Role.SPECIALIST)])
    deputy = officer(agency_id, "Hà")
    citizen, helper = (account(agency_id, n, AccountKind.CITIZEN) for n in ("Bình", "Tú"))
    assignment = actions.assign_position(
        by=hand, now=NOW, account_id=head, unit_id=unit, position="expert", valid_from=NOW
    )
    delegation = actions.delegate(
        by=hand,
        now=NOW,
        principal_id=head,
        delegate_id=deputy,
        scope=[(unit, Role.SPECIALIST)],
        valid_from=NOW,
        valid_to=NOW + DAY,
        reason="x",
    )
    company = enterprise(agency_id, citizen)
    absence = actions.register_absence(
        by=hand, now=NOW, account_id=head, kind=AbsenceKind.DUTY_TRIP, valid_from=NOW, valid_to=NOW + DAY
    )
    with acting_as(hand):
        SecondFactor.objects.create(agency_id=agency_id, account_id=head, secret="JBSWY3DPEHPK3PXP", enrolled_at=NOW)
    return Cast(agency_id, unit, head, deputy, citizen, helper, company, assignment, delegation, absence)


OTHER_COMPANY = EnterpriseDetails("9900000023", "Công ty B", "Hà Nội", "", "", "Tú")

ACTS: dict[Verb, Callable[[Actor, Cast], Any]] = {
    Verb.CREATE_OFFICER: lambda by, _: actions.create_officer(
        by=by, now=NOW, login="moi.vao", full_name="Mới", password="mot-mat-khau-kha-dai"
    ),
    Verb.ASSIGN_POSITION: lambda by, c: actions.assign_position(
        by=by, now=NOW, account_id=c.deputy, unit_id=c.unit, position="expert", valid_from=NOW
    ),
    Verb.END_ASSIGNMENT: lambda by, c: actions.end_assignment(by=by, now=NOW, assignment_id=c.assignment),
    Verb.GRANT_ROLE: lambda by, c: actions.grant_role(
        by=by, now=NOW, account_id=c.deputy, unit_id=c.unit, role=Role.SPECIALIST, valid_from=NOW
    ),
    Verb.REVOKE_ROLE: lambda by, c: actions.revoke_role(
        by=by, now=NOW, account_id=c.head, unit_id=c.unit, role=Role.UNIT_HEAD
    ),
    Verb.DEACTIVATE: lambda by, c: actions.deactivate(by=by, now=NOW, account_id=c.deputy),
    Verb.REACTIVATE: lambda by, c: (
        actions.deactivate(by=process("test", c.agency_id), now=NOW, account_id=c.deputy),
        actions.reactivate(by=by, now=NOW, account_id=c.deputy),
    ),
    Verb.RESET_PASSWORD: lambda by, c: actions.reset_password(
        by=by, now=NOW, account_id=c.deputy, new="mot-mat-khau-kha-dai"
    ),
    Verb.CHANGE_PASSWORD: lambda by, c: actions.change_password(
        by=by, now=NOW, account_id=c.deputy, old="x", new="mot-mat-khau-kha-dai"
    ),
    Verb.CHANGE_CONTACT: lambda by, c: actions.change_contact(
        by=by, now=NOW, account_id=c.deputy, phone="0900000009", email=""
    ),
    Verb.REGISTER_ENTERPRISE: lambda by, c: actions.register_enterprise(
        by=by, now=NOW, account_id=c.helper, details=OTHER_COMPANY
    ),
    Verb.ADD_REPRESENTATIVE: lambda by, c: actions.add_representative(
        by=by,
        now=NOW,
        enterprise_id=c.company,
        account_id=c.helper,
        role=RepresentationRole.AUTHORISED,
        valid_from=NOW,
        valid_to=None,
    ),
    Verb.END_REPRESENTATION: lambda by, c: (
        ACTS[Verb.ADD_REPRESENTATIVE](process("test", c.agency_id), c),
        actions.end_representation(by=by, now=NOW, enterprise_id=c.company, account_id=c.helper),
    ),
    Verb.DELEGATE: lambda by, c: actions.delegate(
        by=by,
        now=NOW,
        principal_id=c.head,
        delegate_id=c.deputy,
        scope=[(c.unit, Role.UNIT_HEAD)],
        valid_from=NOW,
        valid_to=NOW + DAY,
        reason="x",
    ),
    Verb.REVOKE_DELEGATION: lambda by, c: actions.revoke_delegation(by=by, now=NOW, delegation_id=c.delegation),
    Verb.RESET_SECOND_FACTOR: lambda by, c: actions.reset_second_factor(by=by, now=NOW, account_id=c.head),
    Verb.UNLOCK: lambda by, c: actions.unlock(by=by, now=NOW, account_id=c.deputy),
    Verb.ISSUE_PASSWORD_LINK: lambda by, c: actions.issue_password_link(by=by, now=NOW, account_id=c.deputy),
    Verb.REGISTER_ABSENCE: lambda by, c: actions.register_absence(
        by=by, now=NOW, account_id=c.deputy, kind=AbsenceKind.LEAVE, valid_from=NOW, valid_to=NOW + DAY
    ),
    Verb.END_ABSENCE: lambda by, c: actions.end_absence(by=by, now=NOW, absence_id=c.absence),
    Verb.CHANGE_UNITS: lambda by, c: actions.rename_unit(by=by, now=NOW, unit_id=c.unit, name="Cục Mới", basis="QĐ 1"),
}

# The specification: who may do it for others. A process of ours always may.
MAY: dict[Verb, set[str]] = {verb: {Role.ADMINISTRATOR, "process"} for verb in Verb} | {
    Verb.CHANGE_PASSWORD: {"process"},
    Verb.CHANGE_CONTACT: {"process"},
}
ACTORS = [*Role, "no role", "citizen", "anonymous", "process"]


def make_actor(kind: str, agency_id: int) -> Actor:
    if kind == "process":
        return process("test", agency_id)
    if kind == "anonymous":
        return anonymous(agency_id)
    if kind == "citizen":
        return actor(account(agency_id, "Người ngoài", AccountKind.CITIZEN))
    roles = [("G02", Role(kind))] if kind in set(Role) else []
    return actor(officer(agency_id, "Người làm", roles))


def everything() -> dict[str, list[Any]]:
    tables = (
        Absence,
        Account,
        Assignment,
        AuditEntry,
        Credential,
        Delegation,
        Enterprise,
        Event,
        PasswordLink,
        Representation,
        SecondFactor,
        SignInAttempt,
        Unit,
        UnitRole,
    )
    with acting_as(platform("test")):
        return {t.__name__: list(t.objects.order_by("pk").values()) for t in tables}  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", [str(k) for k in ACTORS])
@pytest.mark.parametrize("verb", list(Verb))
def test_who_may(people: Cast, verb: Verb, kind: str) -> None:
    by = make_actor(kind, people.agency_id)
    if verb in {Verb.REACTIVATE, Verb.END_REPRESENTATION, Verb.CHANGE_PASSWORD, Verb.RESET_PASSWORD}:
        hand = process("test", people.agency_id)
        with acting_as(hand):
            Credential.objects.create(
                agency_id=people.agency_id, account_id=people.deputy, password="!", changed_at=NOW
            )
    if kind in MAY[verb] and verb is not Verb.CHANGE_PASSWORD:
        before = everything()
        ACTS[verb](by, people)
        assert len(everything()["AuditEntry"]) > len(before["AuditEntry"])
    elif kind not in MAY[verb]:
        prepare_only = {Verb.REACTIVATE, Verb.END_REPRESENTATION}
        before = everything()
        with pytest.raises((Forbidden, NotFound)):
            ACTS[verb](by, people)
        if verb not in prepare_only:
            assert everything() == before


def test_the_table_covers_every_verb() -> None:
    assert set(ACTS) == set(MAY) == set(PERMISSIONS) == set(Verb)


OWN = {
    Verb.DELEGATE: "head",
    Verb.REVOKE_DELEGATION: "head",
    Verb.REGISTER_ABSENCE: "deputy",
    Verb.END_ABSENCE: "head",
    Verb.CHANGE_CONTACT: "deputy",
    Verb.REGISTER_ENTERPRISE: "helper",
    Verb.ADD_REPRESENTATIVE: "citizen",
    Verb.END_REPRESENTATION: "helper",
}


@pytest.mark.parametrize(("verb", "who"), OWN.items())
def test_what_one_may_do_for_oneself(people: Cast, verb: Verb, who: str) -> None:
    ACTS[verb](actor(getattr(people, who)), people)


@pytest.mark.parametrize(("verb", "who"), [(Verb.DELEGATE, "deputy"), (Verb.REVOKE_DELEGATION, "deputy")])
def test_the_delegate_may_not_decide_for_the_principal(people: Cast, verb: Verb, who: str) -> None:
    before = everything()
    with pytest.raises(Forbidden):
        ACTS[verb](actor(getattr(people, who)), people)
    assert everything() == before


def test_an_administrator_neither_grants_to_nor_closes_oneself(people: Cast) -> None:
    admin = officer(people.agency_id, "Quản trị", [("G02", Role.ADMINISTRATOR)])
    by, before = actor(admin), everything()
    for act in (
        lambda: actions.grant_role(
            by=by, now=NOW, account_id=admin, unit_id=people.unit, role=Role.LEADER, valid_from=NOW
        ),
        lambda: actions.deactivate(by=by, now=NOW, account_id=admin),
    ):
        with pytest.raises(Refusal) as refusal:
            act()
        assert refusal.value.code == "oneself"
    assert everything() == before
