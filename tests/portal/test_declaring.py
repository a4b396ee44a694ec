"""The pages of a declaration: saved right or wrong, resumed where one stood, never overwritten in silence."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portal.visitor import Visitor
from tests.support.answers import answers
from tests.support.world import World


def given(world: World, dossier_id: int) -> dict[str, Any]:
    return world.info(dossier_id).answers


def test_wrong_answers_are_named_and_kept(world: World, applicant: Visitor) -> None:
    dossier_id = world.draft(complete=False)
    path = f"/ho-so/{dossier_id}/khai/trader/"
    screen = applicant.send(path, applicant.see(path).form() | {"trader.tax_code": "123", "tiep": "1"})
    assert screen.status == 422
    assert screen.title.startswith("Lỗi: Thương nhân thực hiện khuyến mại (bước 1/6) – Đăng ký hoạt động")
    assert screen.problems == [
        ("#f-trader-tax-code", "Mã số thuế không đúng: kiểm tra lại 10 chữ số (13 chữ số với đơn vị phụ thuộc)"),
        ("#f-contact-phone", "Nhập điện thoại của người liên hệ"),
        ("#f-contact-email", "Nhập thư điện tử của người liên hệ"),
    ]
    assert screen.beside("f-contact-phone") == "Lỗi: Nhập điện thoại của người liên hệ"
    assert screen.value("trader.tax_code") == "123"
    assert given(world, dossier_id)["trader"]["tax_code"] == "123"


def test_right_answers_lead_on_and_the_pages_follow_them(world: World, applicant: Visitor) -> None:
    dossier_id = world.draft(complete=False)
    first = f"/ho-so/{dossier_id}/khai/trader/"
    more = {"contact.phone": "0912345678", "contact.email": "a@example.com", "tiep": "1"}
    second = applicant.send(first, applicant.see(first).form() | more).address
    assert second == f"/ho-so/{dossier_id}/khai/programme/"
    assert "Bước 2/6" in applicant.see(second).text
    programme = {
        "programme.name": "Mùa hè",
        "programme.kind": "lucky",
        "programme.scope": "provinces",
        "programme.starts_on-day": "1",
        "programme.starts_on-month": "6",
        "programme.starts_on-year": "2026",
        "programme.ends_on-day": "30",
        "programme.ends_on-month": "6",
        "programme.ends_on-year": "2026",
    }
    screen = applicant.send(second, applicant.see(second).form() | programme | {"tiep": "1"})
    assert screen.address == f"/ho-so/{dossier_id}/khai/area/"
    assert "Bước 3/8" in applicant.see(screen.address).text
    assert given(world, dossier_id)["programme"]["ends_on"] == "2026-06-30"


def test_saving_for_later_keeps_an_unfinished_page_and_goes_on_there(world: World, applicant: Visitor) -> None:
    dossier_id = world.draft(complete=False)
    path = f"/ho-so/{dossier_id}/khai/trader/"
    screen = applicant.send(path, applicant.see(path).form() | {"contact.position": "Kế toán", "luu": "1"})
    assert (screen.status, screen.address) == (302, "/ho-so/")
    assert given(world, dossier_id)["contact"]["position"] == "Kế toán"
    assert "Bản nháp" in applicant.see("/ho-so/").text
    assert applicant.see(f"/ho-so/{dossier_id}/").address == path


@pytest.mark.parametrize(
    ("change", "step"),
    [
        ({}, "kiem-tra/"),
        ({"area": {"provinces": ["01"], "places": "x"}}, "khai/area/"),
        ({"commitments": {"truthful": True}}, "khai/commitments/"),
    ],
)
def test_a_draft_resumes_at_the_first_step_that_is_not_right(
    world: World, applicant: Visitor, change: dict[str, Any], step: str
) -> None:
    dossier_id = world.draft()
    world.answer(dossier_id, {**answers("2.000138"), **change})
    assert applicant.see(f"/ho-so/{dossier_id}/").address == f"/ho-so/{dossier_id}/{step}"


def test_rows_are_added_and_removed_without_losing_what_was_typed(world: World, applicant: Visitor) -> None:
    dossier_id = world.draft()
    path = f"/ho-so/{dossier_id}/khai/prizes/"
    more = applicant.send(
        path, applicant.see(path).form() | {"prizes.0.name": "Giải đặc biệt", "_repeat": "add:prizes"}
    )
    assert (more.status, more.problems) == (200, [])
    assert "Giải thưởng 3" in more.text
    assert more.value("prizes.0.name") == "Giải đặc biệt"
    less = applicant.send(path, more.form() | {"_repeat": "remove:prizes:2"})
    assert "Giải thưởng 3" not in less.text
    assert [p["name"] for p in given(world, dossier_id)["prizes"]] == ["Giải đặc biệt", "Giải khuyến khích"]


def test_two_windows_do_not_overwrite_each_other_in_silence(world: World, applicant: Visitor) -> None:
    dossier_id = world.draft()
    path = f"/ho-so/{dossier_id}/khai/goods/"
    one, two = applicant.see(path).form(), applicant.see(path).form()
    assert applicant.send(path, one | {"goods.promoted": "Của cửa sổ một", "luu": "1"}).status == 302
    before = world.info(dossier_id)

    screen = applicant.send(path, two | {"goods.promoted": "Của cửa sổ hai", "tiep": "1"})
    assert screen.status == 409
    assert screen.title.startswith("Lỗi: ")
    assert "Bản nháp vừa được lưu ở cửa sổ khác." in screen.text
    assert screen.value("goods.promoted") == "Của cửa sổ hai"
    assert world.info(dossier_id) == before

    assert applicant.send(path, screen.form() | {"tiep": "1"}).address == f"/ho-so/{dossier_id}/khai/prizes/"
    assert given(world, dossier_id)["goods"]["promoted"] == "Của cửa sổ hai"


def test_from_the_check_one_returns_to_the_check_or_to_what_the_change_calls_for(
    world: World, applicant: Visitor
) -> None:
    dossier_id = world.draft()
    path = f"/ho-so/{dossier_id}/khai/goods/?ve=kiem-tra"
    screen = applicant.see(path)
    assert screen.page.xpath("//a[@class='govuk-back-link']/@href") == [f"/ho-so/{dossier_id}/kiem-tra/"]
    assert applicant.send(path, screen.form() | {"tiep": "1"}).address == f"/ho-so/{dossier_id}/kiem-tra/"
    path = f"/ho-so/{dossier_id}/khai/programme/?ve=kiem-tra"
    form = applicant.see(path).form() | {"programme.kind": "other", "tiep": "1"}
    assert applicant.send(path, form).address == f"/ho-so/{dossier_id}/khai/other-form/"


def test_a_page_that_the_answers_do_not_call_for_leads_to_where_one_stands(world: World, applicant: Visitor) -> None:
    dossier_id = world.draft()
    assert applicant.see(f"/ho-so/{dossier_id}/khai/other-form/").address == f"/ho-so/{dossier_id}/"
    assert applicant.see(f"/ho-so/{dossier_id}/khai/nowhere/").status == 404


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "²"])
def test_a_version_made_up_breaks_nothing(world: World, applicant: Visitor, version: str) -> None:
    dossier_id = world.draft()
    path = f"/ho-so/{dossier_id}/khai/goods/"
    assert applicant.send(path, applicant.see(path).form() | {"version": version, "luu": "1"}).status == 302


def test_a_draft_is_thrown_away_only_after_asking(world: World, applicant: Visitor) -> None:
    dossier_id = world.draft()
    asked = applicant.see(f"/ho-so/{dossier_id}/xoa-nhap/")
    assert asked.heading == "Xóa bản nháp này?"
    assert "Nội dung đã khai và 2 tệp đã tải lên sẽ bị xóa" in asked.text
    assert applicant.send(f"/ho-so/{dossier_id}/xoa-nhap/").address == "/ho-so/"
    screen = applicant.see("/ho-so/")
    assert "Đã xóa bản nháp. " in screen.text
    assert "Bạn chưa có hồ sơ nào" in screen.text
    assert applicant.see(f"/ho-so/{dossier_id}/").status == 404


def test_what_has_been_submitted_cannot_be_edited_or_thrown_away(world: World, applicant: Visitor) -> None:
    dossier_id = world.submitted()
    before = world.info(dossier_id)
    for step in ("khai/goods/", "giay-to/", "xoa-nhap/"):
        screen = applicant.send(f"/ho-so/{dossier_id}/{step}", {"goods.promoted": "Khác", "luu": "1"})
        assert (screen.status, screen.address) == (302, f"/ho-so/{dossier_id}/")
    assert world.info(dossier_id) == before
