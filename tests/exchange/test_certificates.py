"""Certificates at the doors of SOAP and AS4; those of JSON stand in test_bad_envelopes."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from django.test import RequestFactory, override_settings

from emoit.exchange import actions
from emoit.exchange.envelopes import use_of
from emoit.exchange.front import fingerprint_of
from emoit.exchange.models import Certificate
from emoit.exchange.reading import from_bytes
from emoit.exchange.types import Format, Transport, Use
from emoit.kernel.access import Refusal, acting_as
from tests.exchange import test_as4 as by_as4
from tests.exchange import test_soap as by_soap
from tests.exchange.conftest import Place, now, settle_in
from tests.support.as4_partner import As4Partner
from tests.support.partner import Served, of_no_version, pem_of
from tests.support.soap_partner import SoapPartner, enveloped, signed_xml

PAYLOAD = b'{"a": 1}'
DAY = timedelta(days=1)
FORMS = [Format.XML, Format.AS4]


class Both(SoapPartner, As4Partner):
    """One that can do either; its answers are not asked for here."""


@pytest.fixture
def place(db: None, own_settings: None, tmp_path: Path) -> Place:
    found = Both(tmp_path / "partner")
    made = settle_in(Served(found, "http://127.0.0.1:1/"))
    made.change(transport=Transport.AS4, format=Format.AS4)
    with acting_as(made.by):
        actions.make_as4_key(by=made.by, now=now(), days=30)
        found.knows_as4(Certificate.objects.get(partner=None, use=Use.AS4.value).pem)
    return made


def own_certificate(
    form: Format, *, since: timedelta = -DAY, until: timedelta = DAY, name: str = "P01"
) -> tuple[Any, x509.Certificate]:
    is_as4 = form is Format.AS4
    key: Any = rsa.generate_private_key(65537, 2048) if is_as4 else ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    at = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at + since)
        .not_valid_after(at + until)
        .sign(key, hashes.SHA256())
    )
    return key, made


def register(place: Place, form: Format, own: x509.Certificate, *, use: Use | None = None) -> str:
    with acting_as(place.by):
        return actions.add_certificate(by=place.by, now=now(), code="P01", use=use or use_of(form), pem=pem_of(own))


def code_of(place: Place, form: Format, key: Any, own: x509.Certificate) -> str:
    """What the door says to a message that this key signed under this certificate; "" where it is taken."""
    found = place.partner
    assert isinstance(found, Both)
    fields = found.message(PAYLOAD)
    if form is Format.XML:
        response = by_soap.post(enveloped(signed_xml("Message", fields, PAYLOAD, key, own)))
        return "" if response.status_code == 200 else by_soap.fault_of(response)[1]
    found.rsa_key, found.rsa_own = key, own
    response = by_as4.post(found.push(fields, PAYLOAD))
    return "" if response.status_code == 200 else by_as4.error_of(place, response)[1]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("since", "until", "code"),
    [(-20 * DAY, -DAY, "expired_certificate"), (DAY, 20 * DAY, "expired_certificate"), (-DAY, DAY, "")],
    ids=["expired", "not yet valid", "in force"],
)
def test_period(place: Place, form: Format, since: timedelta, until: timedelta, code: str) -> None:
    key, own = own_certificate(form, since=since, until=until)
    register(place, form, own)
    assert code_of(place, form, key, own) == code
    assert bool(place.inbound()) is not bool(code)


@pytest.mark.parametrize("form", FORMS)
def test_retired(place: Place, form: Format) -> None:
    key, own = own_certificate(form)
    print_ = register(place, form, own)
    with acting_as(place.by):
        actions.retire_certificate(by=place.by, now=now(), fingerprint=print_)
    assert code_of(place, form, key, own) == "retired_certificate"
    assert place.inbound() == []


@pytest.mark.parametrize("form", FORMS)
def test_self_made_with_the_same_subject(place: Place, form: Format) -> None:
    _, known = own_certificate(form)
    register(place, form, known)
    key, own = own_certificate(form)
    assert own.subject == known.subject
    assert code_of(place, form, key, own) == "unknown_certificate"
    assert code_of(place, form, key, known) == "bad_signature"
    assert place.inbound() == []


@pytest.mark.parametrize("form", FORMS)
def test_another_partners(place: Place, form: Format) -> None:
    """Its signature holds, but it may not speak for the first."""
    key, own = own_certificate(form, name="P02")
    with acting_as(place.by):
        actions.register_partner(by=place.by, now=now(), profile=place.profile(code="P02"))
        actions.add_certificate(by=place.by, now=now(), code="P02", use=use_of(form), pem=pem_of(own))
    assert code_of(place, form, key, own) == "wrong_sender"
    assert place.inbound() == []


@pytest.mark.parametrize("use", [Use.TLS, Use.SIGN, Use.AS4])
def test_of_another_use(place: Place, use: Use) -> None:
    key, own = own_certificate(Format.AS4)
    register(place, Format.AS4, own, use=use)
    assert code_of(place, Format.AS4, key, own) == ("" if use is Use.AS4 else "unknown_certificate")


@pytest.mark.parametrize("use", [Use.SIGN, Use.AS4])
def test_weak_ones_are_not_registered(place: Place, use: Use) -> None:
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - it must be weak
    subject = x509.Name([])
    at = datetime.now(UTC)
    weak = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at - DAY)
        .not_valid_after(at + DAY)
        .sign(key, hashes.SHA256())
    )
    with acting_as(place.by), pytest.raises(Refusal) as refusal:
        actions.add_certificate(by=place.by, now=now(), code="P01", use=use, pem=pem_of(weak))
    assert refusal.value.code == "bad_certificate"


def test_a_version_that_there_is_not(place: Place) -> None:
    """A refusal wherever somebody may show one, never an error page."""
    odd = of_no_version(place.partner.own)
    written = f"-----BEGIN CERTIFICATE-----\n{base64.b64encode(odd).decode()}\n-----END CERTIFICATE-----\n"
    for content in (odd, written.encode()):
        with pytest.raises(Refusal) as refusal:
            from_bytes(content)
        assert refusal.value.code == "bad_certificate"
    with acting_as(place.by), pytest.raises(Refusal) as refusal:
        actions.add_certificate(by=place.by, now=now(), code="P01", use=Use.SIGN, pem=written)
    assert refusal.value.code == "bad_certificate"
    with override_settings(EMOIT_FRONT_SECRET="only the front server"):
        for told in (f":{base64.b64encode(odd).decode()}:", quote(written)):
            request = RequestFactory().post("/", headers={"Client-Cert": told, "Emoit-Front": "only the front server"})
            assert fingerprint_of(request) == ""
