"""Bad calls at the SOAP door, one line each: its code in a fault, and nothing of it is kept."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree

from emoit.lib.xml import parse_xml
from tests.exchange.conftest import Place, now
from tests.exchange.test_soap import PAYLOAD, SOAP, fault_of, nothing_happened, partner, place, post, served
from tests.support.bad_fields import BAD_FIELDS
from tests.support.partner import certificate
from tests.support.soap_partner import NS, enveloped, signed_xml

__all__ = ["place", "served"]  # fixtures

Make = Callable[[Place], bytes]
DS = "http://www.w3.org/2000/09/xmldsig#"
XI = "http://www.w3.org/2001/XInclude"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def changed(values: dict[str, str | None]) -> Make:
    def make(place: Place) -> bytes:
        fields = {**place.partner.message(PAYLOAD), **values}
        return partner(place).call({name: value for name, value in fields.items() if value is not None})

    return make


def text(old: str, new: str, count: int = 1) -> Make:
    """The genuine call with a text changed afterwards."""

    def make(place: Place) -> bytes:
        content = partner(place).call(place.partner.message(PAYLOAD))
        assert old.encode() in content, old
        return content.replace(old.encode(), new.encode(), count)

    return make


def tree(change: Callable[[etree._Element], None]) -> Make:
    """The genuine document changed as a tree, in a SOAP message."""

    def make(place: Place) -> bytes:
        root = parse_xml(partner(place).document(place.partner.message(PAYLOAD)))
        change(root)
        return enveloped(etree.tostring(root))

    return make


def raw(content: bytes | str) -> Make:
    made = content.encode() if isinstance(content, str) else content
    return lambda _place: made


def around(before: str = "", after: str = "", header: str = "") -> Make:
    def make(place: Place) -> bytes:
        document = partner(place).document(place.partner.message(PAYLOAD))
        return enveloped(before.encode() + document + after.encode(), header=header.encode())

    return make


def at(path: str, change: Callable[[etree._Element], None]) -> Make:
    def find(root: etree._Element) -> None:
        found = root.find(path.format(m=f"{{{NS}}}", d=f"{{{DS}}}"))
        assert found is not None, path
        change(found)

    return tree(find)


def drop(node: etree._Element) -> None:
    parent = node.getparent()
    assert parent is not None
    parent.remove(node)


def say(value: str) -> Callable[[etree._Element], None]:
    def change(node: etree._Element) -> None:
        node.text = value

    return change


def put(name: str, value: str) -> Callable[[etree._Element], None]:
    return lambda node: node.set(name, value)


def child(tag: str) -> Callable[[etree._Element], None]:
    return lambda node: etree.SubElement(node, tag) is None and None


def double(node: etree._Element) -> None:
    parent = node.getparent()
    assert parent is not None
    parent.append(parse_xml(etree.tostring(node)))


def stranger(place: Place) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    fields = place.partner.message(PAYLOAD)
    return enveloped(signed_xml("Message", fields, PAYLOAD, key, certificate("P01", key)))


def stolen(place: Place) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return enveloped(signed_xml("Message", place.partner.message(PAYLOAD), PAYLOAD, key, place.partner.own))


def as_receipt(place: Place) -> bytes:
    fields = {"message_id": "message-1", "identity": "0" * 64, "sender": "P01", "recipient": "G02", "received_at": ""}
    return enveloped(signed_xml("Receipt", fields, None, place.partner.key, place.partner.own))


def without_body(place: Place) -> bytes:
    return enveloped(signed_xml("Message", place.partner.message(PAYLOAD), None, place.partner.key, place.partner.own))


def other_payload(place: Place) -> bytes:
    fields = place.partner.message(PAYLOAD)
    return enveloped(signed_xml("Message", fields, b'{"a": 2}', place.partner.key, place.partner.own))


E = f'<s:Envelope xmlns:s="{SOAP}">'
BOMB = (
    "<!DOCTYPE s ["
    + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 50}">' for n in range(10))
    + "]>"
    + E
    + "<s:Body>&e9;</s:Body></s:Envelope>"
)
MUST = 's:mustUnderstand="1"'

BAD: list[tuple[str, Make, str]] = [
    ("not XML", raw("hello"), "malformed"),
    ("JSON", raw("{}"), "malformed"),
    ("no envelope", raw("<a/>"), "malformed"),
    ("empty envelope", raw(f"{E}</s:Envelope>"), "malformed"),
    ("no body", raw(f"{E}<s:Header/></s:Envelope>"), "malformed"),
    ("two bodies", raw(f"{E}<s:Body/><s:Body/></s:Envelope>"), "malformed"),
    ("two headers", raw(f"{E}<s:Header/><s:Header/><s:Body/></s:Envelope>"), "malformed"),
    ("header after", raw(f"{E}<s:Body/><s:Header/></s:Envelope>"), "malformed"),
    ("something after", raw(f"{E}<s:Body/><x/></s:Envelope>"), "malformed"),
    ("empty body", raw(enveloped()), "malformed"),
    ("text in the body", raw(enveloped(b"text")), "malformed"),
    ("text beside", around(before="text"), "malformed"),
    ("text behind", around(after="text"), "malformed"),
    ("two children", around(after="<a/>"), "malformed"),
    ("two messages", lambda p: enveloped(*[partner(p).document(p.partner.message(PAYLOAD))] * 2), "malformed"),
    ("an unknown child", raw(enveloped(b"<a/>")), "malformed"),
    ("a fault", raw(enveloped(b"<s:Fault/>")), "malformed"),
    ("an encoded array", raw(enveloped(b'<a xmlns="urn:x" id="1"/>')), "malformed"),
    ("SOAP 1.2", raw(enveloped(b"<a/>", soap="http://www.w3.org/2003/05/soap-envelope")), "soap_version"),
    ("another SOAP", raw(enveloped(b"<a/>", soap="urn:soap")), "soap_version"),
    ("SOAP without a namespace", raw("<Envelope><Body/></Envelope>"), "soap_version"),
    ("cut off", lambda p: partner(p).call(p.partner.message(PAYLOAD))[:-4], "malformed"),
    ("two documents", lambda p: partner(p).call(p.partner.message(PAYLOAD)) * 2, "malformed"),
    ("an instruction before", raw(b"<?x y?>" + enveloped(b"<a/>")), "malformed"),
    ("an instruction within", around(before="<?x y?>"), "malformed"),
    ("a comment before", raw(b"<!-- x -->" + enveloped(b"<a/>")), "malformed"),
    ("a comment in the message", text("test.note", "test.<!-- x -->note"), "malformed"),
    ("a doctype", raw(b"<!DOCTYPE s>" + enveloped(b"<a/>")), "doctype"),
    ("a doctype behind a comment", raw(b"<!-- --><!DOCTYPE s>" + enveloped(b"<a/>")), "doctype"),
    ("ten to the tenth", raw(BOMB), "doctype"),
    ("an entity from outside", raw(f'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>{E}&x;</s:Envelope>'), "doctype"),
    ("an entity from the network", raw(f'<!DOCTYPE s SYSTEM "http://127.0.0.1:1/x.dtd">{E}</s:Envelope>'), "doctype"),
    ("an unknown entity", raw(f"{E}<s:Body>&x;</s:Body></s:Envelope>"), "malformed"),
    ("XInclude", around(before=f'<xi:include xmlns:xi="{XI}" href="file:///etc/passwd"/>'), "malformed"),
    ("XInclude alone", raw(enveloped(f'<xi:include xmlns:xi="{XI}" href="/etc/passwd"/>'.encode())), "malformed"),
    ("XInclude in the message", at("{m}Header", child(f"{{{XI}}}include")), "bad_signature"),
    ("a schema from elsewhere", at("{m}Header", put(f"{{{XSI}}}schemaLocation", "urn:x http://127.0.0.1:1/x")), "bad_signature"),
    ("a stylesheet", raw(b'<?xml-stylesheet href="http://127.0.0.1:1/x"?>' + enveloped(b"<a/>")), "malformed"),
    ("deep", raw(enveloped(b"<a>" * 20 + b"</a>" * 20)), "too_deep"),
    ("very deep", raw(enveloped(b"<a>" * 5000 + b"</a>" * 5000)), "malformed"),
    ("a huge attribute", raw(enveloped(b'<a b="' + b"x" * 11_000_000 + b'"/>')), "malformed"),
    ("many attributes", raw(enveloped(b"<a " + b"".join(b'b%d="1" ' % n for n in range(20000)) + b"/>")), "malformed"),
    ("UTF-16", raw(enveloped(b"<a/>").decode().encode("utf-16")), "malformed"),
    ("UTF-7", raw('<?xml version="1.0" encoding="utf-7"?><a/>'), "encoding"),
    ("not UTF-8", raw(enveloped(b"\xff")), "encoding"),
    ("a NUL", raw(enveloped(b"\0")), "malformed"),
    ("a header that must be understood", around(header=f'<x:a xmlns:x="urn:x" {MUST}/>'), "must_understand"),
    ("WS-Security that must be understood", around(header=f'<w:Security xmlns:w="urn:wsse" {MUST}/>'), "must_understand"),
    ("no signature", at("{d}Signature", drop), "unsigned"),
    ("the signature elsewhere", tree(lambda root: root[0].append(root[-1])), "bad_signature"),
    ("the signature first", tree(lambda root: root.insert(0, root[-1])), "bad_signature"),
    ("two signatures", at("{d}Signature", double), "bad_signature"),
    ("two references", at("{d}Signature/{d}SignedInfo/{d}Reference", double), "bad_signature"),
    ("a reference by id", at("{d}Signature/{d}SignedInfo/{d}Reference", put("URI", "#x")), "bad_signature"),
    ("a reference to a file", at("{d}Signature/{d}SignedInfo/{d}Reference", put("URI", "file:///etc/passwd")), "bad_signature"),
    ("no reference", at("{d}Signature/{d}SignedInfo/{d}Reference", drop), "bad_signature"),
    ("another digest", at("{d}Signature/{d}SignedInfo/{d}Reference/{d}DigestValue", say("AAAA")), "bad_signature"),
    ("SHA-1", at("{d}Signature/{d}SignedInfo/{d}Reference/{d}DigestMethod", put("Algorithm", f"{DS}sha1")), "bad_signature"),
    ("signed with SHA-1", at("{d}Signature/{d}SignedInfo/{d}SignatureMethod", put("Algorithm", f"{DS}rsa-sha1")), "bad_signature"),
    ("signed with HMAC", at("{d}Signature/{d}SignedInfo/{d}SignatureMethod", put("Algorithm", f"{DS}hmac-sha256")), "bad_signature"),
    ("another canonical form", at("{d}Signature/{d}SignedInfo/{d}CanonicalizationMethod", put("Algorithm", "urn:x")), "bad_signature"),
    ("XSLT", at("{d}Signature/{d}SignedInfo/{d}Reference/{d}Transforms/{d}Transform", put("Algorithm", "http://www.w3.org/TR/1999/REC-xslt-19991116")), "bad_signature"),
    ("a signature of zeros", at("{d}Signature/{d}SignatureValue", say(base64.b64encode(bytes(64)).decode())), "bad_signature"),
    ("an empty signature", at("{d}Signature/{d}SignatureValue", say("")), "bad_signature"),
    ("no certificate", at("{d}Signature/{d}KeyInfo", drop), "unsigned"),
    ("two certificates", at("{d}Signature/{d}KeyInfo/{d}X509Data/{d}X509Certificate", double), "unsigned"),
    ("no real certificate", at("{d}Signature/{d}KeyInfo/{d}X509Data/{d}X509Certificate", say("AAAA")), "bad_field"),
    ("certificate not base64", at("{d}Signature/{d}KeyInfo/{d}X509Data/{d}X509Certificate", say("!!")), "bad_field"),
    ("a stranger's", stranger, "unknown_certificate"),
    ("under a stolen name", stolen, "bad_signature"),
    ("a receipt", as_receipt, "malformed"),
    ("no payload", without_body, "missing_field"),
    ("payload of another", other_payload, "digest_mismatch"),
    ("payload changed", text(base64.b64encode(PAYLOAD).decode(), base64.b64encode(b'{"a": 3}').decode()), "bad_signature"),
    ("payload not base64", at("{m}Body", say("!!")), "bad_signature"),
    ("kind changed", text("test.note", "test.gone"), "bad_signature"),
    ("another root", text("Message", "Massage", 2), "malformed"),
    ("pretty printed", tree(lambda root: setattr(root[0], "text", "\n  ")), "bad_signature"),
    *[(name, changed(values), code) for name, values, code in BAD_FIELDS],
]  # fmt: skip


def test_bad_calls(place: Place) -> None:
    wrong, counts = [], dict[str, int]()
    for name, make, code in BAD:
        response = post(make(place))
        found = fault_of(response)[1] if response.status_code == 500 else str(response.status_code)
        if found != code:
            wrong.append((name, found, code))
        counts[code] = counts.get(code, 0) + 1
    assert wrong == []
    assert nothing_happened(place)
    assert place.rejections() == counts


def test_there_are_many() -> None:
    assert len({row[0] for row in BAD}) == len(BAD) >= 100


@pytest.mark.parametrize(("minutes", "code"), [(-20, "stale_envelope"), (-9.9, ""), (9.9, ""), (20, "future_envelope")])
def test_clocks(place: Place, minutes: float, code: str) -> None:
    fields: Any = place.partner.message(PAYLOAD, at=now() + timedelta(minutes=minutes))
    response = post(partner(place).call(fields))
    assert (fault_of(response)[1] if code else response.status_code) == (code or 200)
