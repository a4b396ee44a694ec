"""The door over HTTP, and lines with certificates on both sides."""

from __future__ import annotations

import base64
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from emoit.exchange import actions
from emoit.exchange.models import Certificate
from emoit.exchange.rules.addresses import is_allowed
from emoit.exchange.transports import Away, Line, Tls
from emoit.exchange.types import PATH, OutState, Use
from emoit.kernel.access import acting_as
from tests.exchange.conftest import Place, now, settle_in
from tests.support.committed import subprocess_environment
from tests.support.partner import Partner, Served, certificate, pem_of, serving

DER = serialization.Encoding.DER
FRONT = "only our front server knows this one"


def post(content: bytes, media_type: str = "application/json", **headers: str) -> Any:
    return Client().post(PATH, content, content_type=media_type, headers=headers)


def test_a_message_over_http(place: Place) -> None:
    fields = place.partner.message()
    response = post(place.partner.envelope(fields))
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert response["Cache-Control"] == "no-store"
    assert place.notes() == [fields["id"]]
    assert post(place.partner.envelope(fields)).content == response.content
    assert response.cookies == {}


def test_a_bad_one_over_http(place: Place) -> None:
    response = post(b"{}")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert response.json()["code"] == "unsigned"


def test_only_posts(place: Place) -> None:
    assert Client().get(PATH).status_code == 405


def test_lengths(place: Place) -> None:
    client = Client()
    without = client.generic("POST", PATH, b"{}", content_type="application/json", CONTENT_LENGTH="")
    assert (without.status_code, without.json()["code"]) == (411, "length_required")
    odd = client.generic("POST", PATH, b"{}", content_type="application/json", CONTENT_LENGTH="-1")
    assert odd.json()["code"] == "length_required"
    much = client.generic("POST", PATH, b"{}", content_type="application/json", CONTENT_LENGTH=str(20 * 1024**2 + 1))
    assert (much.status_code, much.json()["code"]) == (413, "too_large")


class TestTheFrontServersWord:
    """`Client-Cert`, as RFC 9440 writes it or as nginx does, is believed from our front server alone."""

    @pytest.fixture
    def line(self, place: Place) -> Any:
        found = certificate("line", ec.generate_private_key(ec.SECP256R1()))
        with acting_as(place.by):
            actions.add_certificate(by=place.by, now=now(), code="P01", use=Use.TLS, pem=pem_of(found))
        return found

    @pytest.mark.parametrize("form", ["rfc", "nginx"])
    def test_believed_behind_a_proxy(self, place: Place, line: Any, settings: Any, form: str) -> None:
        settings.EMOIT_FRONT_SECRET = FRONT
        told = f":{base64.b64encode(line.public_bytes(DER)).decode()}:" if form == "rfc" else quote(pem_of(line))
        content = place.partner.envelope(place.partner.message())
        assert post(content, **{"Client-Cert": told, "Emoit-Front": FRONT}).status_code == 200

    @pytest.mark.parametrize(
        ("secret", "shown"),
        [("", ""), ("", FRONT), (FRONT, ""), (FRONT, FRONT[:-1]), (FRONT, FRONT + " x"), (FRONT, FRONT.upper())],
    )
    def test_not_believed_without_the_secret(
        self, place: Place, line: Any, settings: Any, secret: str, shown: str
    ) -> None:
        settings.EMOIT_PROXIES, settings.EMOIT_FRONT_SECRET = 1, secret
        told = f":{base64.b64encode(line.public_bytes(DER)).decode()}:"
        front = {"Emoit-Front": shown} if shown else {}
        response = post(place.partner.envelope(place.partner.message()), **{"Client-Cert": told, **front})
        assert (response.status_code, response.json()["code"]) == (401, "tls_certificate")
        assert place.notes() == []

    @pytest.mark.usefixtures("line")
    @pytest.mark.parametrize("told", ["", ":!!:", "::", "x", ":AAAA:", "-----BEGIN CERTIFICATE-----"])
    def test_nonsense_is_nobody(self, place: Place, settings: Any, told: str) -> None:
        settings.EMOIT_FRONT_SECRET = FRONT
        content = place.partner.envelope(place.partner.message())
        response = post(content, **{"Client-Cert": told, "Emoit-Front": FRONT})
        assert response.json()["code"] == "tls_certificate"

    @pytest.mark.parametrize(("length", "fault"), [(0, ""), (31, "EMOIT_FRONT_SECRET has 32 characters"), (32, "")])
    def test_a_secret_that_could_be_guessed_is_none(self, length: int, fault: str) -> None:
        environment = {**subprocess_environment(), "EMOIT_FRONT_SECRET": "x" * length}
        command = [sys.executable, "-c", "import emoit.config.settings"]
        run = subprocess.run(command, env=environment, capture_output=True, check=False)
        assert (run.returncode != 0, fault in run.stderr.decode()) == (bool(fault), True)


class TestTls:
    """Our line to a partner: its certificates and no others, ours shown to it."""

    @pytest.fixture
    def theirs(self, tmp_path: Path) -> Partner:
        return Partner(tmp_path / "partner")

    def context(self, folder: Path, **period: Any) -> tuple[ssl.SSLContext, str]:
        key = ec.generate_private_key(ec.SECP256R1())
        own = certificate("127.0.0.1", key, **period)
        raw = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / "line.pem").write_bytes(raw + pem_of(own).encode())
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(folder / "line.pem")
        return made, pem_of(own)

    @pytest.fixture
    def secure(self, db: None, own_settings: None, theirs: Partner, tmp_path: Path) -> Iterator[tuple[Place, str]]:  # noqa: ARG002
        """A partner that asks for our certificate and trusts it alone."""
        context, pem = self.context(tmp_path)
        placeholder = settle_in(Served(theirs, "http://127.0.0.1:1/messages"))
        (tmp_path / "ours.pem").write_text(placeholder.our_certificate())
        context.verify_mode = ssl.CERT_REQUIRED
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(tmp_path / "ours.pem")
        with serving(theirs, context) as served:
            found = Place(served, placeholder.by)
            found.change()
            yield found, pem

    def trust(self, place: Place, pem: str) -> None:
        with acting_as(place.by):
            actions.add_certificate(by=place.by, now=now(), code="P01", use=Use.TLS, pem=pem)

    def test_both_sides_know_each_other(self, secure: tuple[Place, str]) -> None:
        place, pem = secure
        self.trust(place, pem)
        name = place.send()
        assert place.run() == 1
        assert place.outbound(name).state == OutState.DELIVERED.value

    def test_another_certificate_of_the_partner_is_refused(self, secure: tuple[Place, str]) -> None:
        place, _ = secure
        self.trust(place, pem_of(certificate("127.0.0.1", ec.generate_private_key(ec.SECP256R1()))))
        name = place.send()
        place.run()
        assert (place.outbound(name).state, place.outbound(name).error) == (OutState.WAITING.value, "tls")
        assert place.partner.effects() == []

    def test_one_that_is_not_registered_is_refused(self, secure: tuple[Place, str]) -> None:
        place, _ = secure
        name = place.send()
        place.run()
        assert place.outbound(name).error == "tls"

    def test_without_our_certificate_the_partner_refuses(self, secure: tuple[Place, str]) -> None:
        place, pem = secure
        self.trust(place, pem)
        with acting_as(place.by):
            Certificate.objects.filter(partner=None, use=Use.TLS.value).update(retired_at=now())
        name = place.send()
        place.run()
        assert place.outbound(name).state == OutState.WAITING.value
        assert place.partner.effects() == []

    def test_an_expired_one_is_refused(self, theirs: Partner, tmp_path: Path) -> None:
        context, pem = self.context(tmp_path, until=now() - timedelta(days=1))
        with serving(theirs, context) as served, Line(served.address, Tls((pem,)), 60) as line:
            with pytest.raises(Away) as away:
                line.post(b"{}", "application/json")
        assert away.value.code == "tls"


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://lgsp.example.gov.vn/messages", True),
        ("https://127.0.0.1:8443/", True),
        ("http://127.0.0.1:8001/messages", True),
        ("http://localhost/", True),
        ("http://lgsp.example.gov.vn/messages", False),
        ("http://127.0.0.1.example.org/", False),
        ("ftp://127.0.0.1/", False),
        ("file:///etc/passwd", False),
        ("https://user:word@lgsp.example.gov.vn/", False),
        ("https://lgsp.example.gov.vn:99999/", False),
        ("https://[lgsp.example.gov.vn/", False),
        ("https://lgsp.example.gov.vn/a b", False),
        ("https://lgsp.example.gov.vn/#a", False),
        ("https:///messages", False),
        ("", False),
    ],
)
def test_addresses(address: str, allowed: bool) -> None:
    assert is_allowed(address) is allowed


def test_an_endless_answer_is_cut(tmp_path: Path) -> None:
    class Endless(Partner):
        def answer(self, _content: bytes) -> tuple[int, str, bytes]:
            return 200, "application/json", b"x" * (256 * 1024 + 1)

    with serving(Endless(tmp_path / "partner")) as served, Line(served.address, Tls(), 60) as line:
        with pytest.raises(Away) as away:
            line.post(json.dumps({}).encode(), "application/json")
    assert away.value.code == "too_long"
