"""Certificates of consumers (RFC 8705): what one opens, and what is bound to it."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from emoit.kernel.access import Refusal
from emoit.sharing import actions
from tests.sharing.asker import CODE, FRONT, Asker, granted, items, new_asker, post_form, refused, told
from tests.sharing.test_tokens import oauth_refused
from tests.support.partner import of_no_version
from tests.support.world import World

ADMINISTRATOR = "quantri"


def certificate(now: datetime, *, days: int = 30) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "other agency")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )


def shown(made: x509.Certificate) -> str:
    return f":{base64.b64encode(made.public_bytes(serialization.Encoding.DER)).decode()}:"


def pem(made: x509.Certificate) -> str:
    return made.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture
def known(world: World, settings: Any) -> tuple[Asker, x509.Certificate]:
    """A consumer with a grant and a certificate, behind a front server whose word counts."""
    settings.EMOIT_FRONT_SECRET = FRONT
    made = certificate(world.now)
    asker = new_asker(world)
    granted(world)
    world.do(ADMINISTRATOR, actions.add_certificate, code=CODE, pem=pem(made))
    return asker, made


def test_a_certificate_of_the_line_is_enough(
    world: World, settings: Any, known: tuple[Asker, x509.Certificate]
) -> None:
    asker, made = known
    asker.certificate = shown(made)
    assert items(asker.look_up()) == []
    asker.certificate = shown(certificate(world.now))
    refused(asker.look_up(), 401, "no_token")
    settings.EMOIT_FRONT_SECRET = ""
    asker.certificate = shown(made)
    refused(asker.look_up(), 401, "no_token")


def test_a_token_is_bound_to_the_line_s_certificate(world: World, known: tuple[Asker, x509.Certificate]) -> None:
    asker, made = known
    form = {"grant_type": "client_credentials", "client_id": asker.info.client_id}
    answer = post_form(asker.client, "oauth/token", form, Client_Cert=shown(made), Emoit_Front=FRONT)
    asker.token = told(answer)["access_token"]
    refused(asker.look_up(), 401, "bad_token")
    asker.certificate = shown(certificate(world.now))
    refused(asker.look_up(), 401, "bad_token")
    asker.certificate = shown(made)
    assert items(asker.look_up()) == []
    oauth_refused(
        post_form(
            asker.client, "oauth/token", form | {"client_id": "other"}, Client_Cert=shown(made), Emoit_Front=FRONT
        ),
        401,
        "invalid_client",
    )


@pytest.mark.parametrize("written", ["", "nothing", "expired", "odd"])
def test_a_certificate_that_cannot_be_registered(world: World, written: str) -> None:
    new_asker(world)
    odd = base64.b64encode(of_no_version(certificate(world.now))).decode()
    texts = {
        "expired": pem(certificate(world.now, days=-1)),
        "odd": f"-----BEGIN CERTIFICATE-----\n{odd}\n-----END CERTIFICATE-----\n",
    }
    given = texts.get(written, written)
    with pytest.raises(Refusal) as refusal:
        world.do(ADMINISTRATOR, actions.add_certificate, code=CODE, pem=given)
    assert refusal.value.code == "bad_certificate"
