"""Keys: what opens, what no longer opens, and that each operation asks for its scope."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest

from emoit.api import actions, queries
from emoit.api.models import Key
from emoit.api.rest import site
from emoit.api.rest.operations import EVERY
from emoit.api.types import KeyState, Scope
from emoit.dossiers.models import Dossier
from emoit.kernel.access import Forbidden, NotFound, Refusal, acting_as
from emoit.people import actions as people
from emoit.people.models import Representation
from tests.api.caller import CITIZEN, OTHER, OWNER, Caller, caller, new_key, refused, told
from tests.attacks.people import signed_in
from tests.support.answers import CHEMICALS
from tests.support.world import CLERK, World

OPERATIONS = sorted(d["operationId"] for methods in site.schema()["paths"].values() for d in methods.values())


def audit_rows(world: World, **filters: Any) -> list[dict[str, Any]]:
    from emoit.kernel.models import AuditEntry

    with acting_as(world.process):
        rows = AuditEntry.objects.filter(agency_id=world.agency_id, **filters).order_by("id")
        return list(rows.values("verb", "account_id", "details"))


def drafts(world: World) -> int:
    with acting_as(world.process):
        return Dossier.objects.filter(agency_id=world.agency_id).count()


def test_only_the_digest_of_a_secret_is_kept(world: World) -> None:
    made = new_key(world, scopes=(Scope.DOSSIERS_READ,))
    assert re.fullmatch(r"emoit_test_[\w-]{43}", made.secret)
    with acting_as(world.process):
        row = Key.objects.get(pk=made.info.id)
    assert row.digest == hashlib.sha256(made.secret.encode()).hexdigest()
    assert (row.prefix, row.scopes) == (made.secret[:19], ["dossiers:read"])
    assert made.secret not in str(vars(row))
    (made_row,) = audit_rows(world, verb="api.create_key")
    assert made.secret not in str(made_row)


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("", "missing_key"),
        ("Basic YTpi", "missing_key"),
        ("Bearer", "missing_key"),
        ("Bearer emoit_test_khong-co", "bad_key"),
        ("Bearer emoit_live_" + "x" * 43, "bad_key"),
        ("Bearer " + "y" * 5000, "bad_key"),
        ("Bearer ' or 1=1 --", "bad_key"),
    ],
)
def test_without_a_good_key_nothing_opens(world: World, authorization: str, code: str) -> None:
    response = Caller("").get("/dossiers", Authorization=authorization)
    refused(response, 401, code)
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_session_is_no_key(world: World) -> None:
    client = signed_in(world, OWNER)
    refused(Caller("", client=client).get("/dossiers"), 401, "missing_key")
    before = drafts(world)
    refused(Caller("", client=client).post("/dossiers", {"procedure": CHEMICALS}), 401, "missing_key")
    assert drafts(world) == before


def test_a_revoked_key_opens_nothing(world: World) -> None:
    made = new_key(world)
    assert Caller(made.secret).get("/dossiers").status_code == 200
    world.do(OWNER, actions.revoke_key, key_id=made.info.id)
    refused(Caller(made.secret).get("/dossiers"), 401, "key_revoked")
    world.do(OWNER, actions.revoke_key, key_id=made.info.id)  # once more changes nothing
    assert len(audit_rows(world, verb="api.revoke_key")) == 1


def test_an_expired_key_opens_nothing(world: World) -> None:
    made = new_key(world, days=30)
    world.clock.move_to(made.info.expires_at - timedelta(seconds=1))
    assert Caller(made.secret).get("/dossiers").status_code == 200
    world.clock.move_to(made.info.expires_at)
    refused(Caller(made.secret).get("/dossiers"), 401, "key_expired")


def test_the_key_of_a_closed_account_opens_nothing(world: World) -> None:
    made = new_key(world, CITIZEN)
    world.do(world.process, people.deactivate, account_id=world.account_id(CITIZEN))
    refused(Caller(made.secret).get("/dossiers"), 401, "key_ended")


def test_a_representation_that_has_ended_takes_its_key_along(world: World) -> None:
    enterprise = world.enterprise_id(OWNER)
    bound, free = new_key(world, enterprise_id=enterprise), new_key(world)
    dossier_id = world.draft(login=OWNER)
    assert Caller(bound.secret).get(f"/dossiers/{dossier_id}").status_code == 200
    with acting_as(world.process):
        Representation.objects.filter(enterprise=enterprise).update(valid_to=world.now)
    refused(Caller(bound.secret).get(f"/dossiers/{dossier_id}"), 401, "key_ended")
    body = {"procedure": CHEMICALS, "enterprise_id": enterprise}
    refused(Caller(free.secret).post("/dossiers", body), 404, "not_found")


def test_a_key_of_one_enterprise_files_for_that_one_alone(world: World) -> None:
    enterprise = world.enterprise_id(OWNER)
    bound = caller(world, enterprise_id=enterprise)
    assert told(bound.post("/dossiers", {"procedure": CHEMICALS}))["enterprise_id"] == enterprise
    refused(bound.post("/dossiers", {"procedure": CHEMICALS, "enterprise_id": 10**9}), 403, "forbidden")
    assert [s["enterprise_id"] for s in told(bound.get("/subjects"))["items"]] == [enterprise]


def test_outside_a_sandbox_test_keys_open_nothing(world: World, settings: Any) -> None:
    made = new_key(world)
    settings.EMOIT_DEMO = False
    refused(Caller(made.secret).get("/dossiers"), 401, "bad_key")
    live = new_key(world)
    assert live.secret.startswith("emoit_live_")
    assert Caller(live.secret).get("/dossiers").status_code == 200
    with pytest.raises(Forbidden):
        world.do(OWNER, actions.create_test_key)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_needs_its_scope(world: World, operation: str) -> None:
    """With every scope but its own the operation is closed, and what it would have done is not done."""
    known = EVERY[operation]
    others = tuple(scope for scope in Scope if scope != known.scope)
    program = caller(world, scopes=others)
    path = re.sub(r"\{(?:int:)?(\w+)\}", lambda m: CHEMICALS if m[1] == "code" else "1", known.path)
    before = drafts(world)
    response = program.call(known.method, path, {"procedure": CHEMICALS} if known.method == "POST" else None)
    refused(response, 403, "scope_missing")
    assert drafts(world) == before


def test_no_operation_is_without_a_scope(world: World) -> None:
    document = told(Caller("").get("/openapi.json"))
    told_scopes = {
        details["operationId"]: details["security"]
        for methods in document["paths"].values()
        for details in methods.values()
    }
    assert told_scopes == {name: [{"apiKey": [known.scope.value]}] for name, known in EVERY.items()}


def test_another_ones_dossier_is_not_there(world: World) -> None:
    dossier_id = world.draft(login=OWNER)
    stranger = caller(world, OTHER)
    for method, path, body in [
        ("GET", "", None), ("GET", "/status", None), ("GET", "/timeline", None), ("GET", "/papers", None),
        ("GET", "/check", None), ("PATCH", "/answers", {}), ("POST", "/submit", None), ("DELETE", "", None),
        ("POST", "/withdraw", {"reason": "Không phải của tôi"}), ("GET", "/result", None), ("GET", "/slips", None),
    ]:  # fmt: skip
        refused(stranger.call(method, f"/dossiers/{dossier_id}{path}", body), 404, "not_found")
    refused(stranger.upload(dossier_id, "the_le", "a.pdf", b"%PDF-1.7"), 404, "not_found")
    assert world.info(dossier_id).status == "draft"
    rows = audit_rows(world, verb="access.refused", account_id=world.account_id(OTHER))
    assert rows[0]["details"]["screen"] == "api:getDossier"
    assert rows[0]["details"]["dossier_id"] == dossier_id


def test_audit_rows_name_the_key(world: World) -> None:
    made = new_key(world)
    Caller(made.secret).post("/dossiers", {"procedure": CHEMICALS})
    (row,) = audit_rows(world, verb="dossiers.start_draft")
    assert (row["account_id"], row["details"]["via"]) == (world.account_id(OWNER), made.info.prefix)
    world.draft(CHEMICALS, complete=False)
    assert "via" not in audit_rows(world, verb="dossiers.start_draft")[1]["details"]


def test_who_may_make_keys(world: World) -> None:
    with pytest.raises(Forbidden):
        new_key(world, CLERK)
    made = new_key(world)
    bearer = queries.bearer_of(made.secret, now=world.now)
    with pytest.raises(Forbidden):
        world.do(bearer.actor, actions.create_key, name="Nữa", scopes=list(Scope), days=30)
    with pytest.raises(NotFound):
        world.do(OTHER, actions.revoke_key, key_id=made.info.id)
    assert queries.bearer_of(made.secret, now=world.now).key_id == made.info.id


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"days": 36500}, "days"),
        ({"days": -1}, "days"),
        ({"enterprise_id": 10**9}, "enterprise"),
    ],
)
def test_what_no_key_is_made_of(world: World, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refusal:
        world.do(OWNER, actions.create_key, **{"name": "Thử", "scopes": ["dossiers:read"], "days": 30, **given})
    assert (refusal.value.code, set(refusal.value.fields)) == ("invalid", {field})
    with acting_as(world.process):
        assert Key.objects.count() == 0


def test_twenty_keys_are_enough(world: World) -> None:
    for _ in range(20):
        last = new_key(world)
    with pytest.raises(Refusal) as refusal:
        new_key(world)
    assert refusal.value.code == "too_many_keys"
    world.do(OWNER, actions.revoke_key, key_id=last.info.id)
    new_key(world)


# -- the screens


def test_the_screens(world: World) -> None:
    browser = signed_in(world, OWNER, csrf=False)
    assert "Bạn chưa có khóa nào" in browser.get("/tai-khoan/khoa-api/").content.decode()
    wrong = browser.post("/tai-khoan/khoa-api/", {"name": "", "days": "90"})
    assert wrong.status_code == 422
    assert "Chọn ít nhất một quyền" in wrong.content.decode()
    made = browser.post(
        "/tai-khoan/khoa-api/", {"name": "Kế toán", "scopes": ["dossiers:read", "results:read"], "days": "90"}
    )
    assert made.status_code == 201
    (secret,) = set(re.findall(r"emoit_test_[\w-]{43}", made.content.decode()))
    assert Caller(secret).get("/dossiers").status_code == 200
    listed = browser.get("/tai-khoan/khoa-api/").content.decode()
    assert "Kế toán" in listed
    assert secret not in listed
    with acting_as(world.actor(OWNER)) as by:
        (key,) = queries.keys_of(by, now=world.now)
    assert key.used_at == world.now
    assert browser.get(f"/tai-khoan/khoa-api/{key.id}/thu-hoi/").status_code == 200
    assert browser.post(f"/tai-khoan/khoa-api/{key.id}/thu-hoi/").status_code == 302
    refused(Caller(secret).get("/dossiers"), 401, "key_revoked")
    with acting_as(world.actor(OWNER)) as by:
        assert [k.state for k in queries.keys_of(by, now=world.now)] == [KeyState.REVOKED]


@pytest.mark.parametrize("path", ["", "thu/", "1/thu-hoi/"])
def test_who_may_see_the_screens(world: World, path: str) -> None:
    where = f"/tai-khoan/khoa-api/{path}"
    assert signed_in(world, "").post(where)["Location"].startswith("/dang-nhap/?tiep=")
    assert signed_in(world, CLERK).post(where).status_code == 403
    made = new_key(world)
    stranger = signed_in(world, OTHER).post(f"/tai-khoan/khoa-api/{made.info.id}/thu-hoi/")
    assert stranger.status_code == 404
    assert Caller(made.secret).get("/dossiers").status_code == 200
