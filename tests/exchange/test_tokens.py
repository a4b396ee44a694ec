"""Our signing key on a token (SoftHSM): messages and receipts are signed there, and nothing leaves it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from emoit.exchange import actions, keys, sealing
from emoit.exchange.envelopes import pack_message, xml_form
from emoit.exchange.models import Certificate
from emoit.exchange.types import Format, OutState
from emoit.kernel.access import Refusal, acting_as, platform
from tests.exchange.conftest import Place, now
from tests.exchange.test_accept import PAYLOAD
from tests.exchange.test_xml import header
from tests.support.partner import PEM
from tests.support.tokens import SOFTHSM, look_again, new_token


@pytest.fixture
def reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> str:
    """A token of this test's own with one P-256 key, made outside and imported."""
    name = f"exchange-{os.getpid()}"
    new_token(tmp_path, monkeypatch, name)
    plain = tmp_path / "plain.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    plain.write_bytes(key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    load = ["--import", str(plain), "--token", name, "--label", "exchange", "--id", "01"]
    subprocess.run(["softhsm2-util", "--pin", "1234", *load], check=True, capture_output=True)
    plain.unlink()
    settings.EMOIT_PKCS11_PIN = "1234"
    return f"pkcs11:token={name};object=exchange?module-path={SOFTHSM}"


def test_messages_and_receipts_are_signed_on_the_token(place: Place, reference: str, tmp_path: Path) -> None:
    with acting_as(place.by):
        fingerprint = actions.use_token_key(by=place.by, now=now(), reference=reference)
        row = Certificate.objects.get(fingerprint=fingerprint)
        assert row.reference == reference
        assert keys.own(place.by.agency_id, now()).fingerprint == fingerprint
    place.partner.knows(row.pem)
    name = place.send(PAYLOAD)
    place.run()
    assert (place.outbound(name).state, place.partner.effects()) == (OutState.DELIVERED.value, [(name, PAYLOAD)])
    assert place.accept(place.partner.envelope(place.partner.message(PAYLOAD))).is_receipt
    with acting_as(place.by):
        key = keys.own(place.by.agency_id, now())
    content = pack_message(header(), b"x", Format.XML, key)
    signed = xml_form.unseal("message", content, lambda _print: key.certificate, has_body=True)
    assert (signed.fields["id"], signed.body) == ("message-1", b"x")
    with pytest.raises(TypeError, match="does not leave"):
        key.private.private_numbers()

    # The token drawn out: what goes out waits, what comes in is asked for again, and nothing has an effect.
    (tmp_path / "tokens").rename(tmp_path / "drawn-out")
    (tmp_path / "tokens").mkdir()
    look_again()
    waiting = place.send(PAYLOAD)
    assert place.run() == 0
    fields = place.partner.message(PAYLOAD)
    assert place.accept(place.partner.envelope(fields)).code == "no_key"
    with acting_as(place.by):
        (kept,) = [row for row in place.inbound() if row.message_id == fields["id"]]
        assert not actions.process_again(by=place.by, now=now(), inbound_id=kept.pk)
    assert sealing.seal(by=platform("test"), now=now(), agency_id=place.by.agency_id) == 0
    (tmp_path / "tokens").rmdir()
    (tmp_path / "drawn-out").rename(tmp_path / "tokens")
    look_again()
    assert fields["id"] not in place.notes()
    place.run()
    assert place.outbound(waiting).state == OutState.DELIVERED.value
    assert place.accept(place.partner.envelope(fields)).is_receipt


@pytest.mark.parametrize(
    "change",
    [
        lambda uri: uri.replace("object=exchange", "object=other"),
        lambda uri: uri.replace("token=exchange", "token=other"),
        lambda uri: uri.replace("libsofthsm2", "libnothing"),
        lambda _uri: "pkcs11:",
        lambda _uri: "pkcs11:token=x",
    ],
)
def test_what_is_not_there_is_refused(place: Place, reference: str, change: Any) -> None:
    with acting_as(place.by):
        before = Certificate.objects.count()
        with pytest.raises(Refusal) as refusal:
            actions.use_token_key(by=place.by, now=now(), reference=change(reference))
        assert refusal.value.code == "bad_certificate"
        assert Certificate.objects.count() == before
