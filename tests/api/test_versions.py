"""A draft and what moves under it: another version of its procedure, its papers, the end of the earlier result."""

from __future__ import annotations

from typing import Any

import pytest

from emoit.api.types import Scope
from emoit.kernel.access import acting_as
from emoit.kernel.models import AuditEntry
from emoit.procedures.types import Change
from tests.api.caller import OTHER, caller, refused, told
from tests.dossiers.test_new_version import publish
from tests.support import amending
from tests.support.answers import pdf
from tests.support.world import World


def carried(world: World) -> int:
    with acting_as(world.process):
        return AuditEntry.objects.filter(verb="dossiers.carry_over").count()


def test_a_draft_is_carried_over_by_a_program(world: World) -> None:
    program, dossier_id = caller(world), world.draft()
    program.upload(dossier_id, "bang_chung", "mẫu.pdf", pdf())
    done = publish(world)
    where = f"/dossiers/{dossier_id}"
    problem = refused(program.post(f"{where}/submit"), 409, "new_version")
    assert problem["type"].endswith("#new_version")
    etag = program.get(where)["ETag"]
    answer = program.post(f"{where}/carry-over", If_Match=etag, Idempotency_Key="chuyen")
    carried_over = told(answer)
    assert (answer.status_code, answer["ETag"]) == (200, f'"{carried_over["version"]}"')
    assert carried_over["procedure_version"] == done.version_id == world.info(dossier_id).procedure_version_id
    assert (carried_over["from_number"], carried_over["to_number"]) == (1, done.version)
    assert (carried_over["dropped_answers"], len(carried_over["dropped_papers"])) == ([], 1)
    assert [p["pointer"] for p in carried_over["problems"]] == ["/answers/more/ten_trang_web"]
    again = program.post(f"{where}/carry-over", If_Match=etag, Idempotency_Key="chuyen")
    assert (again.content, again["Idempotency-Replayed"], carried(world)) == (answer.content, "true", 1)
    program.call("PATCH", f"{where}/answers", {"more": {"ten_trang_web": "khuyenmai.vn"}})
    assert told(program.post(f"{where}/submit"))["status"] == "submitted"
    refused(program.post(f"{where}/carry-over"), 409, "impossible")


def test_where_nothing_moved_nothing_happens(world: World) -> None:
    program, dossier_id = caller(world), world.draft()
    before = world.info(dossier_id)
    answer = told(program.post(f"/dossiers/{dossier_id}/carry-over"))
    assert (answer["from_number"], answer["to_number"], answer["problems"]) == (1, 1, [])
    assert world.info(dossier_id) == before
    assert carried(world) == 0


@pytest.mark.parametrize(
    ("key", "headers", "status", "code"),
    [
        ({"login": OTHER}, {}, 404, "not_found"),
        ({"scopes": (Scope.DOSSIERS_READ,)}, {}, 403, "scope_missing"),
        ({}, {"If_Match": '"99"'}, 412, "stale"),
        ({}, {"If_Match": "khong-phai"}, 400, "bad_etag"),
    ],
)
def test_who_may_not_carry_over(
    world: World, key: dict[str, Any], headers: dict[str, str], status: int, code: str
) -> None:
    dossier_id = world.draft()
    publish(world)
    before = world.info(dossier_id)
    refused(caller(world, **key).post(f"/dossiers/{dossier_id}/carry-over", **headers), status, code)
    assert world.info(dossier_id) == before
    assert carried(world) == 0


def test_the_etag_covers_the_papers(world: World) -> None:
    program, dossier_id = caller(world), world.draft(complete=False)
    where = f"/dossiers/{dossier_id}"
    first = program.get(where)["ETag"]
    made = program.upload(dossier_id, "the_le", "thể lệ.pdf", pdf(), If_Match=first)
    second = made["ETag"]
    assert (made.status_code, second) == (201, program.get(where)["ETag"])
    assert second != first
    assert program.get(f"{where}/papers")["ETag"] == program.get(f"{where}/check")["ETag"] == second
    refused(program.upload(dossier_id, "the_le", "khác.pdf", pdf(2), If_Match=first), 412, "stale")
    refused(program.post(f"{where}/submit", If_Match=first), 412, "stale")
    paper = f"{where}/papers/{told(made)['id']}"
    refused(program.call("DELETE", paper, If_Match=first), 412, "stale")
    assert len(told(program.get(f"{where}/papers"))["items"]) == 1
    gone = program.call("DELETE", paper, If_Match=second)
    assert (gone.status_code, gone["ETag"]) == (204, program.get(where)["ETag"])
    assert gone["ETag"] not in {first, second}


@pytest.mark.parametrize(
    ("ends_on", "faults"),
    [
        ("2026-06-30", ["/answers/programme/ends_on"]),
        ("2026-06-29", ["/answers/programme/ends_on"]),
        ("2026-07-01", []),
    ],
)
def test_an_extension_that_ends_too_early_is_told_before(world: World, ends_on: str, faults: list[str]) -> None:
    amending.publish(world, Change.EXTEND)
    licence = amending.licensed(world)
    dossier_id = amending.draft(world, Change.EXTEND, licence.id)
    amending.amended_answers(world, dossier_id, ends_on=ends_on)
    program = caller(world)
    program.language = "en"
    check = told(program.get(f"/dossiers/{dossier_id}/check"))
    assert [p["pointer"] for p in check["problems"]] == faults
    assert check["complete"] is not bool(faults)
    if faults:
        words = "The new end must be after 30 June 2026, which is the present one."
        assert check["problems"][0]["message"] == words
        refused(program.post(f"/dossiers/{dossier_id}/submit"), 422, "incomplete")
