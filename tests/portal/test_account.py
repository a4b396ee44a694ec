"""One's own account: two steps at the door, sessions, passwords, the authenticator."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from emoit.kernel.access import acting_as
from emoit.people import actions, queries
from emoit.people.actions.second_factor import code_at
from emoit.people.models import Session
from emoit.people.types import Role, SessionEnd
from tests.portal.visitor import Visitor
from tests.support.world import SPECIALIST, World

NEW = "mat-khau-moi-du-dai-2026"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"


def password(world: World, login: str) -> str:
    accounts = json.loads(Path(world.place.settings["VAR"], "demo/accounts.json").read_text("utf-8"))
    return str(next(a["password"] for a in accounts if a["login"] == login))


def enter(world: World, login: str, agent: str = CHROME) -> Visitor:
    """Someone who came in by the form."""
    someone = Visitor(world)
    someone.client.defaults["HTTP_USER_AGENT"] = agent
    assert someone.send("/dang-nhap/", {"login": login, "password": password(world, login)}).status == 302
    return someone


def step(world: World) -> int:
    return int(world.now.timestamp()) // 30


def enrolled(world: World, login: str) -> tuple[str, tuple[str, ...]]:
    """(secret, recovery codes) of an authenticator set up just now."""
    by = world.actor(login)
    secret = actions.begin_enrolment(by=by, now=world.now).secret
    codes = actions.confirm_enrolment(by=by, now=world.now, code=code_at(secret, step(world)))
    world.clock.shift(timedelta(minutes=5))
    return secret, codes


def test_setting_up_the_authenticator(world: World) -> None:
    me = enter(world, SPECIALIST)
    page = me.see("/tai-khoan/xac-thuc/")
    assert page.heading == "Bật ứng dụng xác thực"
    assert page.page.xpath("//img[@class='emoit-qr']/@src")[0].startswith("data:image/svg+xml")
    assert page.headers["Cache-Control"] == "private, no-store"
    secret = re.sub(r"\s", "", page.page.xpath("//details//strong")[0].text_content())
    wrong = me.send("/tai-khoan/xac-thuc/", {"code": "000000"})
    assert (wrong.status, wrong.problems[0][0]) == (422, "#code")
    before = me.client.cookies["sessionid"].value
    done = me.send("/tai-khoan/xac-thuc/", {"code": code_at(secret, step(world))})
    assert (done.status, done.heading) == (200, "Cất giữ mã dự phòng")
    assert len(done.page.xpath("//main//ol/li")) == 10
    assert me.client.cookies["sessionid"].value != before
    assert me.see("/tai-khoan/").status == 200
    assert "Đang bật, còn 10 mã dự phòng" in me.see("/tai-khoan/").text


def test_signing_in_takes_two_steps_then(world: World) -> None:
    secret, codes = enrolled(world, SPECIALIST)
    someone = Visitor(world)
    first = someone.send(
        "/dang-nhap/", {"login": SPECIALIST, "password": password(world, SPECIALIST), "tiep": "/nghiep-vu/ho-so/"}
    )
    assert (first.status, first.heading) == (200, "Nhập mã xác thực")
    assert someone.see("/nghiep-vu/").status == 302
    assert someone.see("/tai-khoan/").status == 302
    form = first.form("/dang-nhap/ma-xac-thuc/")
    assert someone.send("/dang-nhap/ma-xac-thuc/", form | {"code": ""}).beside("code") == "Lỗi: Nhập mã xác thực"
    assert someone.send("/dang-nhap/ma-xac-thuc/", form | {"code": "000000"}).status == 422
    done = someone.send("/dang-nhap/ma-xac-thuc/", form | {"code": code_at(secret, step(world))})
    assert (done.status, done.address) == (302, "/nghiep-vu/ho-so/")
    assert someone.see("/nghiep-vu/ho-so/").status == 200
    other = Visitor(world)
    other.send("/dang-nhap/", {"login": SPECIALIST, "password": password(world, SPECIALIST)})
    assert other.send("/dang-nhap/ma-xac-thuc/", {"code": codes[3]}).status == 302
    assert "còn 9 mã" in other.see("/nghiep-vu/").text
    assert "Đăng nhập thành công bằng mã dự phòng" in other.see("/tai-khoan/lich-su/").text


def test_the_second_step_waits_ten_minutes(world: World) -> None:
    secret, _ = enrolled(world, SPECIALIST)
    someone = Visitor(world)
    assert someone.see("/dang-nhap/ma-xac-thuc/").address == "/dang-nhap/"
    someone.send("/dang-nhap/", {"login": SPECIALIST, "password": password(world, SPECIALIST)})
    assert someone.see("/dang-nhap/ma-xac-thuc/").status == 200
    world.clock.shift(601)
    late = someone.send("/dang-nhap/ma-xac-thuc/", {"code": code_at(secret, step(world))})
    assert (late.status, late.address) == (302, "/dang-nhap/")


@pytest.mark.parametrize("grace", [0, 14])
def test_where_it_is_required_an_officer_sets_it_up_before_any_work(world: World, settings: Any, grace: int) -> None:
    settings.EMOIT_OFFICER_TOTP, settings.EMOIT_TOTP_GRACE_DAYS = "required", grace
    me, citizen = enter(world, SPECIALIST), enter(world, "congdan")
    assert citizen.see("/ho-so/").status == 200
    answer = me.see("/nghiep-vu/ho-so/?trang-thai=received")
    if grace:
        assert (answer.status, "Trước ngày 18/05/2026" in answer.text) == (200, True)
        assert "Trước ngày" not in me.see("/nghiep-vu/").text  # said once a session
        return
    assert answer.address == "/tai-khoan/xac-thuc/?tiep=%2Fnghiep-vu%2Fho-so%2F%3Ftrang-thai%3Dreceived"
    assert me.send("/nghiep-vu/hang-loat/nhan-viec/", {"chosen": "1:1"}).status == 302
    page = me.see(answer.address)
    secret = re.sub(r"\s", "", page.page.xpath("//details//strong")[0].text_content())
    done = me.send("/tai-khoan/xac-thuc/", page.form() | {"code": code_at(secret, step(world))})
    assert "/nghiep-vu/ho-so/?trang-thai=received" in done.links()
    assert me.see("/nghiep-vu/ho-so/").status == 200


def test_the_password_is_said_again_before_the_authenticator_changes(world: World) -> None:
    me = enter(world, "congdan")
    by = world.actor("congdan")
    secret = actions.begin_enrolment(by=by, now=world.now).secret
    me.send("/tai-khoan/xac-thuc/", {"code": code_at(secret, step(world))})
    for address in ("/tai-khoan/xac-thuc/", "/tai-khoan/xac-thuc/ma-du-phong/", "/tai-khoan/xac-thuc/tat/"):
        wrong = me.send(address, {"password": "sai"})
        assert (wrong.status, wrong.problems) == (422, [("#password", "Mật khẩu hiện tại không đúng.")])
    for _ in range(2):
        me.send("/tai-khoan/xac-thuc/tat/", {"password": "sai"})
    right = {"password": password(world, "congdan")}
    assert "15 phút" in me.send("/tai-khoan/xac-thuc/tat/", right).problems[0][1]
    world.clock.shift(901)
    assert me.send("/tai-khoan/xac-thuc/ma-du-phong/", right).heading == "Cất giữ mã dự phòng"
    assert me.send("/tai-khoan/xac-thuc/", right).heading == "Bật ứng dụng xác thực"
    assert me.send("/tai-khoan/xac-thuc/tat/", right).address == "/tai-khoan/"
    assert not queries.has_second_factor(by)


def test_one_sees_and_ends_ones_sessions(world: World) -> None:
    desk, phone = enter(world, "congdan"), enter(world, "congdan", IPHONE)
    page = desk.see("/tai-khoan/phien/")
    assert [w for w in ("Chrome trên Windows", "Safari trên iPhone", "127.0.0.1") if w in page.text] == [
        "Chrome trên Windows",
        "Safari trên iPhone",
        "127.0.0.1",
    ]
    with acting_as(world.process):
        of_phone = Session.objects.get(device="Safari trên iPhone")
    assert desk.send(f"/tai-khoan/phien/{of_phone.pk}/ket-thuc/").status == 302
    assert phone.see("/ho-so/").status == 302
    assert desk.see("/ho-so/").status == 200
    assert desk.send(f"/tai-khoan/phien/{of_phone.pk}/ket-thuc/").status == 404
    stranger = enter(world, "doanhnghiep1")
    with acting_as(world.process):
        of_desk = Session.objects.get(account=world.account_id("congdan"), ended_at=None)
    assert stranger.send(f"/tai-khoan/phien/{of_desk.pk}/ket-thuc/").status == 404
    others = [enter(world, "congdan", IPHONE) for _ in range(2)]
    assert desk.send("/tai-khoan/phien/ket-thuc-khac/").status == 302
    assert [o.see("/ho-so/").status for o in others] == [302, 302]
    assert "Đã kết thúc 2 phiên khác." in desk.see("/tai-khoan/phien/").text
    assert desk.send(f"/tai-khoan/phien/{of_desk.pk}/ket-thuc/").address == "/"
    assert desk.see("/ho-so/").status == 302


@pytest.mark.parametrize(("login", "minutes"), [(SPECIALIST, 30), ("congdan", 60)])
def test_an_idle_session_ends(world: World, login: str, minutes: int) -> None:
    me = enter(world, login)
    for _ in range(3):
        world.clock.shift(timedelta(minutes=minutes - 1))
        assert me.see("/tai-khoan/").status == 200
    world.clock.shift(timedelta(minutes=minutes))
    assert me.see("/tai-khoan/").status == 302
    with acting_as(world.process):
        assert Session.objects.get(account=world.account_id(login)).end == SessionEnd.IDLE


def test_no_session_outlives_half_a_day(world: World, settings: Any) -> None:
    settings.SESSION_COOKIE_AGE = 12 * 3600
    me = enter(world, "congdan")
    for _ in range(14):
        world.clock.shift(timedelta(minutes=50))
        assert me.see("/tai-khoan/").status == 200
    world.clock.shift(timedelta(minutes=20))
    assert me.see("/tai-khoan/").status == 302


def test_a_session_gets_a_new_key_when_ones_rights_change(world: World) -> None:
    me = enter(world, SPECIALIST)
    me.see("/nghiep-vu/")
    before = me.client.cookies["sessionid"].value
    actions.grant_role(
        by=world.process,
        now=world.now,
        account_id=world.account_id(SPECIALIST),
        unit_id=world.unit_id("G02.26"),
        role=Role.SPECIALIST,
        valid_from=world.now,
    )
    assert me.see("/nghiep-vu/").status == 200
    after = me.client.cookies["sessionid"].value
    assert after != before
    copy = Client()
    copy.cookies["sessionid"] = before
    assert copy.get("/nghiep-vu/").status_code == 302
    me.see("/nghiep-vu/")
    assert me.client.cookies["sessionid"].value == after


def test_changing_the_password(world: World) -> None:
    me, elsewhere = enter(world, "congdan"), enter(world, "congdan", IPHONE)
    old = password(world, "congdan")
    tries: list[tuple[dict[str, str], str]] = [
        ({}, "old"),
        ({"old": old, "password": NEW, "again": "khac"}, "again"),
        ({"old": old, "password": "ngan", "again": "ngan"}, "password"),
        ({"old": "sai", "password": NEW, "again": NEW}, "old"),
    ]
    for given, field in tries:
        answer = me.send("/tai-khoan/mat-khau/", given)
        assert (answer.status, answer.problems[0][0]) == (422, f"#{field}")
    assert elsewhere.see("/ho-so/").status == 200
    done = me.send("/tai-khoan/mat-khau/", {"old": old, "password": NEW, "again": NEW})
    assert (done.status, done.address) == (302, "/tai-khoan/")
    assert me.see("/tai-khoan/").status == 200
    assert elsewhere.see("/ho-so/").status == 302
    assert "Đổi mật khẩu" in me.see("/tai-khoan/lich-su/").text
    assert Visitor(world).send("/dang-nhap/", {"login": "congdan", "password": NEW}).status == 302


def test_a_link_sets_a_password_once(world: World) -> None:
    officer = enter(world, SPECIALIST)
    token = actions.issue_password_link(by=world.process, now=world.now, account_id=world.account_id(SPECIALIST))
    address = f"/tai-khoan/dat-mat-khau/{token}/"
    assert officer.see("/nghiep-vu/").status == 302
    someone = Visitor(world)
    assert someone.send("/dang-nhap/", {"login": SPECIALIST, "password": password(world, SPECIALIST)}).status == 422
    assert SPECIALIST in someone.see(address).text
    assert someone.send(address, {"password": "ngan", "again": "ngan"}).problems[0][0] == "#password"
    assert someone.send(address, {"password": NEW, "again": NEW + "x"}).problems[0][0] == "#again"
    assert someone.send(address, {"password": NEW, "again": NEW}).address == "/dang-nhap/"
    assert someone.send("/dang-nhap/", {"login": SPECIALIST, "password": NEW}).status == 302
    assert Visitor(world).see(address).status == 404
    fresh = actions.issue_password_link(by=world.process, now=world.now, account_id=world.account_id(SPECIALIST))
    world.clock.shift(timedelta(hours=72))
    assert Visitor(world).see(f"/tai-khoan/dat-mat-khau/{fresh}/").status == 404


def test_the_history_tells_of_failures(world: World, signed_in: Callable[[str], Visitor]) -> None:
    Visitor(world).send("/dang-nhap/", {"login": "congdan", "password": "sai"})
    enter(world, "doanhnghiep1")
    text = enter(world, "congdan").see("/tai-khoan/lich-su/").text
    assert "Nhập sai mật khẩu" in text
    assert text.count("Đăng nhập thành công") == 1
    assert timezone.localtime(world.now).strftime("%d/%m/%Y") in text
