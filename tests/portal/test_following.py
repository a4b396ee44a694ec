"""After handing in: one's list, the dossier's page, the supplement, withdrawing, tracking, verifying."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Defect, Outcome, Status
from emoit.files import queries as files
from emoit.kernel.access import acting_as
from emoit.results import queries as results
from tests.files import samples
from tests.portal.visitor import Visitor
from tests.support.world import SPECIALIST, World

CODE = "G02-260504-0001"
NOT_FOUND = "Không tìm thấy hồ sơ với mã và thông tin này. Hãy kiểm tra lại cả hai."


def awaiting(world: World, *defects: Defect) -> int:
    dossier_id = world.in_examination()
    world.on_item(
        SPECIALIST, actions.request_supplement, dossier_id, "examine", defects=defects, note="Gửi bản có dấu."
    )
    return dossier_id


def test_ones_list_begins_with_the_newest_and_goes_on(world: World, applicant: Visitor) -> None:
    assert "Bạn chưa có hồ sơ nào" in applicant.see("/ho-so/").text
    ids = []
    for minute in range(queries.PAGE + 1):
        world.go(f"2026-05-04 09:{30 + minute}")
        ids.append(world.draft(complete=False))
    screen = applicant.see("/ho-so/")
    shown = [link for link in screen.links() if link.startswith("/ho-so/")]
    assert shown[: queries.PAGE] == [f"/ho-so/{i}/" for i in reversed(ids[1:])]
    older = next(link for link in screen.links() if link.startswith("?sau="))
    rest = applicant.see(f"/ho-so/{older}")
    assert f"/ho-so/{ids[0]}/" in rest.links()
    assert f"/ho-so/{ids[1]}/" not in rest.links()
    assert rest.title == "Hồ sơ của tôi – hồ sơ cũ hơn – Bộ Công Thương"
    assert applicant.see("/ho-so/?sau=x_y").status == 200


def test_the_dossiers_page_says_what_was_and_who_is_next(world: World, applicant: Visitor) -> None:
    dossier_id = world.received()
    world.run_jobs()
    screen = applicant.see(f"/ho-so/{dossier_id}/")
    assert screen.title == f"Hồ sơ {CODE} – Bộ Công Thương"
    assert "Được tiếp nhận" in screen.text
    assert "Bước tiếp theo" in screen.text
    assert "Đơn vị xử lý phân công chuyên viên thẩm định." in screen.text
    assert "Hẹn trả kết quả 09:30 ngày 11/05/2026: tiếp nhận 09:30 ngày 04/05/2026, 5 ngày làm việc" in screen.text
    assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả (PDF)" in screen.text
    assert "Tên chương trình khuyến mại Mùa hè rộn ràng" in screen.text


def test_a_supplement_is_answered_with_exactly_what_was_asked_for(world: World, applicant: Visitor) -> None:
    dossier_id = awaiting(
        world,
        Defect("bang_chung", "Chưa có mẫu mã dự thưởng"),
        Defect("/goods/customers", "Nêu rõ người không được dự"),
    )
    path = f"/ho-so/{dossier_id}/bo-sung/"
    assert path in applicant.see(f"/ho-so/{dossier_id}/").links()
    screen = applicant.see(path)
    assert "Lý do bổ sung: Chưa có mẫu mã dự thưởng" in screen.text
    assert "Nêu rõ người không được dự" in screen.text
    assert "Gửi bản có dấu." in screen.text

    assert "goods.promoted" not in screen.form()
    form = screen.form() | {"goods.customers": "Không gồm nhân viên", "goods.promoted": "Bia", "note": "Xin gửi"}
    early = applicant.send(path, form | {"nop": "1"})
    assert early.status == 422
    assert early.problems == [
        ("#paper-bang_chung", "Chưa nộp bổ sung: Mẫu bằng chứng xác định trúng thưởng hoặc mô tả chi tiết.")
    ]
    assert early.value("goods.customers") == "Không gồm nhân viên"
    assert early.value("note") == "Xin gửi"
    assert world.status(dossier_id) is Status.AWAITING_SUPPLEMENT

    proof = SimpleUploadedFile("mẫu.pdf", samples.pdf())
    kept = applicant.send(path, form | {"tai": "1", "paper-bang_chung": proof})
    assert kept.value("goods.customers") == "Không gồm nhân viên"
    done = applicant.send(path, kept.form() | {"nop": "1"})
    assert done.address == f"/ho-so/{dossier_id}/"
    info = world.info(dossier_id)
    assert info.status is Status.IN_PROGRESS
    assert info.answers["goods"]["customers"] == "Không gồm nhân viên"
    assert info.answers["goods"]["promoted"] == "Nước giải khát Sao Mai 330 ml"  # was not asked for


def test_a_bad_file_in_a_supplement_is_refused_beside_its_paper(world: World, applicant: Visitor) -> None:
    dossier_id = awaiting(world, Defect("bang_chung", "Chưa có"))
    bad = SimpleUploadedFile("a.pdf", b"")
    screen = applicant.send(f"/ho-so/{dossier_id}/bo-sung/", {"paper-bang_chung": bad, "nop": "1"})
    assert screen.status == 422
    assert screen.problems[0][0] == "#paper-bang_chung"
    assert world.status(dossier_id) is Status.AWAITING_SUPPLEMENT


def test_withdrawing_wants_a_reason(world: World, applicant: Visitor) -> None:
    dossier_id = world.received()
    path = f"/ho-so/{dossier_id}/rut/"
    screen = applicant.send(path, {"reason": "  "})
    assert (screen.status, screen.problems) == (422, [("#reason", "Nêu lý do rút hồ sơ")])
    assert world.status(dossier_id) is Status.RECEIVED
    assert applicant.send(path, {"reason": "Đổi kế hoạch"}).address == f"/ho-so/{dossier_id}/"
    assert world.status(dossier_id) is Status.WITHDRAWN
    after = applicant.see(f"/ho-so/{dossier_id}/")
    assert "Người nộp rút hồ sơ: Đổi kế hoạch" in after.text
    assert path not in after.links()
    assert applicant.send(path, {"reason": "Nữa"}).status == 302


def test_what_is_being_signed_is_not_withdrawn(world: World, applicant: Visitor) -> None:
    dossier_id = world.being_signed()
    screen = applicant.send(f"/ho-so/{dossier_id}/rut/", {"reason": "Đổi ý"})
    assert screen.status == 422
    assert screen.problems == [("", "Kết quả đang được ký số, không dừng hoặc rút hồ sơ được nữa.")]
    assert screen.value("reason") == "Đổi ý"
    assert world.status(dossier_id) is Status.IN_PROGRESS


@pytest.mark.parametrize("datum", ["9900000016", "024 0000 0001", "02400000001"])
def test_tracking_opens_by_code_and_second_datum(world: World, visitor: Visitor, datum: str) -> None:
    world.received()
    screen = visitor.send("/tra-cuu/", {"ma": f" {CODE.lower()} ", "thong_tin": datum})
    assert screen.status == 200
    assert "Được tiếp nhận" in screen.text
    assert "tiếp nhận 04/05/2026, 09:30" in screen.text
    assert "Sao Mai" not in screen.text
    assert screen.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({}, [("#ma", "Nhập mã hồ sơ"), ("#thong_tin", "Nhập mã số thuế, số định danh hoặc số điện thoại đã khai")]),
        ({"ma": CODE, "thong_tin": "9900000023"}, [("#ma", NOT_FOUND)]),
        ({"ma": "G02-260504-9999", "thong_tin": "9900000016"}, [("#ma", NOT_FOUND)]),
    ],
)
def test_tracking_says_the_same_for_a_wrong_code_and_a_wrong_datum(
    world: World, visitor: Visitor, given: dict[str, str], problems: list[tuple[str, str]]
) -> None:
    world.submitted()
    screen = visitor.send("/tra-cuu/", given)
    assert (screen.status, screen.problems) == (422, problems)
    assert screen.value("ma") == given.get("ma", "")
    assert screen.value("thong_tin") == ""


def test_guessing_is_throttled_and_a_right_one_does_not_wipe_it_out(world: World, visitor: Visitor) -> None:
    world.submitted()
    right, wrong = {"ma": CODE, "thong_tin": "9900000016"}, {"ma": CODE, "thong_tin": "0"}
    for guess in (wrong, wrong, wrong, wrong, right, wrong):
        assert visitor.send("/tra-cuu/", guess).status == (200 if guess is right else 422)
    assert visitor.send("/tra-cuu/", right).problems == [
        ("#ma", "Bạn đã tra cứu sai nhiều lần. Vui lòng thử lại sau 15 phút.")
    ]
    world.go("2026-05-04 09:46")
    assert visitor.send("/tra-cuu/", right).status == 200


def test_a_result_is_fetched_and_verified_by_anyone(world: World, applicant: Visitor, visitor: Visitor) -> None:
    dossier_id = world.signed()
    screen = applicant.see(f"/ho-so/{dossier_id}/")
    assert "Kết quả: Đồng ý cấp" in screen.text
    public = next(link for link in screen.links() if link.startswith("/kiem-tra/"))
    page = visitor.see(public)
    assert page.status == 200
    assert "Thật và còn hiệu lực" in page.text
    assert "Cấp cho Công ty TNHH Thương mại Sao Mai Mẫu" in page.text
    typed = public.removeprefix("/kiem-tra/").rstrip("/").lower()
    assert visitor.send("/kiem-tra/", {"ma": f" {typed[:4]}-{typed[4:]} "}).status == 302

    with acting_as(world.process) as by:
        result = results.get_for(by, queries.result_of(by, dossier_id) or 0, now=world.now)
        with files.open_content(result.digest) as content:
            original = content.read()
    own = visitor.send("/kiem-tra/", {"bang_tep": "1", "tep": SimpleUploadedFile("kq.pdf", original)})
    assert "Văn bản thật Tệp này là bản gốc do Bộ ban hành, chưa bị sửa đổi." in own.text
    assert result.number in own.text
    flipped = bytearray(original)
    flipped[len(flipped) // 3] ^= 1
    false = visitor.send("/kiem-tra/", {"bang_tep": "1", "tep": SimpleUploadedFile("kq.pdf", bytes(flipped))})
    assert "Không xác nhận là văn bản thật" in false.text
    assert "Văn bản thật Tệp" not in false.text
    assert result.number not in false.text


def test_a_refusal_is_shown_as_the_result_it_is(world: World, applicant: Visitor) -> None:
    screen = applicant.see(f"/ho-so/{world.signed(Outcome.REFUSED)}/")
    assert "Kết quả: Từ chối giải quyết" in screen.text
    assert "Tải kết quả (PDF)" in screen.text


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"ma": " - "}, ("#ma", "Nhập mã kiểm tra in trên văn bản")),
        ({"bang_tep": "1"}, ("#tep", "Chọn tệp PDF của kết quả")),
        ({"bang_tep": "1", "tep": b""}, ("#tep", "a.pdf: tệp rỗng, hãy chọn tệp khác")),
        (
            {"bang_tep": "1", "tep": b"0" * (20 * 1024 * 1024 + 1)},
            ("#tep", "a.pdf: tệp lớn hơn 20 MB, không phải kết quả do Bộ phát hành"),
        ),
    ],
)
def test_verifying_wants_a_code_or_a_file(
    visitor: Visitor, given: dict[str, str | bytes], problem: tuple[str, str]
) -> None:
    data = {k: SimpleUploadedFile("a.pdf", v) if isinstance(v, bytes) else v for k, v in given.items()}
    screen = visitor.send("/kiem-tra/", data)
    assert (screen.status, screen.problems) == (422, [problem])
    assert screen.title == "Lỗi: Kiểm tra kết quả – Bộ Công Thương"


@pytest.mark.parametrize("token", ["ABCDEFGHJKMN", "x", "%2e%2e", "a" * 500])
def test_an_unknown_code_is_not_found(visitor: Visitor, token: str) -> None:
    screen = visitor.see(f"/kiem-tra/{token}/")
    assert screen.status == 404
    assert "Không có kết quả nào ứng với mã hoặc tệp này." in screen.text


def test_no_address_holds_anything_personal(
    world: World, applicant: Visitor, signed_in: Callable[[str], Visitor]
) -> None:
    dossier_id = world.signed()
    for path in ("/", "/ho-so/", f"/ho-so/{dossier_id}/"):
        for link in applicant.see(path).links():
            assert "9900000016" not in link
            assert "0987654321" not in link
