"""Several rows at once: a preview, a result for each, and the way back."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from emoit.dossiers import actions
from emoit.dossiers.types import Status
from tests.support.world import HEAD, LEADER, SPECIALIST, World

SECOND = "xttm.chuyenvien2"
Login = Callable[[str], Client]


def ticked(world: World, step: str, *dossiers: int) -> list[str]:
    items = [world.item(d, step) for d in dossiers]
    return [f"{item.id}:{item.version}" for item in items]


def test_claiming_many_is_shown_first_then_done_row_by_row_and_undone(world: World, sign_in: Login) -> None:
    first, second, third = world.received(), world.received(), world.received()
    chosen = ticked(world, "examine", first, second, third)
    client = sign_in(SPECIALIST)
    where = "/nghiep-vu/hang-loat/nhan-viec/"
    preview = client.post(where, {"chosen": chosen}).content.decode()
    assert "Các việc sau sẽ chuyển sang tên bạn" in preview
    assert [world.item(d, "examine").assignee_id for d in (first, second, third)] == [None] * 3

    world.on_item(SECOND, actions.claim, second, "examine")
    done = client.post(where, {"chosen": chosen, "confirm": "1"})
    mine, other = world.account_id(SPECIALIST), world.account_id(SECOND)
    assert [(r.code, r.done) for r in done.context["results"]] == [
        (world.info(first).code, True),
        (world.info(second).code, False),
        (world.info(third).code, True),
    ]
    page = done.content.decode()
    assert "<strong>2/3</strong>" in page
    assert "vừa được người khác thay đổi" in page
    assert [world.item(d, "examine").assignee_id for d in (first, second, third)] == [mine, other, mine]

    back = [f"{r.line.item.id}:{r.version}" for r in done.context["results"] if r.done]
    undone = client.post("/nghiep-vu/hang-loat/tra-viec/", {"chosen": back, "confirm": "1"})
    assert undone.context["done"] == 2
    assert [world.item(d, "examine").assignee_id for d in (first, second, third)] == [None, other, None]


def test_a_head_assigns_many(world: World, sign_in: Login) -> None:
    first, second, proposed = world.received(), world.in_examination(), world.proposed()
    chosen = [*ticked(world, "examine", first, second), *ticked(world, "approve", proposed)]
    head, where = sign_in(HEAD), "/nghiep-vu/hang-loat/phan-cong/"
    assert "Lê Thu Trang" in head.post(where, {"chosen": chosen}).content.decode()
    nobody = head.post(where, {"chosen": chosen, "confirm": "1"})
    assert (nobody.status_code, "Chọn người được phân công" in nobody.content.decode()) == (422, True)
    officer = world.account_id(SECOND)
    done = head.post(where, {"chosen": chosen, "confirm": "1", "officer": officer})
    assert [r.done for r in done.context["results"]] == [True, True, False]
    assert "không đảm nhận phần việc này" in done.content.decode()
    assert [world.item(d, "examine").assignee_id for d in (first, second)] == [officer] * 2
    assert world.item(proposed, "approve").assignee_id is None


def test_one_who_is_no_head_assigns_nothing(world: World, sign_in: Login) -> None:
    dossier_id = world.received()
    done = sign_in(SPECIALIST).post(
        "/nghiep-vu/hang-loat/phan-cong/",
        {"chosen": ticked(world, "examine", dossier_id), "confirm": "1", "officer": world.account_id(SECOND)},
    )
    assert [r.done for r in done.context["results"]] == [False]
    assert world.item(dossier_id, "examine").assignee_id is None


def test_another_unit_neither_sees_nor_takes(world: World, sign_in: Login) -> None:
    dossier_id = world.received()
    stranger = sign_in("hoachat.chuyenvien1")
    posted = {"chosen": [*ticked(world, "examine", dossier_id), "x:y", "999999:1"]}
    preview = stranger.post("/nghiep-vu/hang-loat/nhan-viec/", posted)
    assert "Không còn việc nào trong số đã chọn" in preview.content.decode()
    done = stranger.post("/nghiep-vu/hang-loat/nhan-viec/", {**posted, "confirm": "1"})
    assert [r.done for r in done.context["results"]] == [False, False]
    assert (world.info(dossier_id).code or "") not in done.content.decode()
    assert world.item(dossier_id, "examine").assignee_id is None


def test_nothing_ticked(world: World, sign_in: Login) -> None:
    for login, where in ((SPECIALIST, "hang-loat/nhan-viec/"), (LEADER, "ky/hang-loat/")):
        answer = sign_in(login).post(f"/nghiep-vu/{where}", {"chosen": []})
        assert (answer.status_code, "Chưa chọn" in answer.content.decode()) == (422, True)


def test_a_leader_signs_many_each_by_itself(world: World, sign_in: Login) -> None:
    first, second, third = world.approved(), world.approved(), world.approved()
    chosen = ticked(world, "sign", first, second, third)
    leader = sign_in(LEADER)
    assert leader.get("/nghiep-vu/ky/").context["total"] == 3
    preview = leader.post("/nghiep-vu/ky/hang-loat/", {"chosen": chosen}).content.decode()
    assert "Ký 3 văn bản" in preview
    world.on_item(LEADER, actions.return_for_rework, second, "sign", reason="Xem lại")
    assert leader.post("/nghiep-vu/ky/hang-loat/", {"chosen": chosen, "confirm": "1"}).status_code == 422
    done = leader.post("/nghiep-vu/ky/hang-loat/", {"chosen": chosen, "confirm": "1", "appearance": "drawn"})
    assert [r.done for r in done.context["results"]] == [True, False, True]
    world.run_jobs()
    assert [world.status(d) for d in (first, second, third)] == [
        Status.RETURNED,
        Status.IN_PROGRESS,
        Status.RETURNED,
    ]
    assert sign_in(HEAD).post("/nghiep-vu/ky/hang-loat/", {"chosen": chosen, "confirm": "1"}).status_code == 403
