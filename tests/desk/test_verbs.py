"""Each verb's form: right, wrong, by the wrong one, and too late."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.test import Client

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Outcome, SlipKind, Status
from emoit.kernel.access import acting_as
from emoit.signing import queries as signing
from emoit.work import queries as work
from tests.printing.test_render import text_of
from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, World

SECOND, DEPUTY, OTHER_UNIT = "xttm.chuyenvien2", "xttm.phocuctruong", "hoachat.chuyenvien1"
Login = Callable[[str], Client]


def address(dossier_id: int, verb: str = "") -> str:
    return f"/nghiep-vu/ho-so/{dossier_id}/{verb}"


def keys(world: World, dossier_id: int, step: str) -> dict[str, object]:
    item = world.item(dossier_id, step)
    return {"item": item.id, "version": item.version}


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


def test_the_control_slip_opens_as_a_file(world: World, sign_in: Login) -> None:
    dossier_id = world.proposed()
    client = sign_in(HEAD)
    answer = client.post(address(dossier_id, "phieu-kiem-soat/"))
    assert answer.status_code == 302
    with acting_as(world.process) as by:
        (slip,) = [s for s in queries.slips_of(by, dossier_id) if s.kind is SlipKind.CONTROL_SLIP]
    assert answer["Location"] == f"/nghiep-vu/tep/{slip.file_id}/"
    file = client.get(answer["Location"])
    assert (file.status_code, file["Content-Type"]) == (200, "application/pdf")
    assert b"".join(file.streaming_content)[:5] == b"%PDF-"  # type: ignore[attr-defined]
    assert sign_in(OTHER_UNIT).get(answer["Location"]).status_code == 404


def test_own_documents_may_be_framed_by_our_pages_and_uploads_are_attachments(world: World, sign_in: Login) -> None:
    dossier_id = world.in_examination()
    client = sign_in(SPECIALIST)
    with acting_as(world.process) as by:
        papers = {p.paper_code: p.file_id for p in queries.papers_of(by, dossier_id)}
    pdf = client.get(f"/nghiep-vu/tep/{papers['the_le']}/?xem")
    image = client.get(f"/nghiep-vu/tep/{papers['hinh_anh']}/?xem")
    assert pdf["Content-Disposition"].startswith("attachment")
    assert image["Content-Disposition"].startswith("inline")
    assert image["X-Frame-Options"] == "SAMEORIGIN"


def test_a_signature_under_way_is_asked_for_until_it_is_there(world: World, sign_in: Login) -> None:
    dossier_id = world.being_signed()
    client = sign_in(LEADER)
    page = client.get(address(dossier_id)).content.decode()
    assert f'hx-get="/nghiep-vu/ho-so/{dossier_id}/quyet-dinh/"' in page
    waiting = client.get(address(dossier_id, "quyet-dinh/"), headers={"HX-Request": "true"})
    assert (waiting.status_code, waiting.content) == (204, b"")
    world.run_jobs()
    part = client.get(address(dossier_id, "quyet-dinh/"), headers={"HX-Request": "true"}).content.decode()
    assert "Đã ký số và đóng dấu." in part
    assert "hx-get" not in part
    assert "Tải kết quả (PDF)" in client.get(address(dossier_id)).content.decode()


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


def test_the_proposal_that_came_back_is_shown_again(world: World, sign_in: Login) -> None:
    dossier_id = world.proposed(Outcome.REFUSED)
    world.on_item(HEAD, actions.return_for_rework, dossier_id, "approve", reason="Bổ sung căn cứ pháp lý")
    page = (
        sign_in(SPECIALIST)
        .get(address(dossier_id, "trinh/"), {"item": world.item(dossier_id, "examine").id})
        .content.decode()
    )
    assert "Bổ sung căn cứ pháp lý" in page
    assert "Hồ sơ không đúng Điều 19." in page


def test_the_action_bar_offers_what_is_possible(world: World, sign_in: Login) -> None:
    def bar(login: str, dossier_id: int) -> list[str]:
        response = sign_in(login).get(address(dossier_id))
        return [act.label for act in response.context["acts"]]

    received, examined, proposed = world.received(), world.in_examination(), world.proposed()
    assert bar(CLERK, received) == []
    assert bar(SPECIALIST, received) == ["Nhận việc", "Trình đề xuất", "Yêu cầu bổ sung"]
    assert bar(SPECIALIST, examined) == ["Trình đề xuất", "Yêu cầu bổ sung", "Trả việc về đơn vị"]
    assert bar(SECOND, examined) == []
    assert bar(HEAD, examined) == ["Phân công", "Trả việc về đơn vị", "Xin lỗi và gia hạn", "Dừng giải quyết"]
    assert bar(HEAD, proposed) == [
        "Duyệt đề xuất",
        "Nhận việc",
        "Phân công",
        "Xin lỗi và gia hạn",
        "Dừng giải quyết",
    ]
    assert bar(LEADER, world.approved()) == ["Ký ban hành", "Nhận việc"]


def test_who_did_it_and_what_waits_stand_on_the_page(world: World, sign_in: Login) -> None:
    dossier_id = world.proposed()
    page = sign_in(HEAD).get(address(dossier_id)).content.decode()
    for words in ("Nguyễn Minh Khôi", "Thẩm định hồ sơ: Trình đề xuất", "Duyệt nội dung đề xuất", "thể lệ.pdf"):
        assert words in page
    with acting_as(world.process) as by:
        assert work.open_of(by, "dossier", dossier_id)[0].step == "approve"
        assert signing.of_subject(by, "dossier", dossier_id) == []


def test_the_draft_is_what_would_be_signed(world: World, sign_in: Login) -> None:
    dossier_id = world.proposed()
    answer = sign_in(HEAD).get(address(dossier_id, "du-thao/"))
    assert (answer.status_code, answer["Content-Type"], answer["X-Frame-Options"]) == (
        200,
        "application/pdf",
        "SAMEORIGIN",
    )
    words = text_of(answer.content)
    assert "DỰTHẢO" in words.replace(" ", "")  # written across the page, letter by letter to a reader
    for part in ("……/BCT-XTTM", world.info(dossier_id).holder_name):
        assert part in words
    assert sign_in(OTHER_UNIT).get(address(dossier_id, "du-thao/")).status_code == 404
    approve = sign_in(HEAD).get(address(dossier_id, "duyet/")).content.decode()
    assert f'src="/nghiep-vu/ho-so/{dossier_id}/du-thao/#' in approve
    with acting_as(world.process) as by:
        decision = queries.decision_of(by, dossier_id)
        assert decision is not None
        assert decision.number == ""


def test_there_is_no_draft_before_the_proposal_and_none_after_the_signature(world: World, sign_in: Login) -> None:
    for dossier_id in (world.in_examination(), world.being_signed()):
        assert sign_in(LEADER).get(address(dossier_id, "du-thao/")).status_code == 404


def test_pages_of_a_paper_are_turned_beside_the_record(world: World, sign_in: Login) -> None:
    dossier_id = world.in_examination()
    client = sign_in(SPECIALIST)
    with acting_as(world.process) as by:
        paper = next(p for p in queries.papers_of(by, dossier_id) if p.paper_code == "the_le")
    page = client.get(address(dossier_id), {"tep": paper.file_id, "trang": 99}).content.decode()
    assert f'src="/nghiep-vu/tep/{paper.file_id}/trang/{paper.pages}/"' in page
    answer = client.get(f"/nghiep-vu/tep/{paper.file_id}/trang/1/")
    assert (answer.status_code, answer["Content-Type"], answer.content[:4]) == (200, "image/png", b"\x89PNG")
    assert client.get(f"/nghiep-vu/tep/{paper.file_id}/trang/99/").status_code == 404
