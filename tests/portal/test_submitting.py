"""Check, hand in once, and what comes next."""

from __future__ import annotations

from emoit.dossiers import actions
from emoit.dossiers.types import Status
from emoit.procedures import actions as procedures
from tests.portal.visitor import Visitor
from tests.procedures.documents import document, known_process, known_unit
from tests.support.answers import CHEMICALS, answers
from tests.support.world import World


def test_everything_is_shown_once_more(world: World, applicant: Visitor) -> None:
    screen = applicant.see(f"/ho-so/{world.draft()}/kiem-tra/")
    assert screen.heading == "Kiểm tra trước khi nộp"
    assert "Tên chương trình khuyến mại Mùa hè rộn ràng" in screen.text
    assert "Trị giá một giải: 40.000.000 đ" in screen.text.replace("\xa0", " ")
    assert "thể lệ.pdf" in screen.text
    (prizes,) = [dd for dd in screen.page.xpath("//dd") if "40.000.000" in dd.text_content()]
    assert len(prizes.xpath("br")) == 3  # one line for each answer of the row


def test_it_is_handed_in_once_however_often_it_is_sent(world: World, applicant: Visitor) -> None:
    dossier_id = world.draft()
    path = f"/ho-so/{dossier_id}/kiem-tra/"
    form = applicant.see(path).form()
    for _ in range(3):
        screen = applicant.send(path, form)
        assert (screen.status, screen.address) == (302, f"/ho-so/{dossier_id}/da-nop/")
    info = world.info(dossier_id)
    assert (info.status, info.code) == (Status.SUBMITTED, "G02-260504-0001")
    assert world.items(dossier_id) == ["intake"]
    done = applicant.see(f"/ho-so/{dossier_id}/da-nop/")
    assert done.title == "Đã nộp hồ sơ G02-260504-0001 – Bộ Công Thương"
    assert "Mã hồ sơ G02-260504-0001" in done.text
    assert "Nộp lúc 04/05/2026, 09:30" in done.text
    assert "Thời hạn: 5 ngày làm việc kể từ ngày nhận được hồ sơ." in done.text


def test_what_is_missing_is_named_with_the_way_to_it(world: World, applicant: Visitor) -> None:
    dossier_id = world.draft(complete=False)
    world.answer(dossier_id, {**answers("2.000138"), "goods": {"promoted": "Nước"}})
    screen = applicant.send(f"/ho-so/{dossier_id}/kiem-tra/", {"key": "k"})
    assert screen.status == 422
    assert screen.title.startswith("Lỗi: Kiểm tra và nộp")
    page = f"/ho-so/{dossier_id}/khai/goods/?ve=kiem-tra"
    assert [href for href, _ in screen.problems] == [
        f"{page}#f-goods-used",
        f"{page}#f-goods-customers",
        f"/ho-so/{dossier_id}/giay-to/#paper-the_le",
    ]
    assert world.status(dossier_id) is Status.DRAFT
    assert world.info(dossier_id).code == ""
    assert world.items(dossier_id) == []


def test_a_key_sent_for_another_dossier_is_not_that_submission(world: World, applicant: Visitor) -> None:
    one, two = world.draft(), world.draft()
    for dossier_id in (one, two):
        applicant.send(f"/ho-so/{dossier_id}/kiem-tra/", {"key": "same" * 100})
    assert (world.info(one).code, world.info(two).code) == ("G02-260504-0001", "G02-260504-0002")


def test_a_draft_of_an_older_version_is_checked_again_before_it_is_handed_in(world: World, applicant: Visitor) -> None:
    dossier_id = world.draft()
    began_with = world.info(dossier_id).procedure_version_id
    changed = document() | {"effective_from": "2026-05-01"}
    changed["name"] = {"vi": "Tên mới của thủ tục", "en": "New name"}
    published = world.do(
        world.process, procedures.publish, document=changed, known_unit=known_unit, known_process=known_process
    )
    assert published.version_id != began_with
    assert applicant.see("/thu-tuc/2.000138/").heading == "Tên mới của thủ tục"
    asked = applicant.send(f"/ho-so/{dossier_id}/kiem-tra/", {"key": "k"})
    assert (asked.status, "phiên bản mới" in asked.text) == (409, True)
    assert world.status(dossier_id) is Status.DRAFT
    world.do("doanhnghiep1", actions.carry_over, dossier_id=dossier_id)
    assert applicant.send(f"/ho-so/{dossier_id}/kiem-tra/", {"key": "k"}).status == 302
    assert world.info(dossier_id).procedure_version_id == published.version_id
    assert applicant.see(f"/ho-so/{dossier_id}/").heading == "Tên mới của thủ tục"


def test_what_is_not_yet_or_already_handed_in_leads_to_its_own_screen(world: World, applicant: Visitor) -> None:
    draft, submitted = world.draft(), world.submitted()
    assert applicant.see(f"/ho-so/{draft}/da-nop/").address == f"/ho-so/{draft}/kiem-tra/"
    assert applicant.see(f"/ho-so/{submitted}/kiem-tra/").address == f"/ho-so/{submitted}/da-nop/"
    assert applicant.see(f"/ho-so/{submitted}/bo-sung/").address == f"/ho-so/{submitted}/"


def test_an_automatic_procedure_says_so(world: World, applicant: Visitor) -> None:
    dossier_id = world.submitted(CHEMICALS)
    assert "Hệ thống trả lời tự động trong ít phút." in applicant.see(f"/ho-so/{dossier_id}/da-nop/").text
