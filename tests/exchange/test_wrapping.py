"""Signature wrapping: eight places, three spellings of the id, two kinds of reference, for each kind of sample.

None is accepted; the same attacks on a careless verifier succeed, and the untouched samples are taken.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from as4.core.context import AS4ParseContext, SecurityPolicy
from as4.core.message import AS4Message
from as4.core.receipt import AS4Receipt
from as4.core.trust import pinned_certificates
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from emoit.exchange import keys
from emoit.exchange.envelopes import open_message, open_receipt, pack_message, pack_receipt, soap
from emoit.exchange.envelopes.as4 import mime, profile, reading, shape, signals
from emoit.exchange.envelopes.messages import MESSAGE_FIELDS, written
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.types import Format, Header, Receipt
from emoit.lib.xml import parse_xml
from tests.exchange.test_xml import EC_KEY, NOW, PAYLOAD, RSA_KEY, finder, header, key_of
from tests.support.wrapping import DS, NS, attacks, naive

AS4_KEY, THEIR_KEY = (key_of(rsa.generate_private_key(65537, 2048)) for _ in range(2))
WSU = f"{{{shape.WSU}}}Id"
EB = f"{{{shape.EBMS}}}"


@dataclass(frozen=True)
class Sample:
    """`open` gives what is read of it; `root` is the tag of the signed document; `evil` the change to its header."""

    name: str
    content: bytes
    key: keys.OwnKey
    root: str
    evil: dict[str, str]
    open: Callable[[bytes], Any]
    soap: bool = False

    @property
    def unsigned(self) -> etree._Element:
        root = parse_xml(self.content)
        if self.soap:
            root = parse_xml(soap.unwrap_message(self.content))
        for signature in root.findall(f"{DS}Signature"):
            root.remove(signature)
        return root


def opened(content: bytes, key: keys.OwnKey) -> str:
    return open_message(content, Format.XML, find=finder(key), recipient="G02", now=NOW).header.kind


def message(name: str, key: keys.OwnKey, *, in_soap: bool = False) -> Sample:
    content = pack_message(header(), PAYLOAD, Format.XML, key)
    if in_soap:
        return Sample(
            name, soap.wrap(content), key, f"{NS}Message", {"kind": "test.evil"},
            lambda data: opened(soap.unwrap_message(data), key), soap=True,
        )  # fmt: skip
    return Sample(name, content, key, f"{NS}Message", {"kind": "test.evil"}, lambda data: opened(data, key))


def receipt() -> Sample:
    made = pack_receipt(Receipt("message-1", "0" * 64, "P01", "G02", NOW), Format.XML, EC_KEY)
    return Sample(
        "receipt", made, EC_KEY, f"{NS}Receipt", {"message_id": "message-2"},
        lambda data: open_receipt(data, Format.XML, find=finder(EC_KEY))[0].message_id,
    )  # fmt: skip


SAMPLES = [
    message("message P-256", EC_KEY),
    message("message RSA", RSA_KEY),
    message("SOAP body P-256", EC_KEY, in_soap=True),
    message("SOAP body RSA", RSA_KEY, in_soap=True),
    receipt(),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_nothing_wrapped_is_accepted(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    before = sample.open(sample.content)
    accepted: list[str] = []
    fooled = tried = 0
    for name, content in attacks(sample.unsigned, sample.evil, sample.key, soap=sample.soap):
        tried += 1
        read = naive(content, sample.key.certificate, sample.root)
        fooled += read is not None and read | sample.evil == read
        try:
            sample.open(content)
            accepted.append(name)
        except BadEnvelope as fault:
            assert fault.code in {"bad_signature", "malformed", "too_deep", "unsigned"}, name
    with capsys.disabled():
        print(f"\n  {sample.name}: {tried} tried, {len(accepted)} accepted; a careless verifier took {fooled}")  # noqa: T201
    assert (tried, accepted, fooled) == (48, [], 48)
    assert sample.open(sample.content) == before


# -- AS4: what is signed are eb:Messaging and the Body, by wsu:Id


def moved(soap_message: bytes, place: int, decoy: str, change: Callable[[etree._Element], None]) -> bytes:
    """The signed eb:Messaging somewhere else, a changed one in its place, which may bear the signed id in `decoy`."""
    root = parse_xml(soap_message)
    head = root[0]
    genuine = head.find(f"{EB}Messaging")
    security = head.find(f"{{{shape.WSSE}}}Security")
    assert genuine is not None
    assert security is not None
    evil = deepcopy(genuine)
    change(evil)
    if decoy:
        evil.set(decoy, genuine.get(WSU) or "")
    evil.set(WSU, "evil")
    head.replace(genuine, evil)
    signature = security.find(f"{DS}Signature")
    assert signature is not None
    holders: dict[int, Callable[[], etree._Element]] = {
        1: lambda: etree.SubElement(head, "{urn:x}Wrapper"),
        2: lambda: etree.SubElement(security, "{urn:x}Wrapper"),
        3: lambda: first_of(head),
        4: lambda: etree.SubElement(signature, f"{DS}Object"),
        5: lambda: root,
        6: lambda: etree.SubElement(evil, "{urn:x}Wrapper"),
        7: lambda: etree.SubElement(etree.SubElement(head, "{urn:x}Outer"), "{urn:x}Inner"),
        8: lambda: etree.SubElement(root, "{urn:x}Wrapper"),
    }
    holders[place]().append(genuine)
    return bytes(etree.tostring(root))


def first_of(head: etree._Element) -> etree._Element:
    made = etree.Element("{urn:x}Wrapper")
    head.insert(0, made)
    return made


def as4_fields() -> dict[str, str]:
    told: Header = header()
    values = {name: str(getattr(told, name)) for name in MESSAGE_FIELDS if name != "signed_at"}
    return values | {"signed_at": written(NOW)}


def as4_attacks(content: bytes, change: Callable[[etree._Element], None]) -> Iterator[bytes]:
    for place in range(1, 9):
        for decoy in ("", "ID", "id"):
            yield moved(content, place, decoy, change)


def change_action(messaging: etree._Element) -> None:
    found = messaging.find(f".//{EB}Action")
    assert found is not None
    found.text = "test.evil"


def test_nothing_wrapped_is_accepted_by_as4(capsys: pytest.CaptureFixture[str]) -> None:
    """The package itself takes most of them: what guards us is that only what stands at its place counts."""
    content = profile.pack(as4_fields(), PAYLOAD, AS4_KEY, THEIR_KEY.certificate)
    parts = mime.split(content)

    def read(data: bytes) -> str:
        made = reading.unseal(data, lambda _print: AS4_KEY.certificate, [THEIR_KEY])
        return made.fields["kind"]

    policy = SecurityPolicy(signer_resolver=pinned_certificates(AS4_KEY.certificate))
    context = AS4ParseContext(local_party=profile.party("G02", THEIR_KEY), security_policy=policy)
    accepted = fooled = tried = 0
    for evil in as4_attacks(parts.soap, change_action):
        tried += 1
        taken = AS4Message.parse(context, evil, parts.attachments)
        if taken.parse_error is None and taken.soap_envelope is not None:
            user = taken.soap_envelope.header.messaging.user_message
            fooled += user is not None and user.collaboration_info.action.value == "test.evil"
        try:
            read(mime.join(evil, parts.attachments))
            accepted += 1
        except BadEnvelope as fault:
            assert fault.code in {"bad_signature", "malformed", "not_supported"}
    with capsys.disabled():
        print(f"\n  AS4 messages: {tried} tried, {accepted} accepted; the package alone took {fooled}")  # noqa: T201
    assert (tried, accepted, fooled) == (24, 0, 24)
    assert read(content) == "test.note"


def test_no_wrapped_receipt_is_accepted_by_as4(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A receipt for one message is made one for another: the partner signed only the first."""
    monkeypatch.setattr("emoit.exchange.own.code", lambda: "P01")
    other = as4_fields() | {"id": "message-2"}
    sent = profile.pack(as4_fields(), PAYLOAD, THEIR_KEY, AS4_KEY.certificate)
    wanted = profile.pack(other, PAYLOAD, THEIR_KEY, AS4_KEY.certificate)
    genuine = signals.pack_receipt(sent, AS4_KEY)
    for_other = parse_xml(signals.pack_receipt(wanted, THEIR_KEY)).find(f".//{EB}Messaging")
    assert for_other is not None

    def change(messaging: etree._Element) -> None:
        messaging[:] = deepcopy(for_other)[:]

    def read(data: bytes, about: bytes) -> str:
        return signals.open_receipt(data, about, lambda _print: AS4_KEY.certificate).fields["id"]

    accepted = fooled = tried = 0
    for evil in as4_attacks(genuine, change):
        tried += 1
        fooled += (AS4Receipt.parse(evil, AS4_KEY.certificate).original_message_id or "").startswith("message-2")
        try:
            read(evil, wanted)
            accepted += 1
        except BadEnvelope as fault:
            assert fault.code in {"bad_signature", "malformed", "not_supported"}
    with capsys.disabled():
        print(f"\n  AS4 receipts: {tried} tried, {accepted} accepted; the package alone took {fooled}")  # noqa: T201
    assert (tried, accepted, fooled) == (24, 0, 24)
    assert read(genuine, sent) == "message-1"


@pytest.mark.nightly
@pytest.mark.parametrize("key", [EC_KEY, RSA_KEY], ids=["P-256", "RSA"])
def test_the_whole_of_it(key: keys.OwnKey, capsys: pytest.CaptureFixture[str]) -> None:
    """The same for fifty messages of other sizes and fields, bare and in SOAP."""
    chance, tried, accepted, fooled = random.Random(24), 0, 0, 0
    for number in range(50):
        payload = chance.randbytes(chance.choice([0, 1, 100, 10_000]))
        told = header(payload, id=f"message-{number:04}", conversation=f"case-{chance.random()}", sequence=number + 1)
        content = pack_message(told, payload, Format.XML, key)
        root = parse_xml(content)
        root.remove(root[-1])
        for in_soap in (False, True):
            for _, evil in attacks(root, {"kind": "test.evil"}, key, soap=in_soap):
                tried += 1
                fooled += (naive(evil, key.certificate, f"{NS}Message") or {}).get("kind") == "test.evil"
                try:
                    opened(soap.unwrap_message(evil) if in_soap else evil, key)
                    accepted += 1
                except BadEnvelope:
                    pass
        assert opened(content, key) == "test.note"
    with capsys.disabled():
        print(f"\n  {tried} tried, {accepted} accepted; a careless verifier took {fooled}")  # noqa: T201
    assert (tried, accepted, fooled) == (4800, 0, 4800)
