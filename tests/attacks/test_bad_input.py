"""The bad input that the platform promises to answer clearly, through HTTP: a sentence, and nothing changed."""

from __future__ import annotations

import html
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils.http import urlencode

from emoit.codes import queries as codes
from emoit.dossiers import actions
from emoit.kernel.access import acting_as
from emoit.people import actions as people
from emoit.people.types import Role
from tests.attacks.footprint import footprint
from tests.attacks.people import signed_in
from tests.files import samples
from tests.support.answers import answers
from tests.support.world import HEAD, LEADER, SPECIALIST, UNIT, World

Login = Callable[[str], Client]
OWNER = "doanhnghiep1"


def words(response: Any) -> str:
    return html.unescape(response.content.decode())


# -- procedures and answers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["9.999999", "2.000138'--", "..", "%00", "2.000138/../../x", "😀"])
def test_an_unknown_procedure(world: World, sign_in: Login, code: str) -> None:
    client, before = sign_in(OWNER), footprint(world)
    for response in (client.get(f"/thu-tuc/{code}/"), client.post(f"/thu-tuc/{code}/nop/")):
        assert response.status_code in {400, 404}
        assert "Không" in words(response) or "không" in words(response)
    assert footprint(world) == before


BROKEN = {
    ("trader", "tax_code"): "123",
    ("trader", "email"): "không phải thư",
    ("programme", "scope"): "hack",
    ("programme", "ends_on"): "2026-13-45",
    ("prize", "total_vnd"): "nhiều",
    ("contact", "name"): "",
}


def test_answers_that_break_the_schema_name_each_field(world: World, sign_in: Login) -> None:
    dossier_id = world.draft()
    given = answers("2.000138")
    for (page, name), value in BROKEN.items():
        given[page][name] = value
    world.answer(dossier_id, given)
    before = footprint(world)
    response = sign_in(OWNER).post(f"/ho-so/{dossier_id}/kiem-tra/", {"key": "k"})
    assert response.status_code == 422
    for page, name in BROKEN:
        assert f"#f-{page}-{name.replace('_', '-')}" in words(response), (page, name)
    assert footprint(world) == before


# -- papers -------------------------------------------------------------------------------------------------------------

PAPERS = [
    ("rỗng.pdf", "the_le", lambda: b"", "rỗng"),
    ("thể lệ.pdf", "the_le", lambda: b"MZ\x90\x00" + b"\0" * 500, "không đúng với đuôi"),
    ("thể lệ.exe", "the_le", lambda: b"MZ\x90\x00" + b"\0" * 500, "chỉ nhận"),
    ("lớn.pdf", "the_le", lambda: samples.pdf() + b"\0" * (21 * 1024 * 1024), "lớn hơn mức cho phép 20 MB"),
    ("khóa.pdf", "the_le", lambda: samples.pdf(password="x"), "mật khẩu"),
    ("bom.docx", "the_le", lambda: samples.docx(**{"word/media/x.bin": b"\0" * 300_000_000}), "bung ra quá lớn"),
    ("bom.png", "hinh_anh", samples.pixel_bomb, "80 triệu điểm ảnh"),
    ("hỏng.pdf", "the_le", lambda: b"%PDF-1.7\n" + b"x" * 2000, "Không đọc được tệp"),
]


@pytest.mark.parametrize(("name", "paper", "make", "told"), PAPERS, ids=[p[0] for p in PAPERS])
def test_a_bad_paper(world: World, sign_in: Login, name: str, paper: str, make: Callable[[], bytes], told: str) -> None:
    dossier_id = world.draft(complete=False)
    before = footprint(world)
    upload = SimpleUploadedFile(name, make(), "application/pdf")
    response = sign_in(OWNER).post(f"/ho-so/{dossier_id}/giay-to/", {f"paper-{paper}": upload, "tiep": ""})
    assert response.status_code in {422, 200}
    assert told in words(response) or "chỉ nhận" in words(response)
    assert name in words(response) or told == "rỗng"
    assert footprint(world) == before


def test_a_missing_paper(world: World, sign_in: Login) -> None:
    dossier_id = world.draft(complete=False)
    world.answer(dossier_id, answers("2.000138"))
    before = footprint(world)
    response = sign_in(OWNER).post(f"/ho-so/{dossier_id}/giay-to/", {"tiep": ""})
    assert response.status_code == 422
    assert "Thiếu giấy tờ" in words(response)
    response = sign_in(OWNER).post(f"/ho-so/{dossier_id}/kiem-tra/", {"key": "k"})
    assert response.status_code == 422
    assert "Thiếu giấy tờ" in words(response)
    assert footprint(world) == before


# -- the same thing at once ---------------------------------------------------------------------------------------------


def test_five_submissions_at_once_are_one_dossier(committed_world: World) -> None:
    dossier_id = committed_world.draft()
    client = signed_in(committed_world, OWNER)
    cookies, found = client.cookies, []
    barrier = threading.Barrier(5)

    def submit(n: int) -> None:
        browser = Client()
        browser.cookies = cookies
        barrier.wait()
        try:
            found.append(browser.post(f"/ho-so/{dossier_id}/kiem-tra/", {"key": f"k{n % 2}"})["Location"])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=submit, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [f"/ho-so/{dossier_id}/da-nop/"] * 5
    with acting_as(committed_world.process):
        from emoit.dossiers.models import Dossier, Timeline
        from emoit.kernel.models import AuditEntry

        assert Dossier.objects.exclude(code=None).count() == 1
        assert Timeline.objects.filter(dossier_id=dossier_id, verb="submit").count() == 1
        assert AuditEntry.objects.filter(verb="dossiers.submit").count() == 1
    assert committed_world.items(dossier_id) == ["intake"]


# -- verbs that do not fit ----------------------------------------------------------------------------------------------


def test_a_verb_that_the_state_forbids(world: World, sign_in: Login) -> None:
    dossier_id = world.submitted()
    item = world.item(dossier_id, "intake")
    world.on_item("motcua", actions.receive, dossier_id, "intake")
    before = footprint(world)
    posted = {"item": item.id, "version": item.version, "outcome": "receive"}
    response = sign_in("motcua").post(f"/nghiep-vu/ho-so/{dossier_id}/tiep-nhan/", posted)
    assert response.status_code == 409
    assert "đã được xử lý" in words(response)
    for path, data in (("khai/trader/", {"trader.name": "Khác"}), ("xoa-nhap/", {}), ("kiem-tra/", {"key": "z"})):
        assert sign_in(OWNER).post(f"/ho-so/{dossier_id}/{path}", data).status_code == 302
    upload = SimpleUploadedFile("a.pdf", samples.pdf())
    assert sign_in(OWNER).post(f"/ho-so/{dossier_id}/giay-to/", {"paper-the_le": upload}).status_code == 302
    assert footprint(world) == before


def test_an_expired_delegation(world: World, sign_in: Login) -> None:
    dossier_id = world.proposed()
    world.do(
        HEAD,
        people.delegate,
        principal_id=world.account_id(HEAD),
        delegate_id=world.account_id("xttm.chuyenvien2"),
        scope=[(world.unit_id(UNIT), Role.UNIT_HEAD)],
        valid_from=world.now,
        valid_to=world.at("2026-05-05 12:00"),
        reason="Đi công tác",
    )
    item = world.item(dossier_id, "approve")
    posted = {"item": item.id, "version": item.version, "outcome": "approve"}
    address = f"/nghiep-vu/ho-so/{dossier_id}/duyet/"
    assert sign_in("xttm.chuyenvien2").get(address, {"item": item.id}).status_code == 200
    world.go("2026-05-05 12:00")
    before = footprint(world)
    response = sign_in("xttm.chuyenvien2").post(address, posted)
    assert response.status_code == 403
    assert "không thuộc phần việc của bạn" in words(response)
    assert footprint(world) == before


def test_a_date_outside_the_calendars_years(world: World, sign_in: Login) -> None:
    dossier_id = world.submitted()
    with acting_as(world.process):
        last = codes.calendar_of(world.agency_id).last_year
    world.go(f"{last}-12-31 09:30")
    item, before = world.item(dossier_id, "intake"), footprint(world)
    posted = {"item": item.id, "version": item.version, "outcome": "receive"}
    response = sign_in("motcua").post(f"/nghiep-vu/ho-so/{dossier_id}/tiep-nhan/", posted)
    assert response.status_code == 422
    assert "lịch làm việc" in words(response).lower()
    assert footprint(world) == before


# -- requests that no form of ours sends --------------------------------------------------------------------------------


def test_without_the_forgery_token_nothing_is_done(world: World) -> None:
    dossier_id = world.draft()
    client, before = signed_in(world, OWNER, csrf=True), footprint(world)
    for origin in ("https://evil.example", "null", ""):
        response = client.post(
            f"/ho-so/{dossier_id}/kiem-tra/", {"key": "k"}, headers={"Origin": origin} if origin else {}
        )
        assert response.status_code == 403
    assert footprint(world) == before


AWAY = [
    "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
    "http:evil.example", "///evil.example", "https:///evil.example", "\t//evil.example", "/%09/evil.example/..//",
    "data:text/html,x",
]  # fmt: skip


@pytest.mark.parametrize("where", AWAY)
def test_sign_in_leads_nowhere_else(world: World, sign_in: Login, where: str) -> None:
    response = sign_in(OWNER).get("/dang-nhap/", {"tiep": where})
    if response.status_code == 302:
        target = response["Location"]
        assert target.startswith("/")
        assert not target.startswith(("//", "/\\"))
    page = words(Client().get("/dang-nhap/", {"tiep": where}))
    assert 'href="javascript' not in page
    # The language switch leads back to this very page, with what it was asked for.
    page = page.replace(f'name="next" value="/dang-nhap/?{urlencode({"tiep": where})}"', "")
    assert "evil.example" not in page or 'value="/%09/evil' in page


JUNK = [
    "",
    "0",
    "-1",
    "9" * 18,
    "9" * 40,
    "9" * 5000,
    "1e3",
    "0x10",
    "١٢",
    "1;drop table x",
    "[]",
    "null",
    "²",
    "../..",
    "None",
]
VERBS = [
    "tiep-nhan",
    "nhan-viec",
    "phan-cong",
    "tra-viec",
    "bo-sung",
    "trinh",
    "duyet",
    "ky",
    "gia-han",
    "dung",
    "thu-phi",
]


@pytest.mark.parametrize("verb", VERBS)
def test_junk_in_the_parameters_of_a_verb(world: World, sign_in: Login, verb: str) -> None:
    dossier_id = world.in_examination()
    clients = [sign_in(login) for login in (SPECIALIST, HEAD, LEADER)]
    before = footprint(world)
    for junk in JUNK:
        for client in clients:
            for asked in (
                {"item": junk, "version": junk},
                {"item": junk, "version": "1", "outcome": junk, "appearance": junk, "officer": junk, "defect": junk},
            ):
                address = f"/nghiep-vu/ho-so/{dossier_id}/{verb}/"
                assert client.get(address, asked).status_code in {200, 403, 404}, junk
                assert client.post(address, asked).status_code in {403, 404, 409, 422}, junk
    assert footprint(world) == before


LISTS = [
    "/ho-so/?sau={}", "/thu-tuc/?trang={}&tim={}", "/tra-cuu/?ma={}", "/nghiep-vu/?muc={}&buoc={}&trang={}",
    "/nghiep-vu/ho-so/?sau={}&trang-thai={}", "/nghiep-vu/so-theo-doi/?tu={}&den={}&trang={}", "/nghiep-vu/tim/?q={}",
    "/nghiep-vu/tim/nhanh/?q={}", "/nghiep-vu/lich/?nam={}&phien-ban={}", "/kiem-tra/{}/", "/nghiep-vu/lich/sua/?ngay={}&nam={}",
    "/nghiep-vu/so-theo-doi/pdf/?tu={}&den={}",
]  # fmt: skip


@pytest.mark.parametrize("address", LISTS)
def test_junk_in_the_addresses_of_lists(world: World, sign_in: Login, address: str) -> None:
    from urllib.parse import quote

    client = sign_in("quantri" if address.startswith("/nghiep-vu") else OWNER)
    marks = [
        "nan_1",
        "inf_1",
        "1e308_1",
        "9" * 17 + "_" + "9" * 40,
        "2026-05-04T00:00:00+00:00_1",
        "9999-12-31",
        "1_" + "9" * 4000,
    ]
    for junk in [*JUNK, *marks, "%", "_", "\\", "'", '"', "a" * 3000, "\u202e", "'; select pg_sleep(9); --", "{{7*7}}"]:
        status = client.get(address.replace("{}", quote(junk, safe=""))).status_code
        assert status in {200, 404, 409, 422}, (junk[:40], status)


def test_characters_that_no_text_holds(world: World, sign_in: Login) -> None:
    dossier_id = world.draft()
    client, before = sign_in(OWNER), footprint(world)
    for response in (
        client.post(f"/ho-so/{dossier_id}/khai/trader/", {"trader.name": "a\0b"}),
        client.post(f"/ho-so/{dossier_id}/khai/trader/", {"trader.name\0": "x"}),
        client.get("/thu-tuc/", {"tim": "a\0b"}),
        client.get("/thu-tuc/%00/"),
        client.get("/ho-so/", {"sau": "\x1b[2J"}),
        Client().post("/tra-cuu/", {"ma": "\0", "thong_tin": "\0"}),
        Client().post("/dang-nhap/", {"login": "a\0", "password": "b\0"}),
        Client().post("/kiem-tra/", {"ma": "\0"}),
    ):
        assert response.status_code == 400
        assert "ký tự điều khiển" in words(response)
    assert footprint(world) == before


def test_far_too_much(world: World, sign_in: Login) -> None:
    dossier_id = world.draft()
    client, before = sign_in(OWNER), footprint(world)
    address = f"/ho-so/{dossier_id}/khai/trader/"
    huge = client.post(address, {"trader.name": "x" * 3_000_000}, content_type="application/x-www-form-urlencoded")
    fields = client.post(address, {f"f{n}": "x" for n in range(10_000)})
    upload = Client().post(
        "/kiem-tra/", {"tep": SimpleUploadedFile("a.pdf", b"%PDF-" + b"x" * 25 * 1024 * 1024), "bang_tep": ""}
    )
    claims = client.post(address, {"trader.name": "x"}, CONTENT_LENGTH=str(10**12))
    assert "quá nhiều mục" in words(fields)
    for response in (huge, upload, claims):
        assert "lớn hơn mức hệ thống nhận" in words(response)
    assert [r.status_code for r in (huge, fields, upload, claims)] == [413] * 4
    assert footprint(world) == before


KEPT = ["[" * 100_000, '[["a", "\\ud800"]]', "{}", "1", '"ab"', "[[1]]", '[["a","b","c"]]', "null", '[[{"a":1},[2]]]']


@pytest.mark.parametrize("kept", KEPT, ids=range(len(KEPT)))
def test_what_was_kept_over_signing_in_cannot_break_it(world: World, kept: str) -> None:
    with acting_as(world.process):
        people.reset_password(
            by=world.process, now=world.now, account_id=world.account_id(OWNER), new="mot-mat-khau-kha-dai"
        )
    posted = {"login": OWNER, "password": "mot-mat-khau-kha-dai", "tiep": "/ho-so/", "giu": kept}
    assert Client().post("/dang-nhap/", posted).status_code in {200, 302}
