"""Each verb's form: right, wrong, by the wrong one, and too late."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Status
from emoit.kernel.access import acting_as
from tests.support.desk import OTHER_UNIT, SECOND, Login, address, keys
from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, World


class Deed(NamedTuple):
    """What is built, who posts what where, and the steps and status that follow."""

    build: str
    who: str
    verb: str
    step: str
    posted: dict[str, object]
    waiting: list[str] = []  # noqa: RUF012 - never changed
    status: Status = Status.IN_PROGRESS
    words: str = ""


DONE = [
    Deed("submitted", CLERK, "tiep-nhan/", "intake", {"outcome": "receive"}, ["examine"], Status.RECEIVED),
    Deed(
        "submitted",
        CLERK,
        "tiep-nhan/",
        "intake",
        {"outcome": "refuse", "reason": "Sai thẩm quyền"},
        [],
        Status.REFUSED_AT_INTAKE,
    ),
    Deed("received", SPECIALIST, "nhan-viec/", "examine", {}, ["examine"]),
    Deed("in_examination", SPECIALIST, "tra-viec/", "examine", {}, ["examine"]),
    Deed(
        "in_examination",
        SPECIALIST,
        "trinh/",
        "examine",
        {"outcome": "granted", "content": "", "note": "Đủ điều kiện"},
        ["approve"],
        Status.IN_PROGRESS,
    ),
    Deed(
        "in_examination",
        SPECIALIST,
        "bo-sung/",
        "examine",
        {"defect": ["the_le"], "reason:the_le": "Thiếu chữ ký", "note": ""},
        [],
        Status.AWAITING_SUPPLEMENT,
    ),
    Deed("proposed", HEAD, "duyet/", "approve", {"outcome": "approve", "note": "Ký"}, ["sign"], Status.IN_PROGRESS),
    Deed(
        "proposed",
        HEAD,
        "duyet/",
        "approve",
        {"outcome": "return", "reason": "Xem lại"},
        ["examine"],
        Status.IN_PROGRESS,
    ),
    Deed("approved", LEADER, "ky/", "sign", {"appearance": "drawn"}, []),
    Deed("approved", LEADER, "ky/", "sign", {"appearance": "invisible"}, []),
    Deed(
        "approved", LEADER, "ky/", "sign", {"outcome": "return", "reason": "Chưa rõ"}, ["approve"], Status.IN_PROGRESS
    ),
]


@pytest.mark.parametrize("deed", DONE)
def test_a_verb_is_done_and_leads_back_to_the_dossier(world: World, sign_in: Login, deed: Deed) -> None:
    dossier_id = getattr(world, deed.build)()
    client = sign_in(deed.who)
    where = address(dossier_id, deed.verb)
    form = client.get(where, {"item": world.item(dossier_id, deed.step).id})
    assert form.status_code == 200
    assert f'name="version" value="{world.item(dossier_id, deed.step).version}"' in form.content.decode()
    answer = client.post(where, {**keys(world, dossier_id, deed.step), **deed.posted})
    assert (answer.status_code, answer.get("Location")) == (302, address(dossier_id))
    assert world.items(dossier_id) == deed.waiting
    assert world.status(dossier_id) is deed.status
    assert client.get(address(dossier_id)).status_code == 200


WRONG = [
    Deed("submitted", CLERK, "tiep-nhan/", "intake", {}, words="Chọn tiếp nhận hoặc không tiếp nhận"),
    Deed(
        "submitted",
        CLERK,
        "tiep-nhan/",
        "intake",
        {"outcome": "refuse", "reason": " "},
        words="Nêu lý do không tiếp nhận",
    ),
    Deed("received", HEAD, "phan-cong/", "examine", {}, words="Chọn người được phân công"),
    Deed("in_examination", SPECIALIST, "bo-sung/", "examine", {}, words="Chọn ít nhất một nội dung cần bổ sung"),
    Deed("in_examination", SPECIALIST, "bo-sung/", "examine", {"defect": ["the_le"]}, words="Nêu lý do cần bổ sung"),
    Deed("in_examination", SPECIALIST, "trinh/", "examine", {}, words="Chọn hướng giải quyết"),
    Deed("in_examination", SPECIALIST, "trinh/", "examine", {"outcome": "refused"}, words="lý do từ chối và căn cứ"),
    Deed("proposed", HEAD, "duyet/", "approve", {}, words="Chọn duyệt hoặc trả lại"),
    Deed("proposed", HEAD, "duyet/", "approve", {"outcome": "return"}, words="Nêu lý do trả lại"),
    Deed("approved", LEADER, "ky/", "sign", {"appearance": "blue"}, words="Chọn cách hiện chữ ký"),
    Deed("approved", LEADER, "ky/", "sign", {"outcome": "return"}, words="Nêu lý do trả lại"),
]


@pytest.mark.parametrize("deed", WRONG)
def test_what_is_missing_is_named_and_nothing_happens(world: World, sign_in: Login, deed: Deed) -> None:
    dossier_id = getattr(world, deed.build)()
    before = world.info(dossier_id), world.item(dossier_id, deed.step)
    answer = sign_in(deed.who).post(
        address(dossier_id, deed.verb), {**keys(world, dossier_id, deed.step), **deed.posted}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Lỗi: " in page
    assert deed.words in page
    assert 'class="govuk-error-summary"' in page
    assert (world.info(dossier_id), world.item(dossier_id, deed.step)) == before


@pytest.mark.parametrize("deed", DONE)
def test_to_another_unit_the_dossier_does_not_exist(world: World, sign_in: Login, deed: Deed) -> None:
    dossier_id = getattr(world, deed.build)()
    before = world.info(dossier_id), world.item(dossier_id, deed.step)
    stranger = sign_in(OTHER_UNIT)
    for answer in (
        stranger.get(address(dossier_id)),
        stranger.get(address(dossier_id, deed.verb), {"item": before[1].id}),
        stranger.post(address(dossier_id, deed.verb), {**keys(world, dossier_id, deed.step), **deed.posted}),
    ):
        assert answer.status_code == 404
        assert before[0].code not in answer.content.decode()
    assert (world.info(dossier_id), world.item(dossier_id, deed.step)) == before


def test_a_stale_version_keeps_what_was_typed_and_says_who_has_it(world: World, sign_in: Login) -> None:
    dossier_id = world.received()
    seen = keys(world, dossier_id, "examine")
    world.on_item(SECOND, actions.claim, dossier_id, "examine")
    answer = sign_in(SPECIALIST).post(
        address(dossier_id, "trinh/"), {**seen, "outcome": "refused", "content": "Lý do đã gõ rất lâu"}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Việc này đang do Lê Thu Trang xử lý." in page
    assert "Lý do đã gõ rất lâu" in page
    assert f'name="version" value="{world.item(dossier_id, "examine").version}"' in page
    assert world.items(dossier_id) == ["examine"]
    with acting_as(world.process) as by:
        assert queries.decision_of(by, dossier_id) is None


def test_a_second_press_on_finished_work_is_told_so(world: World, sign_in: Login) -> None:
    dossier_id = world.submitted()
    seen = keys(world, dossier_id, "intake")
    client = sign_in(CLERK)
    assert client.post(address(dossier_id, "tiep-nhan/"), {**seen, "outcome": "receive"}).status_code == 302
    answer = client.post(address(dossier_id, "tiep-nhan/"), {**seen, "outcome": "receive"})
    assert answer.status_code == 409
    assert "đã được xử lý hoặc đã chuyển sang bước khác" in answer.content.decode()
    assert world.items(dossier_id) == ["examine"]


def test_a_colleague_may_not_do_what_is_in_anothers_hands(world: World, sign_in: Login) -> None:
    dossier_id = world.in_examination()
    colleague = sign_in(SECOND)
    item = keys(world, dossier_id, "examine")
    form = colleague.get(address(dossier_id, "trinh/"), {"item": item["item"]})
    assert form.status_code == 403
    assert "Việc này đang do Nguyễn Minh Khôi xử lý." in form.content.decode()
    answer = colleague.post(address(dossier_id, "trinh/"), {**item, "outcome": "granted"})
    assert answer.status_code == 403
    assert world.items(dossier_id) == ["examine"]


def test_an_item_of_another_dossier_is_refused(world: World, sign_in: Login) -> None:
    first, second = world.submitted(), world.submitted()
    answer = sign_in(CLERK).post(address(first, "tiep-nhan/"), {**keys(world, second, "intake"), "outcome": "receive"})
    assert answer.status_code in {409, 422}
    assert world.status(first) is world.status(second) is Status.SUBMITTED


def test_a_head_assigns_and_takes_back(world: World, sign_in: Login) -> None:
    dossier_id = world.received()
    head = sign_in(HEAD)
    officer = world.account_id(SECOND)
    where = address(dossier_id, "phan-cong/")
    page = head.get(where, {"item": world.item(dossier_id, "examine").id}).content.decode()
    assert "Nguyễn Minh Khôi" in page
    assert "Lê Thu Trang" in page
    assert "Trần Gia Bảo" not in page  # another unit's
    assert head.post(where, {**keys(world, dossier_id, "examine"), "officer": officer}).status_code == 302
    assert world.item(dossier_id, "examine").assignee_id == officer
    assert head.post(address(dossier_id, "tra-viec/"), keys(world, dossier_id, "examine")).status_code == 302
    assert world.item(dossier_id, "examine").assignee_id is None


def test_only_one_who_fits_can_be_assigned(world: World, sign_in: Login) -> None:
    dossier_id = world.received()
    posted = {**keys(world, dossier_id, "examine"), "officer": world.account_id(OTHER_UNIT)}
    answer = sign_in(HEAD).post(address(dossier_id, "phan-cong/"), posted)
    assert answer.status_code == 422
    assert "không đảm nhận phần việc này" in answer.content.decode()
    assert world.item(dossier_id, "examine").assignee_id is None
    assert sign_in(SPECIALIST).post(address(dossier_id, "phan-cong/"), posted).status_code == 403


def test_a_supplement_is_asked_for_papers_and_fields_at_once_and_only_once(world: World, sign_in: Login) -> None:
    dossier_id = world.in_examination()
    client = sign_in(SPECIALIST)
    where = address(dossier_id, "bo-sung/")
    page = client.get(where, {"item": world.item(dossier_id, "examine").id}).content.decode()
    assert "Chỉ được yêu cầu bổ sung một lần" in page
    assert 'name="reason:the_le"' in page
    assert 'name="reason:/programme/name"' in page
    posted = {
        **keys(world, dossier_id, "examine"),
        "defect": ["the_le", "/programme/name"],
        "reason:the_le": "Thiếu chữ ký",
        "reason:/programme/name": "Tên trùng chương trình khác",
        "reason:hinh_anh": "không chọn thì bỏ qua",
        "note": "Gửi bản PDF",
    }
    assert client.post(where, posted).status_code == 302
    with acting_as(world.process) as by:
        asked = queries.supplement_of(by, dossier_id)
    assert asked is not None
    assert [(d.target, d.reason) for d in asked.defects] == [
        ("the_le", "Thiếu chữ ký"),
        ("/programme/name", "Tên trùng chương trình khác"),
    ]
    page = client.get(address(dossier_id)).content.decode()
    assert "Tên trùng chương trình khác" in page
    assert "tạm dừng" in page


def test_the_head_extends_once_and_stops(world: World, sign_in: Login) -> None:
    dossier_id = world.in_examination()
    before = world.info(dossier_id).due_at
    head, specialist = sign_in(HEAD), sign_in(SPECIALIST)
    posted = {**keys(world, dossier_id, "examine"), "working_days": "3", "reason": "Chờ ý kiến địa phương"}
    assert specialist.post(address(dossier_id, "gia-han/"), posted).status_code == 403
    bad = head.post(address(dossier_id, "gia-han/"), {**posted, "working_days": "99"})
    assert (bad.status_code, "từ 1 đến 60" in bad.content.decode()) == (422, True)
    assert world.info(dossier_id).due_at == before
    assert head.post(address(dossier_id, "gia-han/"), posted).status_code == 302
    after = world.info(dossier_id).due_at
    assert after is not None
    assert before is not None
    assert (after.date() - before.date()).days in {3, 5}
    again = head.post(address(dossier_id, "gia-han/"), posted)
    assert (again.status_code, "đã gia hạn một lần" in again.content.decode()) == (422, True)
    assert head.post(address(dossier_id, "dung/"), {"reason": " "}).status_code == 422
    assert specialist.post(address(dossier_id, "dung/"), {"reason": "x"}).status_code == 403
    assert head.post(address(dossier_id, "dung/"), {"reason": "Người nộp giải thể"}).status_code == 302
    assert world.status(dossier_id) is Status.STOPPED


def test_a_failed_signature_is_tried_again_under_its_number(world: World, sign_in: Login, settings: Any) -> None:
    dossier_id = world.being_signed()
    settings.EMOIT_KEY_PASSPHRASE = "another"
    world.run_jobs()
    settings.EMOIT_KEY_PASSPHRASE = "only for tests"
    leader, head = sign_in(LEADER), sign_in(HEAD)
    before = leader.get(address(dossier_id)).context["decision"]
    assert before.signing_state == "failed"
    assert [act.label for act in leader.get(address(dossier_id)).context["acts"]] == ["Ký lại"]
    listed = leader.get("/nghiep-vu/ky/").content.decode()
    assert before.number in listed
    assert "Ký chưa thành" in listed
    assert head.post(address(dossier_id, "ky-lai/")).status_code == 403
    assert leader.post(address(dossier_id, "ky-lai/")).status_code == 302
    world.run_jobs()
    after = leader.get(address(dossier_id)).context["decision"]
    assert (after.signing_state, after.number) == ("signed", before.number)
    assert leader.post(address(dossier_id, "ky-lai/")).status_code == 422
