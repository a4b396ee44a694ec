"""The calendar's screens: read by all, edited by administrators, published after a preview."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.test import Client

from emoit.codes import queries as codes
from emoit.dossiers.models import Dossier
from emoit.kernel.access import acting_as
from tests.support.world import HEAD, World

ADMINISTRATOR = "quantri"
Login = Callable[[str], Client]
ROW = {
    "day": "2026-06-15",
    "kind": "public_holiday",
    "name": "Ngày nghỉ thử",
    "status": "official",
    "source": "Quyết định 1/QĐ-TTg",
    "swap_with": "",
}
WHERE = "/nghiep-vu/lich/sua/"


def versions(world: World) -> list[int]:
    with acting_as(world.process):
        return [v.version for v in codes.calendar_versions(world.agency_id)]


def days(world: World) -> dict[date, str]:
    with acting_as(world.process):
        newest = codes.calendar_versions(world.agency_id)[0]
        return {d.day: d.name for d in codes.days_of(newest.id)}


def test_everyone_reads_only_administrators_edit(world: World, sign_in: Login) -> None:
    head, administrator = sign_in(HEAD), sign_in(ADMINISTRATOR)
    page = head.get("/nghiep-vu/lich/?nam=2026").content.decode()
    assert "30/04/2026" in page
    assert "Sửa lịch" not in page
    assert "Sửa lịch" in administrator.get("/nghiep-vu/lich/").content.decode()
    assert head.get("/nghiep-vu/lich/?nam=1").status_code == 200
    assert head.get("/nghiep-vu/lich/?phien-ban=77&nam=abc").status_code == 200
    before = versions(world)
    assert head.post(WHERE, {**ROW, "note": "x", "cong-bo": "1", "version": before[0]}).status_code == 403
    assert versions(world) == before


def test_preview_then_publish(world: World, sign_in: Login) -> None:
    client, before = sign_in(ADMINISTRATOR), versions(world)
    posted = {**ROW, "note": "Bổ sung ngày nghỉ", "version": before[0]}
    preview = client.post(WHERE, {**posted, "xem": "1"})
    assert "Thay đổi sẽ công bố" in preview.content.decode()
    assert [d.entry.day for d in preview.context["added"]] == [date(2026, 6, 15)]
    assert versions(world) == before
    assert client.post(WHERE, {**posted, "sua": "1"}).context["rows"][0][1]["name"] == "Ngày nghỉ thử"
    answer = client.post(WHERE, {**posted, "cong-bo": "1"})
    assert (answer.status_code, answer["Location"]) == (302, "/nghiep-vu/lich/")
    assert versions(world) == [before[0] + 1, *before]
    assert days(world)[date(2026, 6, 15)] == "Ngày nghỉ thử"
    page = client.get("/nghiep-vu/lich/").content.decode()
    assert "Bổ sung ngày nghỉ" in page
    assert "Trịnh Công Sơn Hải" in page


def test_the_preview_lists_every_dossier_that_moves(world: World, sign_in: Login) -> None:
    client, dossier_id = sign_in(ADMINISTRATOR), world.in_examination()
    code, before = world.info(dossier_id).code, versions(world)
    near = {**ROW, "day": "2026-05-07", "note": "Nghỉ thêm", "version": before[0]}
    page = client.post(WHERE, {**near, "xem": "1"}).content.decode()
    for words in (code, "09:30 ngày 11/05/2026", "09:30 ngày 12/05/2026", '<strong class="emoit-number">1</strong>'):
        assert words in page
    answer = client.post(WHERE, {**near, "danh-sach": "1"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    header, line = answer.content.decode("utf-8-sig").splitlines()
    assert header == "Mã hồ sơ,Thủ tục,Người nộp,Hẹn trả cũ,Hẹn trả mới"
    assert line.startswith(f"{code},")
    assert line.endswith(",09:30 ngày 11/05/2026,09:30 ngày 12/05/2026")
    assert versions(world) == before
    page = client.post(WHERE, {**ROW, "note": "x", "version": before[0], "xem": "1"}).content.decode()
    assert "Không hồ sơ nào đang giải quyết đổi hạn." in page


def test_a_name_is_no_formula(world: World, sign_in: Login) -> None:
    dossier_id = world.in_examination()
    with acting_as(world.process):
        Dossier.objects.filter(pk=dossier_id).update(holder_name='=HYPERLINK("http://x")')
    answer = sign_in(ADMINISTRATOR).post(WHERE, {**ROW, "day": "2026-05-07", "danh-sach": "1"})
    assert '"\'=HYPERLINK(""http://x"")"' in answer.content.decode()


def test_changing_and_removing(world: World, sign_in: Login) -> None:
    client = sign_in(ADMINISTRATOR)
    client.post(WHERE, {**ROW, "note": "Thêm", "version": versions(world)[0], "cong-bo": "1"})
    first = client.get(WHERE, {"ngay": "2026-06-15"}).context["rows"][0][1]
    assert first["name"] == "Ngày nghỉ thử"
    changed = client.post(WHERE, {**first, "name": "Tên mới", "note": "Đổi tên", "xem": "1"})
    assert [(a.entry.name, b.entry.name) for a, b in changed.context["changed"]] == [("Ngày nghỉ thử", "Tên mới")]
    posted = {"removed": ["2026-06-15"], "note": "Bỏ", "version": versions(world)[0]}
    assert [d.entry.name for d in client.post(WHERE, {**posted, "xem": "1"}).context["taken_out"]] == ["Ngày nghỉ thử"]
    assert client.post(WHERE, {**posted, "cong-bo": "1"}).status_code == 302
    assert date(2026, 6, 15) not in days(world)


def test_what_is_wrong_is_named_at_its_row(world: World, sign_in: Login) -> None:
    client, before = sign_in(ADMINISTRATOR), versions(world)
    for wrong, words in (
        ({"day": "ngày mai"}, "Dòng 1: nhập ngày đúng"),
        ({"kind": "x"}, "Dòng 1: chọn loại ngày"),
        ({"status": ""}, "Dòng 1: chọn tình trạng xác nhận"),
        ({"swap_with": "x"}, "Dòng 1: nhập đúng ngày hoán đổi"),
        ({"source": ""}, "chưa ghi căn cứ"),
        ({"kind": "swapped_day_off"}, "chưa ghi hoán đổi với ngày nào"),
        ({"day": "2026-06-14", "kind": "compensatory_day"}, "vốn là ngày nghỉ hằng tuần"),
        ({"day": "2090-06-15"}, "thiếu ngày nghỉ"),
    ):
        answer = client.post(WHERE, {**ROW, **wrong, "note": "x", "version": before[0], "cong-bo": "1"})
        page = answer.content.decode()
        assert (answer.status_code, words in page) == (422, True), wrong
        assert 'value="Ngày nghỉ thử"' in page
    assert client.post(WHERE, {"note": "x", "version": before[0], "cong-bo": "1"}).status_code == 422
    no_reason = client.post(WHERE, {**ROW, "note": " ", "version": before[0], "cong-bo": "1"})
    assert (no_reason.status_code, "Cần ghi lý do" in no_reason.content.decode()) == (422, True)
    assert versions(world) == before


def test_a_version_published_meanwhile_is_not_overwritten(world: World, sign_in: Login) -> None:
    client, before = sign_in(ADMINISTRATOR), versions(world)
    posted = {**ROW, "note": "Của tôi", "version": before[0], "cong-bo": "1"}
    client.post(WHERE, {**posted, "day": "2026-06-16"})
    answer = client.post(WHERE, posted)
    page = answer.content.decode()
    assert (answer.status_code, "Vừa có phiên bản lịch mới" in page, "Của tôi" in page) == (409, True, True)
    assert versions(world) == [before[0] + 1, *before]
    assert client.post(WHERE, {**posted, "version": before[0] + 1}).status_code == 302


def test_more_rows_keep_what_was_typed(world: World, sign_in: Login) -> None:
    rows = sign_in(ADMINISTRATOR).post(WHERE, {**ROW, "note": "x", "them": "1"}).context["rows"]
    assert [row["name"] for _, row, _ in rows] == ["Ngày nghỉ thử", "", ""]
