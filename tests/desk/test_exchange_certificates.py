"""An operator trusts a partner's certificate after reading it; our own keys overlap."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from emoit.exchange import queries
from emoit.exchange.models import Certificate
from emoit.exchange.types import Standing, Use
from emoit.kernel.access import acting_as
from tests.desk.partners import TYPED, admin, everything, facts, keys_here, made, partner, to, trust, verbs
from tests.support.partner import certificate, pem_of
from tests.support.small_ca import SmallCa, pem
from tests.support.world import World

__all__ = ["admin", "keys_here", "partner"]


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
        ("two", "Trong tệp có nhiều chứng thư số không nối tiếp nhau."),
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


def test_the_issuers_may_follow_their_certificate(world: World, admin: Client, partner: str) -> None:
    """They are kept, so that the issuer's list can be judged; only the first is trusted."""
    ca, key = SmallCa(), ec.generate_private_key(ec.SECP256R1())
    chain = pem(ca.issue("lgsp.example", key), ca.own)
    shown = admin.post(to("certificate-add", partner), {"use": "sign", "pem": chain})
    assert shown.context["read"].above == (f"CN={ca.common_name}",)
    assert "Kèm chứng thư số của nơi cấp" in shown.content.decode()
    posted = {"use": "sign", "pem": shown.context["read"].pem, "viec": "dang-ky"}
    assert admin.post(to("certificate-add", partner), posted).status_code == 302
    with acting_as(world.process):
        (row,) = Certificate.objects.filter(partner__code=partner)
    assert row.pem == chain
    assert [one.fingerprint for one in facts(world, partner).certificates] == [row.fingerprint]


def test_issuers_of_others_do_not_follow(world: World, admin: Client, partner: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    chain = pem(SmallCa().issue("lgsp.example", key), SmallCa().own)
    response = admin.post(to("certificate-add", partner), {"use": "sign", "pem": chain})
    assert response.status_code == 422
    assert "không nối tiếp nhau" in response.context["errors"]["pem"]


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
    assert "Không kiểm tra được chữ ký của bên kia" in page
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
