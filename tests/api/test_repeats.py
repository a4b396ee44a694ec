"""Idempotency-Key: done once, answered again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from emoit.api import actions
from emoit.api.models import Reply
from emoit.dossiers.models import Dossier, Paper
from emoit.kernel.access import acting_as, platform
from tests.api.caller import OTHER, Caller, caller, new_key, refused, told
from tests.dossiers.test_committed import at_once
from tests.support.answers import CHEMICALS, answers, pdf
from tests.support.world import World

BODY = {"procedure": CHEMICALS, "answers": answers(CHEMICALS)}


def dossiers(world: World) -> int:
    with acting_as(world.process):
        return Dossier.objects.count()


def test_the_same_again_is_answered_again(world: World) -> None:
    program = caller(world)
    first = program.post("/dossiers", BODY, Idempotency_Key="mot")
    again = program.post("/dossiers", BODY, Idempotency_Key="mot")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert {n: again[n] for n in ("ETag", "Location", "Content-Type")} == {
        n: first[n] for n in ("ETag", "Location", "Content-Type")
    }
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    assert dossiers(world) == 1


def test_another_body_under_the_same_key(world: World) -> None:
    program = caller(world)
    program.post("/dossiers", BODY, Idempotency_Key="mot")
    refused(program.post("/dossiers", {"procedure": CHEMICALS}, Idempotency_Key="mot"), 422, "idempotency_other_body")
    assert dossiers(world) == 1


def test_keys_of_two_programs_do_not_meet(world: World) -> None:
    caller(world).post("/dossiers", BODY, Idempotency_Key="mot")
    assert caller(world, OTHER).post("/dossiers", {"procedure": CHEMICALS}, Idempotency_Key="mot").status_code == 201
    assert dossiers(world) == 2


def test_a_refusal_is_not_kept(world: World) -> None:
    program = caller(world)
    dossier_id = told(program.post("/dossiers", BODY))["id"]
    refused(program.post(f"/dossiers/{dossier_id}/submit", Idempotency_Key="nop"), 422, "incomplete")
    for code in ("hoa_don", "phieu_an_toan"):
        assert program.upload(dossier_id, code, "giấy tờ.pdf", pdf()).status_code == 201
    assert program.post(f"/dossiers/{dossier_id}/submit", Idempotency_Key="nop").status_code == 200


def test_an_upload_is_the_same_whatever_its_boundary(world: World) -> None:
    program = caller(world)
    dossier_id = told(program.post("/dossiers", BODY))["id"]
    first = program.upload(dossier_id, "hoa_don", "hóa đơn.pdf", pdf(), Idempotency_Key="tep")
    again = program.upload(dossier_id, "hoa_don", "hóa đơn.pdf", pdf(), Idempotency_Key="tep")
    assert (first.status_code, again.content) == (201, first.content)
    refused(
        program.upload(dossier_id, "hoa_don", "hóa đơn.pdf", pdf(2), Idempotency_Key="tep"),
        422,
        "idempotency_other_body",
    )
    with acting_as(world.process):
        assert Paper.objects.filter(dossier=dossier_id).count() == 1


def test_after_a_day_it_is_forgotten(world: World) -> None:
    program = caller(world)
    program.post("/dossiers", BODY, Idempotency_Key="mot")
    world.clock.shift(timedelta(hours=24))
    assert program.post("/dossiers", {"procedure": CHEMICALS}, Idempotency_Key="mot").status_code == 201
    with acting_as(world.process):
        assert Reply.objects.count() == 1
    world.clock.shift(timedelta(hours=24, seconds=1))
    assert actions.forget_replies(by=platform("test"), now=world.now) == 1
    with acting_as(world.process):
        assert Reply.objects.count() == 0


@pytest.mark.parametrize("key", ["", "có dấu cách", "x" * 256, "a b"])
def test_what_is_no_key(world: World, key: str) -> None:
    program = caller(world)
    response = program.client.post(
        "/api/v1/dossiers",
        b'{"procedure": "2.001555"}',
        content_type="application/json",
        headers={"Authorization": f"Bearer {program.secret}", "Idempotency-Key": key.encode().decode("latin-1")},
    )
    refused(response, 400, "bad_idempotency_key")
    assert dossiers(world) == 0


def test_what_is_kept_is_not_readable_in_the_database(world: World) -> None:
    from django.db import connection

    caller(world).post("/dossiers", BODY, Idempotency_Key="mot")
    with acting_as(world.process), connection.cursor() as cursor:
        cursor.execute("select body from api_reply")
        (stored,) = cursor.fetchone()
    assert "lien.he.rieng" not in stored


def test_kept_answers_are_seen_by_their_account_alone(world: World) -> None:
    caller(world).post("/dossiers", BODY, Idempotency_Key="mot")
    with acting_as(world.actor(OTHER)):
        assert Reply.objects.count() == 0
    with acting_as(world.actor("doanhnghiep1")):
        assert Reply.objects.count() == 1


def test_five_at_once_are_one(committed_world: World) -> None:
    world = committed_world
    secret = new_key(world).secret

    def send() -> Any:
        return Caller(secret).post("/dossiers", BODY, Idempotency_Key="mot")

    found = at_once(*[send] * 5)
    made = [r for r in found if r.status_code == 201]
    assert len({r.content for r in made}) == 1
    for other in (r for r in found if r.status_code != 201):
        refused(other, 409, "idempotency_in_flight")
        assert other["Retry-After"] == "1"
    assert dossiers(world) == 1
