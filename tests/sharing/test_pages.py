"""The contract page, the document behind it, self-service and the try-out form of a sandbox."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.test import Client
from django.urls import reverse
from jsonschema import Draft202012Validator
from playwright.sync_api import Browser

from emoit.kernel.access import acting_as
from emoit.sharing import answering, catalogue, openapi, rest
from emoit.sharing.catalogue import Deprecated
from emoit.sharing.models import Consumer, Grant
from tests.sharing.asker import FRONT, Asker, items, refused, told
from tests.sharing.test_certificates import shown
from tests.sharing.test_tokens import EC, ask, assertion, public_pem
from tests.support.browser import check_page, new_page, open_browser, screenshot, serve
from tests.support.world import World

TEST = "/chia-se/dang-ky-thu/"


@pytest.fixture(autouse=True)
def sandbox(settings: Any, tmp_path: Path) -> None:
    settings.EMOIT_DEMO = True
    settings.EMOIT_KEYS = tmp_path / "keys"


def registered(world: World, kind: str, key: str = "") -> tuple[Asker, str]:
    """A test system by self-service, and the page that said so."""
    response = Client().post(TEST, {"name": "Hệ thống thử", "kind": kind, "key": key})
    assert response.status_code == 201, response.content.decode()[:2000]
    page = response.content.decode()
    secret = re.search(r"emoit_cs_[\w-]{43}", page)
    return Asker(world, response.context["made"].info, secret[0] if secret else ""), page


def test_a_test_system_with_a_secret_is_answered_from_test_data(world: World) -> None:
    asker, _ = registered(world, "secret")
    asker.sign_in()
    response = asker.look_up("THU-0003/XTTM-KM")
    assert told(response)["test"] is True
    assert [(one["state"], one["valid"]) for one in items(response)] == [("revoked", False)]
    assert items(asker.look_up("12/XTTM-KM")) == []
    changes = asker.get("results.changes", purpose="supervision")
    assert [one["change"] for one in items(changes)] == ["issued", "issued", "revoked", "replaced"]
    after = asker.get("results.changes", purpose="supervision", cursor=told(changes)["next_cursor"])
    assert items(after) == []
    for wrong in ("x", "5", "-1", "04"):
        refused(asker.get("results.changes", purpose="supervision", cursor=wrong), 400, "bad_cursor")
    assert (
        items(asker.get("dossiers.status", code="THU.G02-260504-0002", purpose="inspection"))[0]["outcome"] == "granted"
    )
    assert [one["code"] for one in items(asker.get("procedures.catalogue", purpose="customs"))] == ["THU.000001"]
    assert [row.subject_id for row in asker.accesses()] == [None] * 6


def test_a_test_system_with_a_public_key(world: World, settings: Any) -> None:
    asker, page = registered(world, "key", public_pem(EC))
    assert "client_secret" not in page
    assert ask(asker, assertion(asker, EC, settings)).status_code == 200


def test_a_test_system_with_a_certificate_of_our_test_authority(world: World, settings: Any) -> None:
    settings.EMOIT_FRONT_SECRET = FRONT
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "anything")])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    asker, page = registered(world, "certificate", request.public_bytes(serialization.Encoding.PEM).decode())
    pem = re.search(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", page, re.DOTALL)
    assert pem is not None
    made = x509.load_pem_x509_certificate(pem[0].replace("&#x27;", "'").encode())
    authority = x509.load_pem_x509_certificate(Client().get("/chia-se/ca-thu-nghiem.pem").content)
    made.verify_directly_issued_by(authority)
    assert made.public_key() == key.public_key()
    assert made.subject.rfc4514_string() == f"CN={asker.info.client_id},C=VN"
    asker.certificate = shown(made)
    assert len(items(asker.look_up("THU-0001/XTTM-KM"))) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "Nhập tên hệ thống"),
        ({"kind": ""}, "Chọn cách xưng danh"),
        ({"kind": "key"}, "Dán khóa công khai"),
        ({"kind": "key", "key": "x"}, "Không đọc được khóa công khai"),
        ({"kind": "certificate", "key": "x"}, "Gửi yêu cầu cấp chứng thư số"),
    ],
)
def test_what_does_not_register(world: World, typed: dict[str, str], words: str) -> None:
    response = Client().post(TEST, {"name": "Thử", "kind": "secret"} | typed)
    assert response.status_code == 422
    assert words in response.content.decode()
    with acting_as(world.process):
        assert (Consumer.objects.count(), Grant.objects.count()) == (0, 0)


def test_outside_a_sandbox_there_is_no_self_service(world: World, settings: Any) -> None:
    settings.EMOIT_DEMO = False
    for path in (TEST, "/chia-se/goi-thu/", "/chia-se/ca-thu-nghiem.pem"):
        assert Client().get(path).status_code == 404
    assert Client().post(TEST, {"name": "Thử", "kind": "secret"}).status_code == 404
    assert TEST not in Client().get("/chia-se/").content.decode()


def test_the_try_out_form_makes_a_real_call(world: World) -> None:
    asker, _ = registered(world, "secret")
    typed = {
        "client_id": asker.info.client_id,
        "client_secret": asker.secret,
        "service": "results.look-up/v1",
        "purpose": "procedure",
        "parameters": "number=THU-0001/XTTM-KM",
        "fields": "number,valid",
    }
    page = Client().post("/chia-se/goi-thu/", typed)
    assert page.context["shown"]["status"] == 200
    assert json.loads(page.context["shown"]["body"])["items"] == [{"number": "THU-0001/XTTM-KM", "valid": True}]
    assert asker.secret not in page.content.decode()
    wrong = Client().post("/chia-se/goi-thu/", typed | {"parameters": "nummer=1"})
    assert wrong.context["shown"]["status"] == 422
    assert Client().post("/chia-se/goi-thu/", typed | {"client_secret": "x"}).context["shown"]["status"] == 401
    asker.sign_in()
    total = asker.statement()["total"]
    assert (total["calls"], total["refused"]) == (2, 1)


def test_the_document_describes_every_answer(world: World) -> None:
    asker, _ = registered(world, "secret")
    asker.sign_in()
    document = json.loads(Client().get("/chia-se/openapi.json").content)
    assert document["openapi"] == "3.1.0"
    for path, methods in document["paths"].items():
        details = methods.get("get")
        if details is None or not path.startswith("/chia-se/v1/") or details["operationId"] == "statement":
            continue
        given = {one["name"]: one["example"] for one in details["parameters"] if one["required"]}
        given |= {"number": "THU-0001/XTTM-KM"} if path.endswith("look-up") else {}
        answer = told(asker.get(path.removeprefix("/chia-se/v1/"), **given))
        described = details["responses"]["200"]["content"]["application/json"]
        schema = Draft202012Validator({**described["schema"], "components": document["components"]})
        schema.validate(answer)
        schema.validate(described["example"])
        assert set(described["example"]) == set(answer)


def test_a_sample_on_the_page_is_a_whole_answer() -> None:
    """What a program gets, with what stands around the rows."""
    shown = Client().get("/chia-se/").context["services"]
    samples = {one.service.code: json.loads(one.answer) for one in shown}
    assert set(samples["procedures.catalogue"]) == {"service", "purpose", "as_of", "test", "items"}
    assert set(samples["results.changes"]) - set(samples["results.look-up"]) == {"next_cursor", "is_last"}


def test_test_data_fit_the_services() -> None:
    for service in catalogue.services().values():
        names = {field.name for field in service.fields}
        assert {frozenset(row) for row in catalogue.test_data()[service.code]} == {frozenset(names)}


def test_every_code_that_is_raised_is_in_the_list() -> None:
    assert set(openapi.REFUSALS) | {"bad_cursor", "not_found"} <= set(catalogue.errors())
    assert answering.invalid({}).code in catalogue.errors()


def test_a_version_on_its_way_out_says_so() -> None:
    service = catalogue.services()["results.look-up", "v1"]
    assert rest.notices(service) == {}
    ending = catalogue.read_service(
        json.loads((catalogue.DATA / "services.json").read_text("utf-8"))[0]
        | {"deprecated": {"since": "2027-01-01", "sunset": "2028-01-01", "successor": "v2"}}
    )
    assert ending.deprecated == Deprecated(date(2027, 1, 1), date(2028, 1, 1), "v2")
    assert rest.notices(ending) == {
        "Deprecation": f"@{int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())}",
        "Sunset": "Sat, 01 Jan 2028 00:00:00 GMT",
        "Link": '</chia-se/v2/results.look-up>; rel="successor-version", </chia-se/thay-doi/>; rel="deprecation"',
    }
    assert ending.deprecated.sunset - ending.deprecated.since >= timedelta(days=365)


@pytest.fixture
def browser(committed_world: World) -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.mark.journey
@pytest.mark.parametrize("width", [360, 1440])
def test_the_public_pages(committed_world: World, browser: Browser, width: int, settings: Any) -> None:
    with serve() as address:
        settings.CSRF_TRUSTED_ORIGINS = [address]
        page = new_page(browser, width=width)
        for name in ("contract", "errors", "changes", "test", "try"):
            page.goto(address + reverse(f"sharing:{name}"))
            check_page(page)
            screenshot(page, f"sharing-{name}", width)
        page.goto(address + TEST)
        page.get_by_label("Tên hệ thống").fill("Hệ thống của tỉnh")
        page.get_by_label("Mật khẩu ứng dụng").check()
        page.get_by_role("button", name="Đăng ký", exact=True).click()
        page.get_by_text("Đã đăng ký hệ thống thử").first.wait_for()
        check_page(page)
        screenshot(page, "sharing-tested", width)
