"""A service answers with what was granted and nothing else, and every question leaves its trace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from emoit.exchange import queries as exchange
from emoit.exchange.types import Direction
from emoit.kernel import audit
from emoit.kernel.access import NotFound, acting_as
from emoit.results import actions as results
from emoit.sharing import actions, queries
from emoit.sharing.models import Access
from tests.sharing.asker import (
    CODE,
    LEADER,
    NUMBER,
    granted,
    issue,
    items,
    new_asker,
    propose,
    ready,
    refused,
    told,
)
from tests.support.world import World

FIELDS = ("number", "state", "valid")


def metered(world: World) -> dict[tuple[str, str], tuple[int, int]]:
    """(partner, service) -> calls, failures."""
    with acting_as(world.process):
        while actions.count_accesses(by=world.process, now=world.now, agency_id=world.process.agency_id):
            pass
        today = world.now.date()
        found = exchange.metered(world.process, today, today)
        return {(m.partner, m.service): (m.calls, m.failures) for m in found if m.direction is Direction.IN}


def test_a_result_is_looked_up_by_its_number(world: World) -> None:
    issued = issue(world)
    asker = ready(world, fields=FIELDS)
    response = asker.look_up()
    assert items(response) == [{"number": NUMBER, "state": "valid", "valid": True}]
    assert told(response)["service"] == "results.look-up/v1"
    assert told(response)["purpose"] == "procedure"
    assert "test" not in told(response)
    assert response["Cache-Control"] == "no-store"
    (row,) = asker.accesses()
    assert (row.service, row.version, row.purpose, row.asked) == ("results.look-up", "v1", "procedure", NUMBER)
    assert (row.subject_kind, row.subject_id, row.is_call) == ("result", issued.id, True)
    assert row.bytes_out == len(response.content)


def test_by_its_register_code_and_none_of_that_number(world: World) -> None:
    issued = issue(world)
    asker = ready(world, fields=FIELDS)
    assert items(asker.get("results.look-up", register_code=issued.register_code, purpose="procedure")) != []
    assert items(asker.look_up("99/KHONG-CO")) == []
    assert [(row.asked, row.subject_id) for row in asker.accesses()] == [
        (issued.register_code, issued.id),
        ("99/KHONG-CO", None),
    ]


def test_two_of_one_number_are_two_accesses_and_one_call(world: World) -> None:
    first, second = issue(world), issue(world, title="Xác nhận khác")
    asker = ready(world, fields=("title",))
    assert [one["title"] for one in items(asker.look_up())] == ["Xác nhận khác", "Xác nhận khuyến mại"]
    assert [(row.subject_id, row.is_call) for row in asker.accesses()] == [(second.id, True), (first.id, False)]
    assert metered(world) == {(CODE, "results.look-up/v1"): (1, 0)}


def test_the_state_is_that_of_today(world: World) -> None:
    issued = issue(world, valid_to=world.now.date() + timedelta(days=1))
    asker = ready(world, fields=("state", "valid", "revoked_at"))
    assert items(asker.look_up()) == [{"state": "valid", "valid": True, "revoked_at": None}]
    world.go("2026-05-06 08:00")
    asker.sign_in()
    assert items(asker.look_up()) == [{"state": "expired", "valid": False, "revoked_at": None}]
    with acting_as(world.process):
        results.revoke(by=world.process, now=world.now, result_id=issued.id, reason="Sai")
    (revoked,) = items(asker.look_up())
    assert (revoked["state"], revoked["valid"]) == ("revoked", False)


def test_what_is_not_granted_is_not_told(world: World) -> None:
    issue(world)
    asker = ready(world, fields=("number", "state"))
    assert items(asker.look_up(fields="state")) == [{"state": "valid"}]
    refused(asker.look_up(fields="state,holder_name"), 403, "field_not_granted")
    assert len(asker.accesses()) == 1
    assert metered(world) == {(CODE, "results.look-up/v1"): (2, 1)}


@pytest.mark.parametrize(
    ("grant", "asked"),
    [
        (None, {}),
        ({"purpose": "customs"}, {}),
        ({"service": "dossiers.status", "fields": ("status",)}, {}),
        ({"last_day": "before"}, {}),
        ({"first_day": "after"}, {}),
    ],
)
def test_without_a_grant_nothing_is_read(world: World, grant: dict[str, Any] | None, asked: dict[str, str]) -> None:
    issue(world)
    asker = new_asker(world).sign_in()
    if grant is not None:
        today = world.now.date()
        days = {"before": today.replace(day=1), "after": today.replace(day=28)}
        granted(world, **{name: days.get(str(value), value) for name, value in grant.items()})
    problem = refused(asker.look_up(**asked), 403, "not_granted")
    assert "chưa được cấp quyền" in problem["detail"]
    assert asker.accesses() == []
    assert metered(world) == {(CODE, "results.look-up/v1"): (1, 1)}


def test_a_proposal_opens_nothing_and_a_revoked_grant_neither(world: World) -> None:
    asker = new_asker(world).sign_in()
    made = propose(world)
    refused(asker.look_up(), 403, "not_granted")
    world.do(LEADER, actions.approve, grant_id=made.id)
    assert items(asker.look_up()) == []
    world.do(LEADER, actions.revoke_grant, grant_id=made.id, reason="Hết nhu cầu")
    refused(asker.look_up(), 403, "not_granted")


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"purpose": ""}, "/query/purpose"),
        ({"purpose": "curiosity"}, "/query/purpose"),
        ({"number": ""}, "/query/number"),
        ({"register_code": "KQ.G02.000001"}, "/query/number"),
        ({"number": "x" * 101}, "/query/number"),
        ({"number": "a\x00b"}, "/query/number"),
        ({"holder": "An"}, "/query/holder"),
        ({"fields": "secret"}, "/query/fields"),
    ],
)
def test_what_does_not_fit_is_named(world: World, asked: dict[str, str], pointer: str) -> None:
    asker = ready(world)
    parameters = {"number": NUMBER, "purpose": "procedure"} | asked
    problem = refused(asker.get("results.look-up", **parameters), 422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert asker.accesses() == []


def test_a_grant_may_be_narrowed_to_procedures(world: World) -> None:
    issue(world, procedure="2.000138")
    issue(world, procedure="1.000001", title="Của thủ tục khác")
    asker = ready(world, fields=("title",), procedures=["2.000138"])
    assert items(asker.look_up()) == [{"title": "Xác nhận khuyến mại"}]


def test_a_dossier_s_state(world: World) -> None:
    dossier = world.submitted()
    code = world.info(dossier).code
    asker = ready(world, service="dossiers.status", fields=("code", "status", "national_status", "received_at"))
    found = asker.get("dossiers.status", code=code.lower(), purpose="procedure")
    assert items(found) == [{"code": code, "status": "submitted", "national_status": 1, "received_at": None}]
    (row,) = asker.accesses()
    assert (row.subject_kind, row.subject_id) == ("dossier", dossier)
    refused(asker.get("dossiers.status", purpose="procedure"), 422, "invalid")


def test_the_catalogue_of_procedures(world: World) -> None:
    asker = ready(world, service="procedures.catalogue", fields=("code", "name"))
    found = items(asker.get("procedures.catalogue", purpose="procedure"))
    assert "2.000138" in {one["code"] for one in found}
    assert {frozenset(one) for one in found} == {frozenset({"code", "name"})}
    assert [row.subject_id for row in asker.accesses()] == [None]


def test_accesses_are_visible_to_whom_they_concern(world: World) -> None:
    owner = world.actor("doanhnghiep1")
    issued = issue(world, holder_readers=frozenset({f"a:{owner.account_id}"}))
    ready(world, fields=FIELDS).look_up()
    (seen,) = world.do("doanhnghiep1", _accesses, result_id=issued.id)
    assert (seen.consumer, seen.service, seen.purpose) == ("Cục thử nghiệm", "results.look-up", "procedure")
    assert seen.fields == FIELDS
    with pytest.raises(NotFound):
        world.do("doanhnghiep2", _accesses, result_id=issued.id)


def _accesses(*, by: Any, now: Any, result_id: int) -> Any:
    return queries.accesses_of_result(by, result_id, now=now)


def test_each_answered_call_is_counted_once_and_bound_into_the_trail(world: World) -> None:
    issue(world)
    asker = ready(world, fields=FIELDS)
    sizes = [len(asker.look_up().content) for _ in range(3)]
    before = asker.statement()
    assert metered(world) == {(CODE, "results.look-up/v1"): (3, 0)}
    assert metered(world) == {(CODE, "results.look-up/v1"): (3, 0)}
    after = asker.statement()
    assert before == after
    assert after["total"] == {"calls": 3, "refused": 0, "bytes_out": sum(sizes), "amount": 0}
    with acting_as(world.process):
        (entry,) = audit.entries(world.process, verbs=["sharing.count"])
        assert entry.details["rows"] == 3
        assert Access.objects.filter(counted_at=None).count() == 0


def test_the_statement_is_one_s_own_and_counts_refusals(world: World) -> None:
    issue(world)
    asker, other = ready(world, fields=FIELDS), new_asker(world, "VN.G07").sign_in()
    asker.look_up()
    asker.look_up(purpose="")
    other.look_up()
    assert [(one["service"], one["day"], one["calls"], one["refused"]) for one in asker.statement()["items"]] == [
        ("results.look-up/v1", "2026-05-04", 2, 1)
    ]
    assert asker.statement("2026-04")["items"] == []
    assert other.statement()["total"]["refused"] == 1
    refused(asker.get("statement", month="05/2026"), 422, "invalid")
    asker.client.get("/chia-se/v1/statement")
    table = asker.client.get("/chia-se/v1/statement?month=2026-05", headers={**asker.headers, "Accept": "text/csv"})
    assert table.content.decode().splitlines()[0] == "service,day,calls,refused,bytes_out,price,amount"
    assert table.content.decode().splitlines()[1].startswith("results.look-up/v1,2026-05-04,2,1,")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"number": ""}, "send exactly one of number and register_code"),
        ({"fields": "weight"}, "there is no field weight"),
        ({"nummer": "1"}, "this service has no such parameter"),
        ({"number": "x" * 101}, "at most 100 characters long"),
        ({"number": "a\x00"}, "has control characters"),
        ({"purpose": "fun"}, "send exactly one purpose of the list"),
    ],
)
def test_what_does_not_fit_is_said_in_english_too(world: World, asked: dict[str, str], message: str) -> None:
    asker = ready(world)
    asker.language = "en"
    problem = refused(asker.look_up(**asked), 422, "invalid")
    assert [error["message"] for error in problem["errors"]] == [message]


def test_english_and_unknown_addresses(world: World) -> None:
    asker = ready(world)
    asker.language = "en"
    assert refused(asker.look_up(purpose=""), 422, "invalid")["title"] == "Invalid request"
    refused(asker.get("results.unknown"), 404, "not_found")
    refused(asker.get("oauth/nothing"), 404, "not_found")
    assert refused(asker.client.post("/chia-se/v1/results.look-up"), 405, "method_not_allowed")


def test_who_is_suspended_gets_nothing_at_once(world: World) -> None:
    asker = ready(world)
    world.do("quantri", actions.suspend, code=CODE)
    refused(asker.look_up(), 403, "suspended")
    world.do("quantri", actions.resume, code=CODE)
    assert items(asker.look_up()) == []
