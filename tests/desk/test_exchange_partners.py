"""An operator keeps partners, their certificates and our keys; onlookers look; nobody else knows of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from emoit.exchange import actions, queries
from emoit.exchange.models import Certificate, Outbound, Partner
from emoit.exchange.types import Format, Profile, Standing, Transport, Use, Window
from emoit.kernel import audit
from emoit.kernel.access import NotFound, acting_as, process
from tests.support.partner import certificate, pem_of
from tests.support.world import SPECIALIST, World

ADMINISTRATOR, AUDITOR = "quantri", "kiemtra"
PATHS = {
    "partner-add": "lien-thong/them-he-thong/",
    "partners": "lien-thong/he-thong/",
    "partner": "lien-thong/he-thong/{}/",
    "partner-change": "lien-thong/he-thong/{}/sua/",
    "partner-pause": "lien-thong/he-thong/{}/tam-dung/",
    "partner-resume": "lien-thong/he-thong/{}/noi-lai/",
    "certificate-add": "lien-thong/he-thong/{}/chung-thu-so/",
    "certificate-retire": "lien-thong/he-thong/{}/chung-thu-so/{}/ngung/",
    "keys": "lien-thong/khoa/",
    "key-new": "lien-thong/khoa/moi/",
    "key-file": "lien-thong/khoa/{}/tep/",
    "key-retire": "lien-thong/khoa/{}/ngung/",
}
SignIn = Callable[[str], Client]
TYPED = {
    "code": "VN.G12",
    "name": "Trục liên thông của Bộ Tài chính",
    "address": "https://lgsp.example.gov.vn/messages",
    "transport": "https",
    "format": "json",
    "max_bytes": "5",
    "rate_per_minute": "1.200",
    "max_attempts": "20",
    "give_up_after_hours": "72",
    "windows.so": "1",
    "windows.0.days": ["5", "6"],
    "windows.0.from": "22h30",
    "windows.0.to": "02:00",
}
PROFILE = Profile(
    code="VN.G12",
    name="Trục liên thông của Bộ Tài chính",
    address="https://lgsp.example.gov.vn/messages",
    max_bytes=5 * 1024 * 1024,
    rate_per_minute=1200,
    windows=(Window(frozenset({5, 6}), time(22, 30), time(2)),),
)


@pytest.fixture(autouse=True)
def keys_here(tmp_path: Path, settings: Any) -> None:
    settings.EMOIT_KEYS = tmp_path / "keys"


@pytest.fixture
def admin(sign_in: SignIn) -> Client:
    return sign_in(ADMINISTRATOR)


@pytest.fixture
def partner(world: World) -> str:
    with acting_as(world.process):
        actions.register_partner(by=world.process, now=world.now, profile=PROFILE)
    return PROFILE.code


def to(name: str, *values: str) -> str:
    return "/nghiep-vu/" + PATHS[name].format(*values)


def made(world: World, **more: Any) -> x509.Certificate:
    times = {"since": world.now - timedelta(days=1), "until": world.now + timedelta(days=400)}
    return certificate("lgsp.example", ec.generate_private_key(ec.SECP256R1()), **(times | more))


def trust(world: World, use: Use = Use.SIGN, **more: Any) -> str:
    with acting_as(world.process):
        return actions.add_certificate(
            by=world.process, now=world.now, code="VN.G12", use=use, pem=pem_of(made(world, **more))
        )


def facts(world: World, code: str = "VN.G12") -> Any:
    return queries.partner(world.process, code, now=world.now)


def verbs(world: World, code: str = "VN.G12") -> list[str]:
    with acting_as(world.process) as by:
        return [one.verb for one in reversed(audit.entries(by, subject_kind="partner", subject_id=code))]


def everything(world: World) -> list[Any]:
    with acting_as(world.process):
        rows = [list(model.objects.order_by("id").values()) for model in (Partner, Certificate)]
        return [rows, len(audit.entries(world.process, subject_kind="partner", limit=1000))]


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
    assert "Không có" in admin.get(to("partners")).content.decode()


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


def test_a_change_tells_what_was(world: World, admin: Client, partner: str) -> None:
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
    assert "Bên kia không có chứng thư số nào đang dùng" in asked
    assert admin.post(to("partner-resume", partner)).status_code == 302
    assert facts(world).state.active
    assert verbs(world) == ["exchange.register_partner", "exchange.stop", "exchange.resume"]


# -- certificates -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("how", ["pasted", "pem", "der"])
def test_a_certificate_is_read_first_and_registered_then(world: World, admin: Client, partner: str, how: str) -> None:
    own = made(world)
    pem, der = pem_of(own), own.public_bytes(serialization.Encoding.DER)
    given: dict[str, Any] = {"pem": pem}
    if how != "pasted":
        given = {"pem": "", "tep": SimpleUploadedFile("a.crt", pem.encode() if how == "pem" else der)}
    before = everything(world)
    shown = admin.post(to("certificate-add", partner), {"use": "sign", **given})
    page, read = shown.content.decode(), shown.context["read"]
    assert shown.status_code == 200
    assert everything(world) == before
    assert (read.fingerprint, read.serial) == (hashlib.sha256(der).hexdigest(), f"{own.serial_number:X}")
    assert " ".join(read.fingerprint[at : at + 4] for at in range(0, 64, 4)).upper() in page
    for words in ("CN=lgsp.example", "EC P-256", "Ký thông điệp"):
        assert words in page
    second = {"use": "sign", "pem": read.pem, "viec": "dang-ky"}
    assert admin.post(to("certificate-add", partner), second).status_code == 302
    (one,) = facts(world).certificates
    assert (one.fingerprint, one.use, one.standing) == (read.fingerprint, Use.SIGN, Standing.IN_FORCE)
    again = admin.post(to("certificate-add", partner), second)
    assert again.status_code == 422
    assert again.context["errors"] == {"pem": "Chứng thư số này đã được đăng ký."}


def weak() -> str:
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - it must be weak
    return pem_of(certificate("weak", key))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Dán chứng thư số hoặc chọn tệp chứng thư số."),
        (b"xin chao", "Không đọc được chứng thư số."),
        (b"\x30\x82\x01\x00", "Không đọc được chứng thư số."),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "Không đọc được chứng thư số."),
        (b"x" * (16 * 1024 + 1), "Tệp chứng thư số không được lớn hơn 16 KB."),
        ("two", "Trong tệp có nhiều chứng thư số."),
        ("key", "Trong tệp có khóa bí mật."),
        ("weak", "Khóa của chứng thư số quá yếu hoặc không được hỗ trợ."),
    ],
)
@pytest.mark.parametrize("step", ["", "dang-ky"])
def test_what_is_no_certificate(
    world: World, admin: Client, partner: str, content: bytes | str, words: str, step: str
) -> None:
    if isinstance(content, str):
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        content = {
            "two": (pem_of(made(world)) * 2).encode(),
            "key": pem_of(made(world)).encode() + private,
            "weak": weak().encode(),
        }[content]
    before = everything(world)
    given = {"use": "sign", "pem": "", "viec": step, "tep": SimpleUploadedFile("a.pem", content)}
    given = given if content else {"use": "sign", "pem": "", "viec": step}
    response = admin.post(to("certificate-add", partner), given)
    assert response.status_code == 422
    assert words in response.context["errors"]["pem"]
    assert everything(world) == before


def test_a_private_key_is_not_shown_again(world: World, admin: Client, partner: str) -> None:
    pasted = {"use": "sign", "pem": "-----BEGIN PRIVATE KEY-----\nbimat\n-----END PRIVATE KEY-----"}
    page = admin.post(to("certificate-add", partner), pasted).content.decode()
    assert "bimat" not in page


@pytest.mark.parametrize(
    ("use", "errors"),
    [("", {"use": "Chọn việc dùng chứng thư số."}), ("as4", {"pem": "AS4 cần chứng thư số có khóa RSA."})],
)
def test_use(world: World, admin: Client, partner: str, use: str, errors: dict[str, str]) -> None:
    pem = pem_of(made(world))
    response = admin.post(to("certificate-add", partner), {"use": use, "pem": pem})
    assert (response.status_code, response.context["errors"]) == (422, errors)
    assert "BEGIN CERTIFICATE" in response.content.decode()
    assert facts(world).certificates == ()


@pytest.mark.parametrize(
    ("since", "until", "standing", "remark"),
    [
        (-1, 31, Standing.IN_FORCE, ""),
        (-1, 29, Standing.ENDING, "Chứng thư số hết hạn trong 30 ngày tới."),
        (-9, -1, Standing.EXPIRED, "Chứng thư số đã hết hạn"),
        (2, 90, Standing.NOT_YET, "Chứng thư số chưa có hiệu lực"),
    ],
)
def test_where_a_certificate_stands(
    world: World, admin: Client, partner: str, since: int, until: int, standing: Standing, remark: str
) -> None:
    own = made(world, since=world.now + timedelta(days=since), until=world.now + timedelta(days=until))
    shown = admin.post(to("certificate-add", partner), {"use": "sign", "pem": pem_of(own)}).context["remarks"]
    assert [one[: len(remark)] for one in shown] == ([remark] if remark else [])
    admin.post(to("certificate-add", partner), {"use": "sign", "pem": pem_of(own), "viec": "dang-ky"})
    assert [one.standing for one in facts(world).certificates] == [standing]
    flagged = "1 sắp hết hạn" in admin.get(to("partners")).content.decode()
    assert flagged is (standing is Standing.ENDING)


def test_the_last_one_says_what_stops(world: World, admin: Client, partner: str) -> None:
    first, second = trust(world), trust(world)
    where = to("certificate-retire", partner, first)
    assert "Không việc gì dừng lại" in admin.get(where).content.decode()
    assert admin.post(where).status_code == 302
    assert admin.post(where).status_code == 404
    page = admin.get(to("certificate-retire", partner, second)).content.decode()
    assert "Chứng thư số cuối cùng cho việc: Ký thông điệp" in page
    assert "Không còn kiểm tra được chữ ký của bên kia" in page
    assert [one.retired_at for one in facts(world).certificates] == [None, world.now]
    assert verbs(world)[-1] == "exchange.retire_certificate"
    assert "Ngừng dùng chứng thư số kết nối" in admin.get(to("partner", partner)).content.decode()


def test_a_retired_one_does_not_come_back(world: World, admin: Client, partner: str) -> None:
    own = made(world)
    given = {"use": "sign", "pem": pem_of(own), "viec": "dang-ky"}
    admin.post(to("certificate-add", partner), given)
    (one,) = facts(world).certificates
    admin.post(to("certificate-retire", partner, one.fingerprint))
    refused = admin.post(to("certificate-add", partner), given)
    assert refused.status_code == 422
    assert "hãy xin một chứng thư số mới" in refused.context["errors"]["pem"]


def test_a_certificate_is_retired_under_its_own_partner(world: World, admin: Client, partner: str) -> None:
    fingerprint = trust(world)
    admin.post(to("partner-add"), TYPED | {"code": "VN.G13"})
    assert admin.post(to("certificate-retire", "VN.G13", fingerprint)).status_code == 404
    assert admin.post(to("key-retire", fingerprint)).status_code == 404
    assert admin.get(to("key-file", fingerprint)).status_code == 404
    assert [one.standing for one in facts(world).certificates] == [Standing.IN_FORCE]


# -- our keys ---------------------------------------------------------------------------------------------------------
def own_keys(world: World) -> list[Any]:
    return queries.own_keys(world.process, now=world.now)


def test_our_keys_overlap(world: World, admin: Client) -> None:
    assert "Chưa có khóa ký nào đang dùng" in admin.get(to("keys")).content.decode()
    form = admin.get(to("key-new")).context["typed"]
    assert form == {"kind": "sign", "years": "2", "starts_at": f"{world.now:%d/%m/%Y}"}
    assert admin.post(to("key-new"), form).status_code == 302
    assert [(one.use, one.standing) for one in own_keys(world)] == [
        (Use.TLS, Standing.IN_FORCE), (Use.SIGN, Standing.IN_FORCE),
    ]  # fmt: skip
    first = own_keys(world)[0]
    assert first.text.valid_to == world.now + timedelta(days=730)
    later = admin.get(to("key-new")).context["typed"]
    assert later["starts_at"] == f"{world.now + timedelta(days=14):%d/%m/%Y}"
    assert admin.post(to("key-new"), later | {"years": "1"}).status_code == 302
    assert [one.standing for one in own_keys(world)] == [Standing.NOT_YET] * 2 + [Standing.IN_FORCE] * 2
    downloaded = admin.get(to("key-file", first.fingerprint))
    assert downloaded.content.decode() == first.text.pem
    assert downloaded["Content-Disposition"] == f'attachment; filename="G02-{first.fingerprint[:16]}.pem"'
    assert b"PRIVATE" not in downloaded.content
    last = admin.get(to("key-retire", first.fingerprint)).content.decode()
    assert "Không ký được thông điệp và biên nhận với mọi hệ thống" in last
    assert admin.post(to("key-retire", first.fingerprint)).status_code == 302
    assert admin.get(to("key-retire", first.fingerprint)).status_code == 404
    assert [one.standing for one in own_keys(world)] == [Standing.NOT_YET] * 2 + [Standing.RETIRED] * 2
    assert verbs(world, "G02") == ["exchange.make_key", "exchange.make_key", "exchange.retire_certificate"]


def test_a_key_for_as4(world: World, admin: Client) -> None:
    typed = {"kind": "as4", "years": "3", "starts_at": f"{world.now:%d/%m/%Y}"}
    assert admin.post(to("key-new"), typed).status_code == 302
    (one,) = own_keys(world)
    assert (one.use, one.text.key, one.on_token) == (Use.AS4, "RSA 3072", False)


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"kind": "dsa"}, "kind", "Chọn loại khóa."),
        ({"years": "30"}, "years", "Chọn thời hạn của khóa."),
        ({"starts_at": "mai"}, "starts_at", "Nhập ngày đúng, ví dụ 01/06/2026"),
        ({"starts_at": "01/01/2020"}, "starts_at", "Ngày bắt đầu dùng không được ở trước hôm nay."),
        ({"starts_at": "01/01/2099"}, "starts_at", "Ngày bắt đầu dùng không được quá 180 ngày kể từ hôm nay."),
        ({"starts_at": "+5"}, "starts_at", "Chưa có khóa nào đang dùng: khóa mới phải bắt đầu từ hôm nay."),
    ],
)
def test_what_is_no_key(world: World, admin: Client, wrong: dict[str, str], field: str, words: str) -> None:
    typed = {"kind": "sign", "years": "2", "starts_at": f"{world.now:%d/%m/%Y}"} | wrong
    if typed["starts_at"].startswith("+"):
        typed["starts_at"] = f"{world.now + timedelta(days=int(typed['starts_at'])):%d/%m/%Y}"
    response = admin.post(to("key-new"), typed)
    assert (response.status_code, response.context["errors"]) == (422, {field: words})
    assert response.context["typed"] == typed
    assert own_keys(world) == []


def test_a_key_that_cannot_be_kept_is_not_made(world: World, admin: Client, tmp_path: Path, settings: Any) -> None:
    (tmp_path / "file").write_text("")
    settings.EMOIT_KEYS = tmp_path / "file"
    typed = {"kind": "sign", "years": "2", "starts_at": f"{world.now:%d/%m/%Y}"}
    response = admin.post(to("key-new"), typed)
    assert response.context["errors"] == {"": "Máy chủ không ghi được khóa mới vào nơi giữ khóa."}
    assert own_keys(world) == []


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
    assert queries.partner_history(other, partner) == []
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
