"""Signing in, and what was typed when a session had ended."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.portal.visitor import FormValues, Visitor
from tests.support.world import World

HERE = "http://testserver"


def password(world: World, login: str) -> str:
    accounts = json.loads(Path(world.place.settings["VAR"], "demo/accounts.json").read_text("utf-8"))
    return str(next(a["password"] for a in accounts if a["login"] == login))


def credentials(world: World, **more: str) -> FormValues:
    return {"login": "doanhnghiep1", "password": password(world, "doanhnghiep1"), **more}


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({}, [("#login", "Nhập tên đăng nhập"), ("#password", "Nhập mật khẩu")]),
        ({"login": "congdan"}, [("#password", "Nhập mật khẩu")]),
        ({"login": "congdan", "password": "x"}, [("#login", "Tên đăng nhập hoặc mật khẩu không đúng.")]),
        ({"login": "không ai", "password": "x"}, [("#login", "Tên đăng nhập hoặc mật khẩu không đúng.")]),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    visitor: Visitor, given: FormValues, problems: list[tuple[str, str]]
) -> None:
    screen = visitor.send("/dang-nhap/", given)
    assert (screen.status, screen.problems) == (422, problems)
    assert screen.title == "Lỗi: Đăng nhập – Bộ Công Thương"
    assert screen.value("login") == given.get("login", "")
    assert screen.value("password") == ""
    assert "sessionid" not in visitor.client.cookies


@pytest.mark.parametrize(
    ("login", "asked", "onward"),
    [
        ("doanhnghiep1", "", "/ho-so/"),
        ("doanhnghiep1", "/ho-so/7/khai/trader/", "/ho-so/7/khai/trader/"),
        ("doanhnghiep1", "//elsewhere.example/", "/ho-so/"),
        ("doanhnghiep1", "https://elsewhere.example/", "/ho-so/"),
        ("motcua", "", "/nghiep-vu/"),
    ],
)
def test_one_goes_back_to_where_one_came_from_within_this_site(
    world: World, visitor: Visitor, login: str, asked: str, onward: str
) -> None:
    screen = visitor.send("/dang-nhap/", {"login": login, "password": password(world, login), "tiep": asked})
    assert (screen.status, screen.address) == (302, onward)
    assert visitor.see("/dang-nhap/").status == 302


def test_five_wrong_passwords_close_the_door_for_a_while(world: World, visitor: Visitor) -> None:
    for _ in range(5):
        visitor.send("/dang-nhap/", {"login": "doanhnghiep1", "password": "x"})
    assert visitor.send("/dang-nhap/", credentials(world)).problems == [
        ("#login", "Bạn đã nhập sai nhiều lần. Hãy thử lại sau 1 phút.")
    ]
    world.go("2026-05-04 09:31")
    assert visitor.send("/dang-nhap/", credentials(world)).status == 302


def test_signing_out_ends_it(applicant: Visitor) -> None:
    assert applicant.send("/dang-xuat/").address == "/"
    assert applicant.see("/ho-so/").status == 302


def test_a_page_posted_after_the_session_ended_is_sent_again_after_signing_in(world: World, applicant: Visitor) -> None:
    dossier_id = world.draft(complete=False)
    path = f"/ho-so/{dossier_id}/khai/trader/"
    form = applicant.see(path).form() | {"trader.address": "9 phố Mới, Hà Nội", "tiep": "1"}
    applicant.session_ends()
    before = world.info(dossier_id)

    asked = applicant.send(path, form)
    assert (asked.status, asked.heading) == (401, "Đăng nhập")
    assert "nội dung vừa nhập được giữ lại" in asked.text
    assert world.info(dossier_id) == before
    wrong = applicant.send("/dang-nhap/", asked.form("/dang-nhap/") | {"login": "doanhnghiep1", "password": "x"})
    assert wrong.status == 422

    back = applicant.send("/dang-nhap/", wrong.form("/dang-nhap/") | credentials(world))
    assert (back.status, back.heading) == (200, "Nội dung bạn vừa nhập vẫn còn")
    saved = applicant.send(path, back.form(path))
    assert saved.status == 422  # the contact's telephone is still missing: the page says so, and all is saved
    assert world.info(dossier_id).answers["trader"]["address"] == "9 phố Mới, Hà Nội"


def test_files_chosen_when_the_session_had_ended_must_be_chosen_again(world: World, applicant: Visitor) -> None:
    dossier_id = world.draft(complete=False)
    path = f"/ho-so/{dossier_id}/giay-to/"
    form = applicant.see(path).form() | {"tiep": "1"}
    applicant.session_ends()
    asked = applicant.send(path, form | {"paper-the_le": SimpleUploadedFile("a.pdf", b"%PDF-")})
    assert "Tệp đã chọn không giữ lại được" in asked.text
    back = applicant.send("/dang-nhap/", asked.form("/dang-nhap/") | credentials(world))
    assert "Hãy chọn lại tệp ở bước sau." in back.text
    again = applicant.send(path, back.form(path))
    assert (again.status, again.address) == (302, path)  # not on to the next step without the file


def test_someone_else_who_signs_in_cannot_send_it_on(
    world: World, applicant: Visitor, signed_in: Callable[[str], Visitor]
) -> None:
    dossier_id = world.draft(complete=False)
    path = f"/ho-so/{dossier_id}/khai/trader/"
    form = applicant.see(path).form()
    applicant.session_ends()
    applicant.send(path, form)
    before = world.info(dossier_id)
    assert signed_in("doanhnghiep2").send(path, form).status == 404
    assert world.info(dossier_id) == before


def test_a_page_from_before_signing_in_again_is_sent_once_more(world: World) -> None:
    """Two windows: one signed in again, so that the other's token is no longer good."""
    dossier_id = world.draft(complete=False)
    someone, path = Visitor(world, checks_csrf=True), f"/ho-so/{dossier_id}/khai/trader/"
    someone.enter("doanhnghiep1")
    form = someone.see(path).form() | {"trader.address": "9 phố Mới", "csrfmiddlewaretoken": "a" * 64}
    before = world.info(dossier_id)

    foreign = someone.send(path, form, origin="https://elsewhere.example")
    assert (foreign.status, foreign.heading) == (403, "Trang đã để quá lâu")
    nowhere = someone.send(path, form)
    assert (nowhere.status, nowhere.heading) == (403, "Trang đã để quá lâu")
    own = someone.send(path, form, origin=HERE)
    assert (own.status, own.heading) == (403, "Nội dung bạn vừa nhập vẫn còn")
    assert world.info(dossier_id) == before

    someone.send(path, own.form(path), origin=HERE)
    assert world.info(dossier_id).answers["trader"]["address"] == "9 phố Mới"
