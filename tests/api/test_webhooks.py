"""A program is told of its dossiers: subscribed by the API, signed, read from a cursor, sent again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.test import Client
from django.urls import reverse

from emoit.api.types import Scope
from emoit.dossiers import actions
from tests.api.caller import CITIZEN, OTHER, OWNER, Caller, caller, refused, told
from tests.attacks.people import signed_in
from tests.support.receiver import Receiver, receiving
from tests.support.world import CLERK, World

PREFIX = "vn.gov.moit.emoit."
TEST = f"{PREFIX}webhook.test"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.EMOIT_WEBHOOKS_LOOPBACK = True
    settings.EMOIT_WEBHOOKS_TIMEOUT = 60.0
    with receiving() as found:
        yield found


@pytest.fixture
def program(world: World) -> Caller:
    return caller(world)


def subscribe(world: World, program: Caller, receiver: Receiver, **more: Any) -> dict[str, Any]:
    body = {"address": receiver.address, "enterprise_id": world.enterprise_id(OWNER)} | more
    response = program.post("/webhooks", body)
    assert response.status_code == 201, response.content
    world.run_jobs()
    return dict(told(response))


def names(receiver: Receiver) -> list[str]:
    return [got.event["type"].removeprefix(PREFIX) for got in receiver.events()]


def test_a_program_is_told_of_its_dossier(world: World, program: Caller, receiver: Receiver) -> None:
    made = subscribe(world, program, receiver)
    assert (made["state"], made["secret"][:6]) == ("unverified", "whsec_")
    assert told(program.get(f"/webhooks/{made['id']}"))["state"] == "active"
    dossier_id = world.submitted()
    world.run_jobs()
    assert names(receiver) == ["dossier.submitted"]
    event = receiver.events()[0].event
    assert event["subject"] == f"dossiers/{dossier_id}"
    link = event["data"]["link"].removeprefix(f"{live_settings.PUBLIC_URL}/api/v1")
    assert told(program.get(link))["code"] == event["data"]["code"]
    world.on_item(CLERK, actions.receive, dossier_id, "intake")
    world.run_jobs()
    assert names(receiver) == ["dossier.submitted", "dossier.received"]
    page = told(program.get("/events?after=0"))
    assert [e["type"].removeprefix(PREFIX) for e in page["items"]] == names(receiver)
    assert page["items"] == [
        {**got.event, "time": seen["time"]} for got, seen in zip(receiver.events(), page["items"], strict=True)
    ]
    assert told(program.get(f"/events?after={page['cursor']}")) == {
        "items": [],
        "cursor": page["cursor"],
        "has_more": False,
    }
    shown = told(program.get(f"/webhooks/{made['id']}/deliveries"))["items"]
    assert [(d["type"].removeprefix(PREFIX), d["state"], d["status"]) for d in shown] == [
        ("dossier.received", "delivered", 204),
        ("dossier.submitted", "delivered", 204),
        ("webhook.challenge", "delivered", 200),
    ]


def test_a_whole_life_is_told(world: World, program: Caller, receiver: Receiver) -> None:
    subscribe(world, program, receiver)
    world.signed()
    world.run_jobs()
    assert names(receiver) == [
        "dossier.submitted",
        "dossier.received",
        "result.issued",
        "dossier.decided",
        "dossier.returned",
    ]
    for got in receiver.events():
        text = got.body.decode()
        assert "Sao Mai" not in text  # the holder's name
        assert {*got.event["data"]} <= {
            "dossier_id", "code", "state", "link", "outcome", "result_id", "register_code", "dossier_code",
        }  # fmt: skip


@pytest.mark.parametrize("stranger", [OTHER, CITIZEN])
def test_nobody_else_is_told(world: World, receiver: Receiver, stranger: str) -> None:
    other = caller(world, stranger)
    made = other.post("/webhooks", {"address": receiver.address})
    assert made.status_code == 201
    world.submitted()
    world.run_jobs()
    assert names(receiver) == []
    assert told(other.get("/events"))["items"] == []
    owner = caller(world)
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"description": "x"}),
        ("DELETE", "", None),
        ("POST", "/pause", None),
        ("POST", "/resume", None),
        ("POST", "/secret", None),
        ("POST", "/challenge", None),
        ("POST", "/test", None),
        ("POST", "/replay", {"after": 0}),
        ("GET", "/deliveries", None),
        ("POST", "/deliveries/1/redeliver", None),
    ):
        refused(owner.call(method, f"/webhooks/{told(made)['id']}{path}", body), 404, "not_found")
    assert told(owner.get("/webhooks")) == {"items": []}


def test_an_enterprise_that_one_does_not_represent(world: World, receiver: Receiver) -> None:
    other = caller(world, CITIZEN)
    body = {"address": receiver.address, "enterprise_id": world.enterprise_id(OWNER)}
    refused(other.post("/webhooks", body), 403, "forbidden")
    assert receiver.got == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"address": "https://10.0.0.1/"}, "/body/address"),
        ({"address": "http://hooks.example/"}, "/body/address"),
        ({"address": "https://hooks.example/", "types": ["vn.gov.moit.emoit.unknown"]}, "/body/types"),
        ({"address": "https://hooks.example/", "types": [TEST]}, "/body/types"),
        ({"address": "https://hooks.example/", "secret": "whsec_x"}, "/body/secret"),
        ({}, "/body/address"),
    ],
)
def test_what_cannot_be_subscribed(world: World, program: Caller, body: dict[str, Any], pointer: str) -> None:
    problem = refused(program.post("/webhooks", body), 422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert told(program.get("/webhooks"))["items"] == []


def test_twenty_are_enough(world: World, program: Caller, receiver: Receiver) -> None:
    for _ in range(20):
        assert program.post("/webhooks", {"address": receiver.address}).status_code == 201
    refused(program.post("/webhooks", {"address": receiver.address}), 409, "too_many_webhooks")


def test_every_verb_of_the_owner(world: World, program: Caller, receiver: Receiver) -> None:
    made = subscribe(world, program, receiver)
    one = f"/webhooks/{made['id']}"
    world.submitted()
    world.run_jobs()
    assert told(program.post(f"{one}/pause"))["state"] == "paused"
    refused(program.post(f"{one}/pause"), 409, "webhook_state")
    refused(program.post(f"{one}/replay", {"after": 0}), 409, "webhook_state")
    assert told(program.post(f"{one}/resume"))["state"] == "active"
    new = told(program.post(f"{one}/secret"))
    assert new["secret"] != made["secret"]
    assert new["old_secret_until"] == "2026-05-05T02:30:00Z"
    assert told(program.call("PATCH", one, {"description": "Kế toán"}))["description"] == "Kế toán"
    assert told(program.post(f"{one}/test"))["type"] == TEST
    assert told(program.post(f"{one}/replay", {"after": 0})) == {"events": 1}
    world.run_jobs()
    delivery = told(program.get(f"{one}/deliveries?limit=1&state=delivered"))
    assert delivery["next_cursor"]
    older = told(program.get(f"{one}/deliveries?limit=1&state=delivered&cursor={delivery['next_cursor']}"))["items"]
    assert [d["type"].removeprefix(PREFIX) for d in older] == ["dossier.submitted"]
    again = program.post(f"{one}/deliveries/{older[0]['id']}/redeliver")
    assert (again.status_code, told(again)["state"]) == (202, "waiting")
    world.run_jobs()
    assert sorted(names(receiver)) == [*["dossier.submitted"] * 3, "webhook.test"]
    assert len({got.id for got in receiver.events()}) == 2
    assert program.call("DELETE", one).status_code == 204
    refused(program.get(one), 404, "not_found")


def test_a_secret_is_told_again_only_to_the_same_request(world: World, program: Caller, receiver: Receiver) -> None:
    body = {"address": receiver.address}
    first = program.post("/webhooks", body, Idempotency_Key="abc")
    second = program.post("/webhooks", body, Idempotency_Key="abc")
    assert told(first)["secret"] == told(second)["secret"]
    assert "secret" not in told(program.get("/webhooks"))["items"][0]


@pytest.mark.parametrize(
    ("scope", "may"),
    [(Scope.EVENTS_READ, ["/events", "/events/types"]), (Scope.WEBHOOKS_READ, ["/webhooks"]), (Scope.RESULTS_READ, [])],
)
def test_scopes(world: World, scope: Scope, may: list[str]) -> None:
    limited = caller(world, scopes=(scope,))
    for path in ("/events", "/events/types", "/webhooks"):
        assert limited.get(path).status_code == (200 if path in may else 403)
    refused(limited.post("/webhooks", {"address": "https://hooks.example/"}), 403, "scope_missing")


def test_events_of_some_types(world: World, program: Caller) -> None:
    world.submitted()
    world.run_jobs()
    assert len(told(program.get(f"/events?types={PREFIX}dossier.submitted"))["items"]) == 1
    assert told(program.get(f"/events?types={PREFIX}dossier.decided"))["items"] == []
    refused(program.get("/events?types=nothing"), 422, "invalid")
    types = told(program.get("/events/types"))["items"]
    assert len(types) == 16
    schema = Client().get(types[0]["dataschema"].removeprefix(live_settings.PUBLIC_URL))
    assert (schema.status_code, schema["Content-Type"]) == (200, "application/schema+json")
    assert schema.json()["$id"] == types[0]["dataschema"]
    assert refused(Client().get("/api/v1/su-kien/none.json"), 404, "not_found")  # type: ignore[arg-type]


# -- the page of the owner


def test_the_owner_sees_what_became_of_it_and_sends_it_again(world: World, program: Caller, receiver: Receiver) -> None:
    made = subscribe(world, program, receiver)
    receiver.mode = "500"
    world.submitted()
    world.run_jobs()
    client = signed_in(world, OWNER)
    listed = client.get(reverse("api-keys:webhooks")).content.decode()
    assert receiver.address in listed
    where = reverse("api-keys:webhook", args=[made["id"]])
    shown = client.get(where).content.decode()
    assert "HTTP 500" in shown
    assert "Nơi nhận trả lời 500" in shown
    assert "no \\x00&lt;b&gt;" in shown
    receiver.mode = "up"
    delivery = told(program.get(f"/webhooks/{made['id']}/deliveries?state=waiting"))["items"][0]
    again = client.post(reverse("api-keys:webhook-redeliver", args=[made["id"], delivery["id"]]))
    assert (again.status_code, again["Location"]) == (302, where)
    world.run_jobs()
    assert [got.id for got in receiver.events()] == [delivery["event_id"]] * 2
    for verb, state in (("tam-dung", "paused"), ("gui-tiep", "active"), ("gui-thu", "active")):
        assert client.post(where, {"viec": verb}).status_code == 302
        assert told(program.get(f"/webhooks/{made['id']}"))["state"] == state
    assert client.post(where, {"viec": "gui-tiep"}).status_code == 409
    assert client.post(where, {"viec": "khac"}).status_code == 404
    assert client.post(reverse("api-keys:webhook-delete", args=[made["id"]])).status_code == 302
    assert receiver.address not in client.get(reverse("api-keys:webhooks")).content.decode()
