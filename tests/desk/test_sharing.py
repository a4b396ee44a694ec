"""Administrators keep systems and keys and propose grants; another person approves; everybody else stays outside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from emoit.kernel import audit
from emoit.kernel.access import acting_as
from emoit.sharing import actions, answering, queries
from emoit.sharing.calls import Call
from emoit.sharing.types import Caller, GrantState
from tests.desk.test_screens import look
from tests.sharing.asker import ready, refused
from tests.support.browser import open_browser, serve
from tests.support.world import LEADER, SPECIALIST, World

ADMINISTRATOR, AUDITOR = "quantri", "kiemtra"
SignIn = Callable[[str], Client]
SYSTEM = {"code": "vn.g01", "name": "Cục  Thử nghiệm", "contact": "Ông An", "email": "an@coquan.gov.vn"}
ASKED = {
    "fields": ["number", "state"],
    "purpose": "customs",
    "first_day": "01/05/2026",
    "last_day": "31/12/2026",
    "per_minute": "60",
    "per_day": "1000",
    "procedures": "2.000138, 2.000139",
    "note": "Công văn 12",
}


def register(client: Client) -> Any:
    return client.post(reverse("desk:sharing-add"), SYSTEM)


def propose(client: Client, **changed: Any) -> Any:
    where = reverse("desk:sharing-propose", args=["VN.G01", "results.look-up", "v1"])
    return client.post(where, ASKED | changed)


def grants(world: World) -> list[Any]:
    return queries.grants(world.process, "VN.G01")


def page(client: Client, name: str, *values: Any) -> str:
    return str(client.get(reverse(name, args=values)).content.decode())


def test_a_grant_from_its_proposal_to_its_end(world: World, sign_in: SignIn) -> None:
    administrator = sign_in(ADMINISTRATOR)
    assert register(administrator).status_code == 302
    assert propose(administrator).status_code == 302
    (grant,) = grants(world)
    assert (grant.state, grant.fields, grant.procedures) == (
        GrantState.PROPOSED,
        ("number", "state"),
        ("2.000138", "2.000139"),
    )
    where = reverse("desk:sharing-grant", args=[grant.id])
    assert 'value="duyet"' not in page(administrator, "desk:sharing-grant", grant.id)
    own = administrator.post(where, {"viec": "duyet"})
    assert own.status_code == 422
    assert "Người đề nghị không được tự duyệt" in own.content.decode()
    assert grants(world)[0].state is GrantState.PROPOSED

    leader = sign_in(LEADER)
    assert "Tra cứu giấy phép, kết quả" in page(leader, "desk:sharing")
    assert leader.post(where, {"viec": "duyet"}).status_code == 302
    (grant,) = grants(world)
    assert (grant.state, grant.decided_by) == (GrantState.GRANTED, world.account_id(LEADER))
    without = leader.post(where, {"viec": "thu-hoi", "reason": " "})
    assert without.status_code == 422
    assert "Hãy ghi lý do." in without.content.decode()
    assert leader.post(where, {"viec": "thu-hoi", "reason": "Hết nhu cầu"}).status_code == 302
    assert grants(world)[0].state is GrantState.REVOKED
    assert leader.post(where, {"viec": "duyet"}).status_code == 422
    with acting_as(world.process):
        entries = audit.entries(world.process, verbs=["sharing.propose", "sharing.approve", "sharing.revoke_grant"])
    assert [entry.verb for entry in entries] == ["sharing.revoke_grant", "sharing.approve", "sharing.propose"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"fields": []}, "Chọn ít nhất một trường dữ liệu"),
        ({"fields": ["secret"]}, "Có trường không thuộc dịch vụ này"),
        ({"purpose": "curiosity"}, "Chọn mục đích có căn cứ pháp lý"),
        ({"first_day": "x"}, "Nhập ngày đúng, ví dụ 01/05/2026"),
        ({"last_day": "30/04/2026"}, "Ngày cuối phải sau ngày đầu và không quá năm năm"),
        ({"last_day": "01/05/2036"}, "Ngày cuối phải sau ngày đầu và không quá năm năm"),
        ({"procedures": "2.000138 " + "9" * 61}, "không phải mã thủ tục"),
        ({"procedures": "tất cả"}, "«cả» không phải mã thủ tục"),
        ({"procedures": " , "}, "«,» không phải mã thủ tục"),
        ({"per_minute": "0"}, "Nhập số lượt trong một phút, từ 1 trở lên"),
        ({"per_day": "nhiều"}, "Nhập số lượt trong một ngày, từ 1 trở lên"),
    ],
)
def test_a_wrong_proposal_is_told_beside_its_field(
    world: World, sign_in: SignIn, changed: dict[str, Any], words: str
) -> None:
    client = sign_in(ADMINISTRATOR)
    register(client)
    response = propose(client, **changed)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert grants(world) == []


def test_keys_are_given_out_rotated_and_revoked(world: World, sign_in: SignIn) -> None:
    client = sign_in(ADMINISTRATOR)
    register(client)
    where = reverse("desk:sharing-consumer", args=["VN.G01"])
    made = client.post(where, {"viec": "cap-mat-khau"})
    assert made.status_code == 201
    assert "no-store" in made["Cache-Control"]
    (secret,) = re.findall(r"emoit_cs_[\w-]{43}", made.content.decode())
    assert secret not in page(client, "desk:sharing-consumer", "VN.G01")
    assert client.post(where, {"viec": "doi-mat-khau"}).status_code == 201
    older = queries.credentials(world.process, "VN.G01")[1]
    assert (older.expires_at - world.now).days == 14
    ending = reverse("desk:sharing-revoke-credential", args=["VN.G01", older.id])
    assert "Hệ thống còn 1 khóa khác dùng được" in client.get(ending).content.decode()
    assert [one.is_good(world.now) for one in queries.credentials(world.process, "VN.G01")] == [True, True]
    assert client.post(ending).status_code == 302
    assert [one.is_good(world.now) for one in queries.credentials(world.process, "VN.G01")] == [True, False]
    wrong = client.post(where, {"viec": "them-khoa", "key": "không phải khóa"})
    assert wrong.status_code == 422
    assert "Không đọc được khóa công khai" in wrong.content.decode()
    assert "Khóa này không còn dùng được rồi." in client.get(ending, follow=True).content.decode()
    assert client.get(reverse("desk:sharing-revoke-credential", args=["VN.G01", 0])).status_code == 404
    last = queries.credentials(world.process, "VN.G01")[0]
    assert "Đây là khóa cuối cùng" in page(client, "desk:sharing-revoke-credential", "VN.G01", last.id)


def test_one_click_neither_suspends_nor_revokes(world: World, sign_in: SignIn) -> None:
    """The page says what stops at once; the system works on until it is confirmed."""
    asker = ready(world)
    for _ in range(3):
        assert asker.look_up().status_code == 200
    client = sign_in(ADMINISTRATOR)
    where = reverse("desk:sharing-consumer", args=["VN.G01"])
    (credential,) = queries.credentials(world.process, "VN.G01")
    for old in ({"viec": "tam-ngung"}, {"viec": "thu-hoi-khoa", "so": credential.id}):
        assert client.post(where, old).status_code == 422
    for name, values in (("sharing-suspend", ["VN.G01"]), ("sharing-revoke-credential", ["VN.G01", credential.id])):
        told = page(client, f"desk:{name}", *values)
        assert "3 lượt gọi đã được trả lời trong 24 giờ qua" in told
        assert "1 thẻ truy cập đang còn hạn" in told
    assert asker.look_up().status_code == 200
    suspend = reverse("desk:sharing-suspend", args=["VN.G01"])
    assert client.post(suspend).status_code == 302
    refused(asker.look_up(), 403, "suspended")
    assert "đang tạm ngừng rồi" in client.get(suspend, follow=True).content.decode()
    assert client.post(where, {"viec": "dung-lai"}).status_code == 302
    assert asker.look_up().status_code == 200
    assert client.post(reverse("desk:sharing-revoke-credential", args=["VN.G01", credential.id])).status_code == 302
    refused(asker.look_up(), 401, "bad_token")


def test_calls_are_counted_for_a_day_back_and_no_further(world: World, sign_in: SignIn) -> None:
    asker = ready(world)
    asker.look_up()
    world.clock.move_to(world.now + timedelta(hours=24, minutes=1))
    client = sign_in(ADMINISTRATOR)
    told = page(client, "desk:sharing-suspend", "VN.G01")
    assert "Không có lượt gọi nào được trả lời trong 24 giờ qua" in told
    assert "Không có thẻ truy cập nào đang còn hạn" in told


def test_a_code_is_taken_once(world: World, sign_in: SignIn) -> None:
    client = sign_in(ADMINISTRATOR)
    register(client)
    response = register(client)
    assert response.status_code == 422
    assert "Mã này đã dùng cho hệ thống khác" in response.content.decode()
    assert [one.name for one in queries.consumers(world.process)] == ["Cục Thử nghiệm"]


def refuse_one(world: World) -> None:
    found = queries.consumer(world.process, "VN.G01")
    caller = Caller(found.id, found.code, world.process.agency_id, False, None)
    service = queries.service("results.look-up", "v1")
    answering.count_refusal(Call(service, caller, "customs", 0, world.now))


def test_the_statement(world: World, sign_in: SignIn) -> None:
    client = sign_in(AUDITOR)
    register(sign_in(ADMINISTRATOR))
    refuse_one(world)
    shown = client.get(reverse("desk:sharing-statement", args=["VN.G01"]), {"thang": "2026-05"})
    assert "1 lượt gọi, 1 bị từ chối, thành tiền 0\xa0đ" in shown.content.decode()
    table = client.get("/nghiep-vu/chia-se/he-thong/VN.G01/bang-ke/csv/?thang=2026-05")
    assert table.content.decode("utf-8-sig").splitlines() == [
        "Dịch vụ,Ngày,Số lượt gọi,Bị từ chối hoặc lỗi,Byte gửi,Đơn giá (đồng),Thành tiền (đồng)",
        "results.look-up/v1,2026-05-04,1,1,0,0,0",
    ]
    empty = client.get(reverse("desk:sharing-statement", args=["VN.G01"]), {"thang": "2026-01"})
    assert "Không có lượt gọi nào" in empty.content.decode()


@pytest.mark.parametrize(("login", "status"), [(SPECIALIST, 403), (AUDITOR, 200)])
def test_onlookers_only_look(world: World, sign_in: SignIn, login: str, status: int) -> None:
    register(sign_in(ADMINISTRATOR))
    client = sign_in(login)
    assert client.get(reverse("desk:sharing")).status_code == status
    assert client.get(reverse("desk:sharing-consumer", args=["VN.G01"])).status_code == status
    assert client.get(reverse("desk:sharing-add")).status_code == 403
    for name, more in (("sharing-suspend", []), ("sharing-revoke-credential", [1])):
        assert client.get(reverse(f"desk:{name}", args=["VN.G01", *more])).status_code == 403
        assert client.post(reverse(f"desk:{name}", args=["VN.G01", *more])).status_code == 403
    for verb in ("cap-mat-khau", "doi-mat-khau", "them-khoa", "dung-lai", "?"):
        where = reverse("desk:sharing-consumer", args=["VN.G01"])
        assert client.post(where, {"viec": verb, "key": "x"}).status_code == 403
    assert propose(client).status_code == 403
    assert queries.credentials(world.process, "VN.G01") == []


@pytest.fixture
def kept(committed_world: World) -> World:
    world = committed_world
    world.do(ADMINISTRATOR, actions.register_consumer, code="VN.G01", name="Hệ thống quản lý thị trường tỉnh")
    world.do(ADMINISTRATOR, actions.add_secret, code="VN.G01")
    for purpose in ("customs", "procedure"):
        made = world.do(
            ADMINISTRATOR,
            actions.propose,
            code="VN.G01",
            service="results.look-up",
            version="v1",
            purpose=purpose,
            fields=["number", "state", "valid", "holder_name"],
            first_day=world.now.date(),
            last_day=world.now.date(),
            per_minute=120_000,
            per_day=10_000_000,
            note="Công văn số 12",
        )
    world.do(LEADER, actions.approve, grant_id=made.id)
    refuse_one(world)
    return world


@pytest.fixture
def browser(kept: World) -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.mark.journey
def test_the_screens(kept: World, browser: Browser, settings: Any) -> None:
    first, second = sorted(one.id for one in grants(kept))
    (credential,) = queries.credentials(kept.process, "VN.G01")
    pages = {
        "sharing": "chia-se/",
        "sharing-add": "chia-se/dang-ky/",
        "sharing-consumer": "chia-se/he-thong/VN.G01/",
        "sharing-propose": "chia-se/he-thong/VN.G01/de-nghi/results.look-up/v1/",
        "sharing-proposed": f"chia-se/quyen/{first}/",
        "sharing-granted": f"chia-se/quyen/{second}/",
        "sharing-suspend": "chia-se/he-thong/VN.G01/tam-ngung/",
        "sharing-revoke": f"chia-se/he-thong/VN.G01/khoa/{credential.id}/thu-hoi/",
        "sharing-statement": "chia-se/he-thong/VN.G01/bang-ke/",
    }
    with serve() as address:
        look(browser, kept, address, ADMINISTRATOR, pages)
