"""Every address × every kind of person × reading and writing: see tests/attacks/policy.py."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, reverse

from emoit.api import actions as api_actions
from emoit.api.key_urls import urlpatterns as keys
from emoit.api.types import Scope
from emoit.api.urls import urlpatterns as api
from emoit.config.urls import urlpatterns as own
from emoit.desk.urls import urlpatterns as desk
from emoit.dossiers import actions, queries
from emoit.dossiers.types import Defect
from emoit.kernel.access import acting_as
from emoit.portal.urls import urlpatterns as portal
from emoit.procedures import actions as procedures
from emoit.results import queries as results
from emoit.sharing.urls import urlpatterns as sharing
from emoit.webhooks import actions as webhooks
from emoit.work import queries as work
from tests.attacks.people import PERSONS, signed_in
from tests.attacks.policy import POLICY, Row
from tests.support.world import SPECIALIST, UNIT, World

API_PAGES = {"operations", "openapi", "errors", "changes", "events"}
SHARING_PAGES = {"contract", "openapi", "errors", "changes", "test", "authority", "try"}
PATTERNS: dict[str, URLPattern] = {
    **{str(p.name): p for p in own if isinstance(p, URLPattern)},
    **{f"portal:{p.name}": p for p in portal},
    **{f"desk:{p.name}": p for p in desk},
    **{f"api:{p.name}": p for p in api if isinstance(p, URLPattern) and p.name in API_PAGES},
    **{f"sharing:{p.name}": p for p in sharing if p.name in SHARING_PAGES},
    **{f"api-keys:{p.name}": p for p in keys},
}
STATES = sorted({row.state for row in POLICY})
CSP = "default-src 'none'"


def test_every_address_has_its_row() -> None:
    assert {row.name for row in POLICY} == set(PATTERNS)


def build(world: World, state: str) -> int:
    if state == "edited":  # an administrator has the draft of the procedure open
        world.do("quantri", procedures.open_draft, code="2.000138")
        return world.in_examination()
    if state != "awaiting":
        dossier_id: int = getattr(world, state)()
        return dossier_id
    dossier_id = world.in_examination()
    asked = [Defect("the_le", "Bản chụp mờ")]
    world.on_item(SPECIALIST, actions.request_supplement, dossier_id, "examine", defects=asked, note="")
    return dossier_id


def facts(world: World, dossier_id: int) -> tuple[dict[str, Any], dict[str, int]]:
    """What addresses are made of, and what is asked with them."""
    with acting_as(world.process) as by:
        papers = queries.papers_of(by, dossier_id)
        items = work.open_of(by, "dossier", dossier_id)
        result_id = queries.result_of(by, dossier_id)
        token = results.get_for(by, result_id, now=world.now).token if result_id else "ABCDEFGHJK"
    key = world.do("doanhnghiep1", api_actions.create_key, name="Thử", scopes=[Scope.DOSSIERS_READ], days=30)
    webhook = world.do(
        "doanhnghiep1",
        webhooks.subscribe,
        owner_key=f"a:{world.account_id('doanhnghiep1')}",
        address="https://hooks.example/",
    )
    arguments = {
        "key_id": key.info.id,
        "webhook_id": webhook.info.id,
        "delivery_id": 0,
        "dossier_id": dossier_id,
        "paper_id": papers[0].id,
        "file_id": papers[0].file_id,
        "code": "2.000138",
        "page": "trader",
        "number": 1,
        "token": token,
        "result_id": result_id or 0,
        "part": "ten",
        "name": "bo-cuc",
        "version": 1,
        "session_id": 0,
        "delegation_id": 0,
        "absence_id": 0,
        "account_id": world.account_id(SPECIALIST),
        "unit_id": world.unit_id(UNIT),
        "act": "giao-vai-tro",
        "message_id": "none",
        "fingerprint": "none",
        "grant_id": 0,
        "credential_id": 0,
        "service": "results.look-up",
    }
    return arguments, {"item": items[0].id, "version": items[0].version} if items else {}


def verdict(client: Client, method: str, path: str, asked: dict[str, int]) -> str:
    """What the address answers; whatever it did is undone."""
    cookies = SimpleCookie({name: morsel.value for name, morsel in client.cookies.items()})
    with transaction.atomic():
        response = getattr(client, method)(path, asked)
        transaction.set_rollback(True)
    client.cookies = cookies
    assert CSP in response.headers["Content-Security-Policy"]
    if not path.startswith(("/tep/", "/nghiep-vu/tep/")) and not path.endswith("/du-thao/"):
        assert "unsafe" not in response.headers["Content-Security-Policy"]
    if response.status_code != 302:
        return str(response.status_code)
    assert response["Location"].startswith("/")
    return "in" if response["Location"].startswith("/dang-nhap/?tiep=") else "go"


@pytest.mark.parametrize("state", STATES)
def test_policy(world: World, state: str) -> None:
    arguments, asked = facts(world, build(world, state))
    clients = [signed_in(world, login) for login in PERSONS.values()]

    def found(row: Row, method: str) -> str:
        path = reverse(row.name, kwargs={k: arguments[k] for k in PATTERNS[row.name].pattern.converters})
        return " ".join(verdict(client, method, path, asked) for client in clients)

    rows = [row for row in POLICY if row.state == state]
    answers = {(row.name, m): found(row, m) for row in rows for m in ("get", "post")}
    assert answers == {(row.name, m): " ".join(getattr(row, m).split()) for row in rows for m in ("get", "post")}
