"""The XML form under attack: nothing but what was signed is ever read."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree

from emoit.exchange import keys
from emoit.exchange.envelopes import open_message, pack_message, pack_receipt, read_message, xml_form
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.models import Partner
from emoit.exchange.types import Format, Header, Receipt
from emoit.lib.xml import parse_xml
from tests.support.partner import certificate, of_no_version, pem_of

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
NS = f"{{{xml_form.NAMESPACE}}}"
DS = f"{{{xml_form.DSIG}}}"
PAYLOAD = "Số 45".encode()
EVIL = "Số 66".encode()


def key_of(private: Any) -> keys.OwnKey:
    own = certificate("P01", private)
    return keys.OwnKey(keys.fingerprint(own), private, own, pem_of(own))


EC_KEY = key_of(ec.generate_private_key(ec.SECP256R1()))
RSA_KEY = key_of(rsa.generate_private_key(65537, 2048))
STRANGER = key_of(ec.generate_private_key(ec.SECP256R1()))


def header(payload: bytes = PAYLOAD, **changed: Any) -> Header:
    values: dict[str, Any] = {
        "id": "message-1",
        "sender": "P01",
        "recipient": "G02",
        "kind": "test.note",
        "conversation": "case-1",
        "sequence": 1,
        "after": "",
        "in_reply_to": "",
        "media_type": "text/plain",
        "digest": hashlib.sha256(payload).hexdigest(),
        "size": len(payload),
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "signed_at": NOW,
    }
    return Header(**values | changed)


def finder(key: keys.OwnKey) -> Callable[[str], keys.Signer]:
    def find(print_: str) -> keys.Signer:
        if print_ != key.fingerprint:
            raise BadEnvelope("unknown_certificate")
        return keys.Signer(Partner(code="P01"), key.certificate)

    return find


def opened(content: bytes, key: keys.OwnKey = EC_KEY) -> bytes:
    return open_message(content, Format.XML, find=finder(key), recipient="G02", now=NOW).payload


def code_of(content: bytes, key: keys.OwnKey = EC_KEY) -> str:
    with pytest.raises(BadEnvelope) as fault:
        opened(content, key)
    return fault.value.code


def sample(key: keys.OwnKey = EC_KEY) -> bytes:
    return pack_message(header(), PAYLOAD, Format.XML, key)


@pytest.mark.parametrize("key", [EC_KEY, RSA_KEY], ids=["P-256", "RSA"])
def test_there_and_back(key: keys.OwnKey) -> None:
    assert opened(sample(key), key) == PAYLOAD
    assert read_message(sample(key), Format.XML, find=finder(key)).header == header()


def test_pretty_printing_breaks_the_signature() -> None:
    content = etree.tostring(parse_xml(sample()), pretty_print=True)
    assert code_of(content) == "bad_signature"


def wrapped(number: int, spelling: str, reference: str) -> bytes:
    """The signed message moved somewhere else, an evil one in its place: eight ways of doing it.

    `spelling` is the id attribute under which the signed element is kept, `reference` how the signature names it.
    """
    genuine = parse_xml(sample())
    signature = genuine.find(f"{DS}Signature")
    assert signature is not None
    genuine.remove(signature)
    genuine.set(spelling, "signed")
    evil = deepcopy(genuine)
    evil.set(spelling, "evil")
    body = evil.find(f"{NS}Body")
    assert body is not None
    body.text = base64.b64encode(EVIL).decode()
    for name, value in (("digest", hashlib.sha256(EVIL).hexdigest()), ("size", str(len(EVIL)))):
        found = evil.find(f"{NS}Header/{NS}{name}")
        assert found is not None
        found.text = value
    pointer = signature.find(f".//{DS}Reference")
    assert pointer is not None
    pointer.set("URI", "" if reference == "whole" else "#signed")
    extension = etree.Element(f"{NS}Extension")
    holder = etree.SubElement(signature, f"{DS}Object")
    if number == 1:  # the signed one within the signature's object, the evil one is the root
        holder.append(genuine)
        evil.append(signature)
    elif number == 2:  # beside the signature, before it
        evil.insert(0, genuine)
        evil.append(signature)
    elif number == 3:  # beside the signature, after it
        evil.append(signature)
        evil.append(genuine)
    elif number == 4:  # the evil one within the signed one
        genuine.insert(0, evil)
        genuine.append(signature)
        return etree.tostring(genuine)
    elif number == 5:  # in an extension
        extension.append(genuine)
        evil.append(extension)
        evil.append(signature)
    elif number == 6:  # the signature in the extension too
        genuine.append(signature)
        extension.append(genuine)
        evil.append(extension)
    elif number == 7:  # the signed one as a further header
        first = evil.find(f"{NS}Header")
        assert first is not None
        first.append(genuine)
        evil.append(signature)
    else:  # a second signature of the same kind around it
        second = deepcopy(signature)
        holder.append(genuine)
        evil.append(second)
        evil.append(signature)
    return etree.tostring(evil)


@pytest.mark.parametrize("reference", ["id", "whole"])
@pytest.mark.parametrize("spelling", ["Id", "ID", "id"])
@pytest.mark.parametrize("number", range(1, 9))
def test_signature_wrapping(number: int, spelling: str, reference: str) -> None:
    assert code_of(wrapped(number, spelling, reference)) in {"bad_signature", "unsigned", "malformed", "too_deep"}


BOMB = b'<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><m>&b;</m>'
OUTSIDE = b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><m>&x;</m>'


def text_of(old: bytes, new: bytes) -> Callable[[], bytes]:
    def make() -> bytes:
        content = sample()
        assert old in content
        return content.replace(old, new)

    return make


def by(key: keys.OwnKey, shown: keys.OwnKey) -> Callable[[], bytes]:
    """Signed by one key, showing another's certificate."""

    def make() -> bytes:
        one, two = parse_xml(sample(key)), parse_xml(sample(shown))
        place = f".//{DS}X509Certificate"
        here, there = one.find(place), two.find(place)
        assert here is not None
        assert there is not None
        here.text = there.text
        return etree.tostring(one)

    return make


def weak() -> bytes:
    """As if it had been signed with SHA-1."""
    return sample().replace(b"xmldsig-more#ecdsa-sha256", b"xmldsig-more#ecdsa-sha1")


def with_doctype() -> bytes:
    return b"<!DOCTYPE Message>" + sample()


def commented() -> bytes:
    """A comment is not signed: it may not cut a text in two."""
    return sample().replace(b"test.note", b"test.<!-- x -->note")


def odd_version() -> bytes:
    root = parse_xml(sample())
    shown = root.find(f".//{DS}X509Certificate")
    assert shown is not None
    shown.text = base64.b64encode(of_no_version(EC_KEY.certificate)).decode()
    return etree.tostring(root)


def without_signature() -> bytes:
    root = parse_xml(sample())
    signature = root.find(f"{DS}Signature")
    assert signature is not None
    root.remove(signature)
    return etree.tostring(root)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: BOMB, "doctype"),
        (lambda: OUTSIDE, "doctype"),
        (with_doctype, "doctype"),
        (lambda: b"<a>" * 20 + b"</a>" * 20, "too_deep"),
        (lambda: b"", "malformed"),
        (lambda: b"{}", "malformed"),
        (lambda: sample()[:-5], "malformed"),
        (lambda: b"<Message/>", "malformed"),
        (lambda: sample().replace(b"urn:emoit:exchange:1", b"urn:emoit:exchange:2"), "malformed"),
        (lambda: b'<?xml version="1.0" encoding="utf-7"?>' + sample(), "encoding"),
        (without_signature, "unsigned"),
        (odd_version, "bad_field"),
        (text_of(base64.b64encode(PAYLOAD), base64.b64encode(EVIL)), "bad_signature"),
        (text_of(b"<kind>test.note</kind>", b"<kind>test.gone</kind>"), "bad_signature"),
        (text_of(b"<Header>", b'<Header x="1">'), "bad_signature"),
        (weak, "bad_signature"),
        (by(STRANGER, EC_KEY), "bad_signature"),
        (by(EC_KEY, STRANGER), "unknown_certificate"),
        (lambda: sample(STRANGER), "unknown_certificate"),
        (lambda: pack_receipt(Receipt("message-1", "0" * 64, "P01", "G02", NOW), Format.XML, EC_KEY), "malformed"),
    ],
)
def test_bad_envelopes(make: Callable[[], bytes], code: str) -> None:
    assert code_of(make()) == code


def test_a_comment_changes_nothing_of_what_is_read() -> None:
    content = commented()
    assert read_message(content, Format.XML, find=finder(EC_KEY)).header == header()


def test_a_signed_message_with_another_shape_is_not_read() -> None:
    key = EC_KEY
    for fields, has_body, code in (
        ({"id": "message-1"}, True, "missing_field"),
        ({**dict.fromkeys(("id",), "x"), "evil": "y"}, True, "missing_field"),
    ):
        content = xml_form.seal("message", fields, PAYLOAD if has_body else None, key)
        assert code_of(content, key) == code
    assert code_of(xml_form.seal("message", {"id": "message-1"}, None, key), key) == "missing_field"


def test_fingerprints_are_of_the_der() -> None:
    assert EC_KEY.fingerprint == EC_KEY.certificate.fingerprint(hashes.SHA256()).hex()
