"""An operator keeps partners: added, changed, paused; onlookers look; nobody else knows of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client

from emoit.exchange import actions, queries
from emoit.exchange.models import Gate, Outbound
from emoit.exchange.types import Format, Transport, Use, Window
from emoit.kernel.access import NotFound, acting_as, process
from tests.desk.partners import (
    ADMINISTRATOR,
    AUDITOR,
    PROFILE,
    TYPED,
    SignIn,
    admin,
    everything,
    facts,
    keys_here,
    made,
    partner,
    to,
    trust,
    verbs,
)
from tests.desk.test_screens import look
from tests.support.browser import open_browser, serve
from tests.support.partner import pem_of
from tests.support.world import SPECIALIST, World

__all__ = ["admin", "keys_here", "partner"]


def test_what_was_done_is_read_page_by_page(world: World, admin: Client, partner: str) -> None:
    """Fifty lines a page, the newest first, none twice and none left out; a page beyond the last says so."""
    with acting_as(world.actor(ADMINISTRATOR)) as by:
        for turn in range(60):
            actions.set_active(by=by, now=world.now, code=partner, active=turn % 2 == 1)
        entries, more = queries.partner_history(by, partner)
        older, last = queries.partner_history(by, partner, before=more)
    assert (len(entries), last) == (50, 0)
    numbers = [one.id for one in [*entries, *older]]
    assert numbers == sorted(set(numbers), reverse=True)
    assert len(numbers) == 61  # registered before
    first = admin.get(to("partner", partner)).content.decode()
    assert (f'href="?truoc={more}#nhat-ky"' in first, "Về đầu danh sách" in first) == (True, False)
    second = admin.get(to("partner", partner), {"truoc": more}).content.decode()
    assert ("Các dòng cũ hơn" in second, "Về đầu danh sách" in second) == (False, True)
    beyond = admin.get(to("partner", partner), {"truoc": numbers[-1]}).content.decode()
    assert ("Không còn dòng nào cũ hơn." in beyond, "Về đầu danh sách" in beyond) == (True, True)
    assert admin.get(to("partner", partner), {"truoc": "-1' or"}).content.decode().count("<tr") == first.count("<tr")


# -- the profile ------------------------------------------------------------------------------------------------------
def test_a_partner_is_added_as_typed(world: World, admin: Client) -> None:
    response = admin.post(to("partner-add"), TYPED)
    assert (response.status_code, response["Location"]) == (302, to("partner", "VN.G12"))
    assert facts(world).profile == PROFILE
    page = admin.get(to("partner", "VN.G12")).content.decode()
    for words in (
        PROFILE.name, PROFILE.address, "không quá 1.200 thông điệp mỗi phút",
        "thứ Bảy, Chủ nhật: 22:30 – 02:00 hôm sau", "Đang hoạt động", "Chưa có chứng thư số nào",
        "Đăng ký hệ thống kết nối",
    ):  # fmt: skip
        assert words in page
    assert "Thiếu" in admin.get(to("partners")).content.decode()


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"code": ""}, "code", "Ghi mã của hệ thống"),
        ({"code": "VN G12"}, "code", "Ghi mã của hệ thống"),
        ({"code": "a/../b"}, "code", "Ghi mã của hệ thống"),
        ({"code": "A" * 36}, "code", "Ghi mã của hệ thống"),
        ({"name": " "}, "name", "Ghi tên của hệ thống."),
        ({"name": "x" * 201}, "name", "Ghi không quá 200 ký tự."),
        ({"address": "lgsp.example.gov.vn"}, "address", "Ghi địa chỉ đầy đủ"),
        ({"address": "http://lgsp.example.gov.vn/"}, "address", "Ghi địa chỉ đầy đủ"),
        ({"address": "https://[lgsp/"}, "address", "Ghi địa chỉ đầy đủ"),
        ({"address": "https://an:khoa@lgsp.example.gov.vn/"}, "address", "Ghi địa chỉ đầy đủ"),
        ({"address": "https://lgsp.example.gov.vn:0x1/"}, "address", "Ghi địa chỉ đầy đủ"),
        ({"address": "https://a.vn/" + "x" * 300}, "address", "Ghi không quá 300 ký tự."),
        ({"transport": "ftp"}, "transport", "Chọn cách truyền."),
        ({"transport": "as4"}, "format", "Cách truyền này không dùng dạng thông điệp đã chọn."),
        ({"transport": "soap", "format": "json"}, "format", "Cách truyền này không dùng dạng thông điệp đã chọn."),
        ({"max_bytes": "15"}, "max_bytes", "không quá 14 MB"),
        ({"max_bytes": "0"}, "max_bytes", "trên 0"),
        ({"max_bytes": "nhiều"}, "max_bytes", "trên 0"),
        ({"rate_per_minute": "-1"}, "rate_per_minute", "từ 0 đến 100.000"),
        ({"rate_per_minute": ""}, "rate_per_minute", "từ 0 đến 100.000"),
        ({"max_attempts": "0"}, "max_attempts", "từ 1 đến 10.000"),
        ({"max_attempts": "1,5"}, "max_attempts", "từ 1 đến 10.000"),
        ({"give_up_after_hours": "10.001"}, "give_up_after_hours", "từ 1 đến 10.000"),
        ({"give_up_after_hours": "9" * 30}, "give_up_after_hours", "từ 1 đến 10.000"),
        ({"windows.0.days": []}, "windows-0-days", "Chọn ít nhất một ngày trong tuần."),
        ({"windows.0.days": ["7"]}, "windows-0-days", "Chọn ít nhất một ngày trong tuần."),
        ({"windows.0.from": "25:00"}, "windows-0-from", "Ghi giờ và phút"),
        ({"windows.0.to": "tối"}, "windows-0-to", "Ghi giờ và phút"),
        ({"windows.so": "21"}, "windows-20-days", "Ghi không quá 20 khoảng thời gian bảo trì."),
    ],
)  # fmt: skip
def test_what_is_typed_wrong_stands_beside_its_field(
    world: World, admin: Client, wrong: dict[str, Any], field: str, words: str
) -> None:
    before = everything(world)
    response = admin.post(to("partner-add"), TYPED | wrong)
    page = response.content.decode()
    assert response.status_code == 422
    problems = dict(response.context["problems"])
    assert words in problems[field]
    assert f'href="#{field}"' in page
    assert f'id="{field}"' in page
    assert page.count(words) >= 2  # in the summary and beside the field
    assert "<title>Lỗi:" in page
    assert everything(world) == before
    kept = {name: value for name, value in (TYPED | wrong).items() if isinstance(value, str) and name != "windows.so"}
    for name, value in kept.items():
        if name in {"transport", "format"}:
            assert f'<option value="{value}" selected' in page
        elif value.strip():
            assert f'name="{name}" value="{value}"' in page


def test_rows_of_windows_without_javascript(world: World, admin: Client) -> None:
    before = everything(world)
    more = admin.post(to("partner-add"), TYPED | {"dong": "windows:them"})
    assert more.status_code == 200
    assert more.content.decode().count("Khoảng bảo trì 2") >= 1
    assert 'name="windows.0.from" value="22h30"' in more.content.decode()
    fewer = admin.post(to("partner-add"), TYPED | {"dong": "windows:0:bo"}).content.decode()
    assert 'name="windows.so" value="0"' in fewer
    assert 'value="Trục liên thông của Bộ Tài chính"' in fewer
    assert everything(world) == before


def test_a_code_is_taken_once(world: World, admin: Client, partner: str) -> None:
    response = admin.post(to("partner-add"), TYPED)
    assert response.status_code == 422
    assert dict(response.context["problems"]) == {"code": "Mã hệ thống kết nối này đã có."}
    assert verbs(world) == ["exchange.register_partner"]


def test_a_change_tells_what_was(world: World, admin: Client, sign_in: SignIn, partner: str) -> None:
    form = admin.get(to("partner-change", partner))
    assert 'name="code"' not in form.content.decode()
    seen = form.context["seen"]
    changed = TYPED | {"transport": "soap", "format": "xml", "windows.so": "0", "max_attempts": "5", "seen": seen}
    assert admin.post(to("partner-change", partner), changed | {"code": "KHAC"}).status_code == 302
    profile = facts(world).profile
    assert (profile.code, profile.transport, profile.format) == ("VN.G12", Transport.SOAP, Format.XML)
    assert (profile.max_attempts, profile.windows) == (5, ())
    page = admin.get(to("partner", partner)).content.decode()
    for words in (
        "Sửa hệ thống kết nối", "số lần gửi: từ 20 thành 5", "cách truyền: từ HTTPS, thông điệp ký số thành SOAP 1.1",
        "thời gian bảo trì: từ thứ Bảy, Chủ nhật: 22:30 – 02:00 hôm sau thành không có",
    ):  # fmt: skip
        assert words in page
    trail = sign_in(AUDITOR).get("/nghiep-vu/nhat-ky/", {"loai": "partner", "so": partner}).content.decode()
    assert "Sửa hệ thống kết nối" in trail
    assert "số lần gửi: từ 20 thành 5" in trail
    stale = admin.post(to("partner-change", partner), changed | {"max_attempts": "9"})
    assert stale.status_code == 409
    assert 'name="max_attempts" value="9"' in stale.content.decode()
    assert facts(world).profile.max_attempts == 5
    again = changed | {"max_attempts": "9", "seen": stale.context["seen"]}
    assert admin.post(to("partner-change", partner), again).status_code == 302
    assert facts(world).profile.max_attempts == 9


def test_saving_what_is_already_so_leaves_no_trace(world: World, admin: Client, partner: str) -> None:
    assert admin.post(to("partner-change", partner), TYPED).status_code == 302
    assert verbs(world) == ["exchange.register_partner"]


@pytest.mark.parametrize("code", ["VN.G99", "..%2f", "%00", "a'--", "😀", "x" * 400])
def test_an_unknown_partner(admin: Client, partner: str, code: str) -> None:
    for name in ("partner", "partner-change", "partner-pause", "certificate-add"):
        for answer in (admin.get(to(name, code)), admin.post(to(name, code), TYPED)):
            assert answer.status_code in {400, 404}


# -- pause and resume -------------------------------------------------------------------------------------------------
def test_a_pause_says_what_happens_to_what_waits(world: World, admin: Client, partner: str) -> None:
    with acting_as(world.process):
        name = actions.send(by=world.process, now=world.now, partner=partner, kind="desk.test", payload=b"{}")
    asked = admin.get(to("partner-pause", partner)).content.decode()
    assert "1 thông điệp chờ gửi ở lại trong hàng chờ" in asked
    assert "Thông điệp cũ hơn 72 giờ" in asked
    assert facts(world).state.active
    assert admin.post(to("partner-pause", partner)).status_code == 302
    assert admin.post(to("partner-pause", partner)).status_code == 302  # a second press
    assert not facts(world).state.active
    with acting_as(world.process):
        assert Outbound.objects.get(message_id=name).state == "waiting"
    assert "Tạm dừng" in admin.get(to("partners")).content.decode()
    asked = admin.get(to("partner-resume", partner)).content.decode()
    assert "1 thông điệp chờ được gửi trong ít giây" in asked
    assert "Thiếu chứng thư số cho việc: Ký thông điệp." in asked
    assert admin.post(to("partner-resume", partner)).status_code == 302
    assert facts(world).state.active
    assert verbs(world) == ["exchange.register_partner", "exchange.stop", "exchange.resume"]


# -- who may ----------------------------------------------------------------------------------------------------------
def test_an_auditor_looks_and_decides_nothing(world: World, sign_in: SignIn, partner: str) -> None:
    fingerprint = trust(world)
    before, client = everything(world), sign_in(AUDITOR)
    for where in (to("partners"), to("keys"), to("partner", partner)):
        page = client.get(where)
        assert page.status_code == 200
        main = page.content.decode().partition("<main")[2]
        assert "govuk-button" not in main.partition("</main>")[0]
    for where in (
        to("partner-add"), to("key-new"), to("partner-change", partner), to("partner-pause", partner),
        to("partner-resume", partner), to("certificate-add", partner), to("certificate-retire", partner, fingerprint),
        to("key-retire", fingerprint),
    ):  # fmt: skip
        sent = TYPED | {"use": "sign", "pem": pem_of(made(world)), "viec": "dang-ky"}
        assert (client.get(where).status_code, client.post(where, sent).status_code) == (403, 403), where
    assert everything(world) == before


@pytest.mark.parametrize("login", [SPECIALIST, ""])
def test_nobody_else_knows_of_them(world: World, sign_in: SignIn, partner: str, login: str) -> None:
    before, client = everything(world), sign_in(login) if login else Client()
    for where in (to("partners"), to("keys"), to("partner", partner), to("partner-change", partner)):
        response = client.get(where)
        assert response.status_code == (403 if login else 302)
        assert "Bộ Tài chính" not in response.content.decode()
    for where in (to("partner-add"), to("partner-pause", partner)):
        assert client.post(where, TYPED).status_code == (403 if login else 302)
    assert everything(world) == before


def test_another_agency_sees_and_changes_nothing(world: World, partner: str) -> None:
    fingerprint = trust(world)
    other = process("test", world.agency_id + 1)
    before = everything(world)
    assert queries.partner_facts(other, now=world.now) == []
    assert queries.own_keys(other, now=world.now) == []
    assert queries.partner_history(other, partner) == ([], 0)
    with pytest.raises(NotFound):
        queries.partner(other, partner, now=world.now)
    for act in (
        lambda: actions.change_partner(by=other, now=world.now, profile=PROFILE),
        lambda: actions.set_active(by=other, now=world.now, code=partner, active=False),
        lambda: actions.add_certificate(by=other, now=world.now, code=partner, use=Use.SIGN, pem=pem_of(made(world))),
        lambda: actions.retire_certificate(by=other, now=world.now, fingerprint=fingerprint),
    ):
        with acting_as(other), pytest.raises(NotFound):
            act()
    assert everything(world) == before


# -- pictures ---------------------------------------------------------------------------------------------------------
LONG = "Hệ thống thông tin giải quyết thủ tục hành chính của Bộ Nông nghiệp và Môi trường, dùng chung cho các đơn vị"


@pytest.fixture
def many(committed_world: World) -> dict[str, str]:
    """One partner in each state, one with a long name, keys that end soon."""
    world = committed_world
    at, ever = world.now, Window(frozenset(range(7)), time(0), time(0))
    soon = {"since": at - timedelta(days=9), "until": at + timedelta(days=9)}
    with acting_as(world.process) as by:
        actions.make_key(by=by, now=at, days=20)
        for number, (name, more) in enumerate(
            {
                LONG: {},
                "Kho bạc Nhà nước": {},
                "Hải quan": {"windows": (ever,)},
                "Trục liên thông văn bản quốc gia": {"transport": Transport.AS4, "format": Format.AS4},
                "Cơ quan đang tạm dừng": {"transport": Transport.SOAP, "format": Format.XML},
            }.items(),
            start=1,
        ):
            own: dict[str, Any] = {"code": f"VN.G{number:02}", "name": name, "windows": ()}
            profile = replace(PROFILE, **(own | more))
            row = actions.register_partner(by=by, now=at, profile=profile)
            for times in (soon, {"until": at + timedelta(days=900)}):
                pem = pem_of(made(world, **times))
                fingerprint = actions.add_certificate(by=by, now=at, code=profile.code, use=Use.SIGN, pem=pem)
            if number == 1:
                actions.add_certificate(by=by, now=at, code=profile.code, use=Use.TLS, pem=pem)
            if number == 2:
                failed = {"trips": 1, "open_until": at + timedelta(minutes=5), "last_error": "timeout"}
                Gate.objects.filter(partner=row).update(last_failure_at=at, **failed)
        actions.set_active(by=by, now=at, code="VN.G05", active=False)
    return {"code": "VN.G01", "fingerprint": fingerprint}


@pytest.mark.journey
def test_the_screens(many: dict[str, str], committed_world: World) -> None:
    def where(name: str, *values: str) -> str:
        return to(name, *values).removeprefix("/nghiep-vu/")

    screens = {
        "partners": where("partners"),
        "partner": where("partner", "VN.G01"),
        "partner-broken": where("partner", "VN.G02"),
        "partner-change": where("partner-change", "VN.G03"),
        "partner-resume": where("partner-resume", "VN.G05"),
        "partner-retire": where("certificate-retire", "VN.G05", many["fingerprint"]),
        "keys": where("keys"),
        "key-new": where("key-new"),
    }
    with open_browser() as browser, serve() as address:
        look(browser, committed_world, address, ADMINISTRATOR, screens)
        look(
            browser, committed_world, address, ADMINISTRATOR, {"partner-en": where("partner", "VN.G01")}, language="en"
        )
