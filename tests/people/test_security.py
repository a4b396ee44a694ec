"""What the database itself refuses: sight beyond one's own, writing past the actions, periods that collide."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from emoit.kernel.access import Actor, NotFound, Refusal, acting_as, anonymous, process
from emoit.people import actions, queries
from emoit.people.models import (
    Account,
    Agency,
    Assignment,
    Citizen,
    Contact,
    Credential,
    DelegatedHolding,
    Delegation,
    Enterprise,
    Representation,
    SignInAttempt,
    Unit,
    UnitRole,
)
from emoit.people.types import AccountKind, CitizenDetails, Role
from tests.people.world import DAY, HOUR, NOW, account, actor, enterprise, officer, other_agency, unit_id

pytestmark = pytest.mark.django_db

PASSWORD = "mot-mat-khau-kha-dai"
HOA = CitizenDetails("Nguyễn Thị  Hoa", "001190000001", None, "1 phố Mẫu", "0900 000 001", "hoa@example.com")


def register(agency_id: int) -> int:
    return actions.register_citizen(
        by=anonymous(agency_id), now=NOW, login="Hoa.Nguyen", password=PASSWORD, details=HOA
    ).pk


@pytest.fixture
def cast(agency_id: int) -> dict[str, Actor]:
    citizen = register(agency_id)
    company = enterprise(agency_id, account(agency_id, "Bình", AccountKind.CITIZEN))
    with acting_as(process("test", agency_id)):
        boss = Representation.objects.get(enterprise=company).account_id
    head = officer(agency_id, "Hưng", [("G02.21", Role.UNIT_HEAD)])
    return {
        "owner": actor(citizen),
        "other citizen": actor(boss),
        "officer": actor(head),
        "anonymous": anonymous(agency_id),
        "other agency's process": process("test", other_agency()),
        "sign-in": process("people", agency_id),
    }


# Rows seen by: the citizen Hoa, the enterprise's representative, an officer, nobody known, another agency, our process.
SEEN = [
    (Account, (2, 2, 3, 1, 0, 3)),
    (Credential, (0, 0, 0, 0, 0, 1)),
    (Contact, (1, 0, 0, 0, 0, 1)),
    (Citizen, (1, 0, 0, 0, 0, 1)),
    (Enterprise, (0, 1, 1, 0, 0, 1)),
    (Representation, (0, 1, 1, 0, 0, 1)),
    (Unit, (104, 104, 104, 104, 1, 104)),
    (UnitRole, (1, 1, 1, 1, 0, 1)),
    (Agency, (2, 2, 2, 2, 2, 2)),
]


@pytest.mark.parametrize(("model", "counts"), SEEN, ids=[m.__name__ for m, _ in SEEN])
def test_who_sees_which_rows(cast: dict[str, Actor], model: Any, counts: tuple[int, ...]) -> None:
    found = []
    for by in cast.values():
        with acting_as(by):
            found.append(model.objects.count())
    assert tuple(found) == counts


TABLES = [
    "account", "credential", "contact", "citizen", "enterprise", "representation", "unit", "position", "assignment",
    "unit_role", "delegation", "delegated_holding", "sign_in_attempt",
]  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_without_an_actor_nothing_is_seen(cast: dict[str, Actor], table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from people_{table}")  # noqa: S608
        assert cursor.fetchone() == (0,)


def test_only_processes_write(cast: dict[str, Actor]) -> None:
    """An officer's own request cannot write, even with the actions gone round."""
    by = cast["officer"]
    with acting_as(by):
        assert Account.objects.filter(pk=by.account_id).update(full_name="Khác") == 0
        assert UnitRole.objects.update(role=Role.LEADER) == 0
        assert Unit.objects.update(name="x") == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            UnitRole.objects.create(
                agency_id=by.agency_id,
                account_id=by.account_id,
                unit_id=by.holdings[0].unit_id,
                role=Role.ADMINISTRATOR,
                valid_from=NOW,
            )
        with pytest.raises(ProgrammingError), transaction.atomic():
            Agency.objects.create(code="X", name="X", name_en="X", short_name="X", abbr="X", emblem_text="X")
        assert Agency.objects.update(name="x") == 0


@pytest.mark.parametrize("table", [t for t in TABLES if t != "sign_in_attempt"])
def test_history_cannot_be_deleted(cast: dict[str, Actor], table: str) -> None:
    with acting_as(cast["sign-in"]), pytest.raises(ProgrammingError), transaction.atomic():
        connection.cursor().execute(f"delete from people_{table}")  # noqa: S608


def test_personal_fields_are_encrypted_at_rest(agency_id: int) -> None:
    citizen = register(agency_id)
    with acting_as(process("test", agency_id)), connection.cursor() as cursor:
        cursor.execute("select id_number, address from people_citizen where account_id = %s", [citizen])
        row = cursor.fetchone()
        cursor.execute("select phone, email from people_contact where account_id = %s", [citizen])
        row += cursor.fetchone()
    assert all(value.startswith("v1.") for value in row)


def test_the_owner_reads_their_own_details(agency_id: int) -> None:
    citizen = register(agency_id)
    by = actor(citizen)
    with acting_as(by):
        party = queries.party_for(by, enterprise_id=None)
    assert (party.name, party.identity, party.phone, party.reader) == (
        "Nguyễn Thị Hoa",
        "001190000001",
        "0900 000 001",
        f"a:{citizen}",
    )


def test_a_party_is_only_what_one_represents(agency_id: int) -> None:
    citizen = register(agency_id)
    boss = account(agency_id, "Bình", AccountKind.CITIZEN)
    company = enterprise(agency_id, boss)
    with acting_as(actor(boss)) as by:
        party = queries.party_for(by, enterprise_id=company)
        assert (party.kind, party.identity, party.reader) == ("enterprise", "9900000016", f"e:{company}")
        assert [e.tax_code for e in queries.enterprises_of(boss, now=NOW)] == ["9900000016"]
    with acting_as(actor(citizen)) as by:
        assert queries.enterprises_of(boss, now=NOW) == []
        for absent in (company, company + 1):
            with pytest.raises(NotFound):
                queries.party_for(by, enterprise_id=absent)


def test_actions_do_not_reach_into_another_agency(agency_id: int) -> None:
    other = other_agency()
    theirs, mine = account(other, "Người bộ khác"), officer(agency_id, "Hưng")
    by = process("test", agency_id)
    their_unit, my_unit = unit_id(other, "G06"), unit_id(agency_id, "G02")
    for who, unit in ((theirs, my_unit), (mine, their_unit)):
        with pytest.raises(NotFound):
            actions.grant_role(by=by, now=NOW, account_id=who, unit_id=unit, role=Role.LEADER, valid_from=NOW)


def _holding(agency_id: int, principal: int, delegate: int, unit: int, **changes: Any) -> None:
    period = {"valid_from": NOW, "valid_to": NOW + DAY} | changes
    with acting_as(process("test", agency_id)):
        row = Delegation.objects.create(
            agency_id=agency_id, principal_id=principal, delegate_id=delegate, reason="x", granted_at=NOW, **period
        )
        DelegatedHolding.objects.create(
            agency_id=agency_id,
            delegation=row,
            principal_id=principal,
            delegate_id=delegate,
            unit_id=unit,
            role=Role.UNIT_HEAD,
            **period,
        )


def test_the_database_keeps_delegations_apart(agency_id: int) -> None:
    """Two people never hold the same role of the same principal at once."""
    head, first, second = (officer(agency_id, n) for n in ("Hưng", "Hà", "Khôi"))
    unit = unit_id(agency_id, "G02.21")
    _holding(agency_id, head, first, unit)
    for principal, delegate, changes in (
        (head, second, {"valid_from": NOW + HOUR}),  # overlaps
        (first, first, {}),  # to oneself
        (first, second, {"valid_to": NOW - HOUR}),  # reversed
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            _holding(agency_id, principal, delegate, unit, **changes)
    _holding(agency_id, head, second, unit, valid_from=NOW + DAY, valid_to=NOW + 2 * DAY)


@pytest.mark.parametrize(
    ("model", "extra"), [(UnitRole, {"role": Role.LEADER}), (Assignment, {"position__code": "expert"})]
)
def test_the_database_keeps_periods_apart(agency_id: int, model: Any, extra: dict[str, Any]) -> None:
    who, unit = officer(agency_id, "Hưng"), unit_id(agency_id, "G02")
    with acting_as(process("test", agency_id)):
        if model is Assignment:
            from emoit.people.models import Position

            extra = {"position": Position.objects.get(code="expert")}
        common = {"agency_id": agency_id, "account_id": who, "unit_id": unit, **extra}
        model.objects.create(**common, valid_from=NOW, valid_to=NOW + DAY)
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(**common, valid_from=NOW + HOUR)
        model.objects.create(**common, valid_from=NOW + DAY)


def test_registration_names_every_wrong_field_and_changes_nothing(agency_id: int) -> None:
    details = CitizenDetails("", "00119000000", None, "", "12", "khong-phai-thu")
    with pytest.raises(Refusal) as refusal:
        actions.register_citizen(by=anonymous(agency_id), now=NOW, login="á", password="ngan", details=details)
    assert set(refusal.value.fields) == {"login", "full_name", "password", "id_number", "phone", "email"}
    with acting_as(process("test", agency_id)):
        assert Account.objects.count() == 0


def test_one_account_per_id_number_and_login(agency_id: int) -> None:
    register(agency_id)
    with pytest.raises(Refusal) as refusal:
        register(agency_id)
    assert set(refusal.value.fields) == {"login", "id_number"}
    with acting_as(process("test", agency_id)):
        assert Account.objects.get().login == "hoa.nguyen"
        assert SignInAttempt.objects.count() == 0


def test_a_registered_enterprise_is_not_taken_over(agency_id: int) -> None:
    boss, stranger = (account(agency_id, n, AccountKind.CITIZEN) for n in ("Bình", "Lạ"))
    enterprise(agency_id, boss)
    from tests.people.world import ENTERPRISE

    with pytest.raises(Refusal) as refusal:
        actions.register_enterprise(by=actor(stranger), now=NOW, account_id=stranger, details=ENTERPRISE)
    assert set(refusal.value.fields) == {"tax_code"}
    assert actor(stranger).readers == {f"a:{stranger}"}


def test_the_last_legal_representative_stays(agency_id: int) -> None:
    boss = account(agency_id, "Bình", AccountKind.CITIZEN)
    company = enterprise(agency_id, boss)
    with pytest.raises(Refusal) as refusal:
        actions.end_representation(by=actor(boss), now=NOW, enterprise_id=company, account_id=boss)
    assert refusal.value.code == "last"
    assert f"e:{company}" in actor(boss).readers
