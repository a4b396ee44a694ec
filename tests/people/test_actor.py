"""What an account is at a moment: own and delegated holdings, reader keys."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emoit.kernel import audit
from emoit.kernel.access import Actor, ActorKind, Holding, NotFound, Refusal, acting_as, process
from emoit.kernel.models import AuditEntry
from emoit.people import actions, queries
from emoit.people.models import Account, Assignment
from emoit.people.types import AccountKind, RepresentationRole, Role
from tests.people.world import DAY, HOUR, NOW, account, actor, enterprise, load, officer, other_agency, unit_id

pytestmark = pytest.mark.django_db

HEAD = ("G02.21", Role.UNIT_HEAD)


def lend(agency_id: int, principal: int, to: int, since: datetime, until: datetime) -> int:
    return actions.delegate(
        by=actor(principal),
        now=NOW,
        principal_id=principal,
        delegate_id=to,
        scope=[(unit_id(agency_id, "G02.21"), Role.UNIT_HEAD)],
        valid_from=since,
        valid_to=until,
        reason="Đi công tác",
    )


def test_own_holdings_and_readers(agency_id: int) -> None:
    head = officer(agency_id, "Phạm Quốc Hưng", [HEAD, ("G02.26", Role.SPECIALIST)])
    units = unit_id(agency_id, "G02.21"), unit_id(agency_id, "G02.26")
    assert actor(head) == Actor(
        kind=ActorKind.OFFICER,
        agency_id=agency_id,
        name="Phạm Quốc Hưng",
        account_id=head,
        readers=frozenset({f"a:{head}", f"u:{units[0]}", f"u:{units[1]}"}),
        holdings=(Holding(units[0], "unit_head"), Holding(units[1], "specialist")),
    )


def test_an_auditor_reads_the_whole_agency(agency_id: int) -> None:
    auditor = officer(agency_id, "Mai", [("G02", Role.AUDITOR)])
    root = unit_id(agency_id, "G02")
    assert actor(auditor).readers == {f"a:{auditor}", f"u:{root}", f"g:{agency_id}"}


def test_a_post_without_role_still_reads_for_its_unit(agency_id: int) -> None:
    clerk, unit = officer(agency_id, "Lan"), unit_id(agency_id, "G02.23")
    actions.assign_position(
        by=process("test", agency_id), now=NOW, account_id=clerk, unit_id=unit, position="expert", valid_from=NOW
    )
    assert actor(clerk).readers == {f"a:{clerk}", f"u:{unit}"}
    assert actor(clerk).holdings == ()
    assert actor(clerk, NOW - HOUR).readers == {f"a:{clerk}"}


def test_one_officer_holds_several_posts(agency_id: int) -> None:
    clerk = officer(agency_id, "Lan")
    by = process("test", agency_id)
    for code, title in (("G02.21", "expert"), ("G02.26", "head_of_division"), ("G02.21", "deputy_head_of_division")):
        unit = unit_id(agency_id, code)
        actions.assign_position(by=by, now=NOW, account_id=clerk, unit_id=unit, position=title, valid_from=NOW)
    with acting_as(actor(clerk)):
        assert queries.posts_of(clerk, now=NOW) == [
            (unit_id(agency_id, "G02.26"), "Trưởng phòng"),
            (unit_id(agency_id, "G02.21"), "Phó Trưởng phòng"),
            (unit_id(agency_id, "G02.21"), "Chuyên viên"),
        ]


def test_a_representative_reads_for_the_enterprise_while_it_lasts(agency_id: int) -> None:
    boss, helper = (account(agency_id, n, AccountKind.CITIZEN) for n in ("Bình", "Tú"))
    company = enterprise(agency_id, boss)
    actions.add_representative(
        by=actor(boss),
        now=NOW,
        enterprise_id=company,
        account_id=helper,
        role=RepresentationRole.AUTHORISED,
        valid_from=NOW + HOUR,
        valid_to=NOW + DAY,
    )
    readers = [actor(helper, at).readers for at in (NOW, NOW + HOUR, NOW + DAY)]
    assert readers == [{f"a:{helper}"}, {f"a:{helper}", f"e:{company}"}, {f"a:{helper}"}]
    assert actor(boss).kind is ActorKind.CITIZEN


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (NOW, NOW + DAY, True),
        (NOW + HOUR, NOW + DAY, False),  # not yet begun
        (NOW, NOW + HOUR / 2, True),
    ],
)
def test_a_delegation_counts_from_its_beginning(agency_id: int, since: datetime, until: datetime, holds: bool) -> None:
    head, deputy = officer(agency_id, "Hưng", [HEAD]), officer(agency_id, "Hà")
    unit = unit_id(agency_id, "G02.21")
    delegation = lend(agency_id, head, deputy, since, until)
    expected = (Holding(unit, "unit_head", principal_id=head, delegation_id=delegation),) if holds else ()
    assert actor(deputy).holdings == expected
    assert (f"u:{unit}" in actor(deputy).readers) is holds


def test_an_expired_delegation_gives_nothing(agency_id: int) -> None:
    head, deputy = officer(agency_id, "Hưng", [HEAD]), officer(agency_id, "Hà")
    lend(agency_id, head, deputy, NOW, NOW + DAY)
    assert len(actor(deputy, NOW + DAY - HOUR).holdings) == 1
    assert actor(deputy, NOW + DAY).holdings == ()
    assert actor(deputy, NOW + DAY).readers == {f"a:{deputy}"}


def test_a_revoked_delegation_gives_nothing_from_then_on(agency_id: int) -> None:
    head, deputy = officer(agency_id, "Hưng", [HEAD]), officer(agency_id, "Hà")
    delegation = lend(agency_id, head, deputy, NOW, NOW + DAY)
    actions.revoke_delegation(by=actor(head), now=NOW + HOUR, delegation_id=delegation)
    assert len(actor(deputy, NOW + HOUR / 2).holdings) == 1
    assert actor(deputy, NOW + HOUR).holdings == ()


def test_a_delegation_rests_when_its_principal_loses_the_role_or_is_closed(agency_id: int) -> None:
    by = process("test", agency_id)
    for end in ("role", "account"):
        head, deputy = officer(agency_id, "Hưng", [HEAD]), officer(agency_id, "Hà")
        lend(agency_id, head, deputy, NOW, NOW + DAY)
        if end == "role":
            actions.revoke_role(
                by=by, now=NOW, account_id=head, unit_id=unit_id(agency_id, "G02.21"), role=Role.UNIT_HEAD
            )
        else:
            actions.deactivate(by=by, now=NOW, account_id=head)
        assert actor(deputy, NOW + HOUR).holdings == ()


def test_what_was_lent_cannot_be_lent_on(agency_id: int) -> None:
    head, deputy, third = (officer(agency_id, n, r) for n, r in (("Hưng", [HEAD]), ("Hà", []), ("Khôi", [])))
    lend(agency_id, head, deputy, NOW, NOW + DAY)
    with pytest.raises(Refusal) as refusal:
        lend(agency_id, deputy, third, NOW, NOW + DAY)
    assert refusal.value.code == "chain"
    assert actor(third).holdings == ()


def test_own_right_is_used_before_delegation(agency_id: int) -> None:
    head, deputy = officer(agency_id, "Hưng", [HEAD]), officer(agency_id, "Hà", [HEAD])
    unit = unit_id(agency_id, "G02.21")
    lend(agency_id, head, deputy, NOW, NOW + DAY)
    assert actor(deputy).holding(unit, "unit_head") == Holding(unit, "unit_head")


def test_the_audit_row_says_on_whose_behalf(agency_id: int) -> None:
    head, deputy = officer(agency_id, "Hưng", [HEAD]), officer(agency_id, "Hà")
    lend(agency_id, head, deputy, NOW, NOW + DAY)
    by = actor(deputy)
    with acting_as(by):
        holding = by.holding(unit_id(agency_id, "G02.21"), "unit_head")
        audit.record(by=by, now=NOW, verb="approve", subject_kind="dossier", subject_id=7, holding=holding)
        row = AuditEntry.objects.get(verb="approve")
    assert (row.account_id, row.on_behalf_of_id, row.actor_name) == (deputy, head, "Hà")


def test_actor_for_asks_once_and_needs_no_actor(agency_id: int) -> None:
    head, deputy = officer(agency_id, "Hưng", [HEAD]), officer(agency_id, "Hà")
    lend(agency_id, head, deputy, NOW, NOW + DAY)
    with CaptureQueriesContext(connection) as asked:
        actor(deputy)
    assert len(asked) == 1


def test_absent_and_closed_accounts_look_alike(agency_id: int) -> None:
    closed = officer(agency_id, "Hưng", [HEAD])
    actions.deactivate(by=process("test", agency_id), now=NOW, account_id=closed)
    messages = set()
    for account_id in (closed, 999_999_999):
        with pytest.raises(NotFound) as refusal:
            actor(account_id)
        messages.add(refusal.value.message)
    assert messages == {"Không có tài khoản này."}


def test_officers_in_a_unit_by_title(agency_id: int) -> None:
    by, unit = process("test", agency_id), unit_id(agency_id, "G02.21")
    deputy, head = officer(agency_id, "Hà", [HEAD]), officer(agency_id, "Hưng", [HEAD])
    untitled, gone = officer(agency_id, "Khôi", [HEAD]), officer(agency_id, "Trang", [HEAD])
    for who, title in ((deputy, "deputy_director_general_agency"), (head, "director_general_agency")):
        actions.assign_position(by=by, now=NOW, account_id=who, unit_id=unit, position=title, valid_from=NOW)
    actions.deactivate(by=by, now=NOW, account_id=gone)
    with acting_as(queries.anonymous_actor()):
        found = queries.officers_in(unit, Role.UNIT_HEAD, now=NOW)
        assert [(o.account_id, o.name, o.position) for o in found] == [
            (head, "Hưng", "Cục trưởng"),
            (deputy, "Hà", "Phó Cục trưởng"),
            (untitled, "Khôi", ""),
        ]
        assert queries.signatory(unit, Role.UNIT_HEAD, now=NOW) == found[0]
        with pytest.raises(NotFound):
            queries.signatory(unit, Role.LEADER, now=NOW)


def test_cross_agency_invisibility_with_the_filters_off(agency_id: int) -> None:
    other = other_agency()
    theirs = account(other, "Người bộ khác")
    mine = officer(agency_id, "Hưng", [HEAD])
    with acting_as(process("test", other)):
        assert list(Account.objects.values_list("id", flat=True)) == [theirs]
        assert Assignment.objects.count() == 0
    with acting_as(actor(mine)):
        assert list(Account.objects.values_list("id", flat=True)) == [mine]
        with pytest.raises(NotFound):
            queries.account_name(theirs)
    assert load() == agency_id
