"""What an officer sees of a dossier: its acts, its papers, its draft, its files."""

from __future__ import annotations

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Outcome, SlipKind
from emoit.kernel.access import acting_as
from emoit.signing import queries as signing
from emoit.work import queries as work
from tests.printing.test_render import text_of
from tests.support.desk import OTHER_UNIT, SECOND, Login, address
from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, World


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
