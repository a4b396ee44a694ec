"""Bad AS4 requests, one line each: its ebMS error and our code in a signed signal, and nothing of it is kept."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from as4.models.ebms.user_message import Property
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree

from emoit.exchange.envelopes.as4 import faults, mime, shape
from emoit.exchange.envelopes.as4.shape import DSIG, EBMS, WSSE, WSU
from emoit.lib.xml import parse_xml
from tests.exchange.conftest import Place
from tests.exchange.test_as4 import PAYLOAD, error_of, nothing_happened, partner, place, post, served
from tests.support.as4_partner import Twist
from tests.support.partner import certificate, pem_of

__all__ = ["place", "served"]  # fixtures

Make = Callable[[Place], bytes]
ENC = "http://www.w3.org/2001/04/xmlenc#"
TYPE = 'multipart/related; type="application/soap+xml"; boundary="b"'
NAMES = {"s": shape.SOAP, "eb": EBMS, "d": DSIG, "w": WSSE, "e": ENC}


def genuine(place: Place, twist: Twist | None = None, **fields: str) -> bytes:
    return partner(place).push(place.partner.message(PAYLOAD, **fields), PAYLOAD, twist or Twist())


def raw(content: bytes) -> Make:
    return lambda _place: content


def text(old: bytes, new: bytes) -> Make:
    """The genuine request with bytes changed."""

    def make(place: Place) -> bytes:
        content = genuine(place)
        assert old in content, old
        return content.replace(old, new, 1)

    return make


def parts(change: Callable[[mime.Parts], bytes]) -> Make:
    return lambda place: change(mime.split(genuine(place)))


def tree(change: Callable[[etree._Element], Any]) -> Make:
    """The SOAP message changed as a tree, after it was signed."""

    def make(place: Place) -> bytes:
        found = mime.split(genuine(place))
        root = parse_xml(found.soap)
        change(root)
        return mime.join(etree.tostring(root), found.attachments)

    return make


def at(path: str, change: Callable[[etree._Element], Any]) -> Make:
    def find(root: etree._Element) -> None:
        found = root.find(path, namespaces=NAMES)
        assert found is not None, path
        change(found)

    return tree(find)


def drop(node: etree._Element) -> None:
    parent = node.getparent()
    assert parent is not None
    parent.remove(node)


def double(node: etree._Element) -> None:
    parent = node.getparent()
    assert parent is not None
    parent.append(parse_xml(etree.tostring(node)))


def put(name: str, value: str) -> Callable[[etree._Element], Any]:
    return lambda node: node.set(name, value)


def say(value: str) -> Callable[[etree._Element], Any]:
    return lambda node: setattr(node, "text", value)


def child(tag: str) -> Callable[[etree._Element], Any]:
    return lambda node: etree.SubElement(node, tag)


def soap(content: bytes) -> Make:
    return parts(lambda found: mime.join(content, found.attachments))


def told(change: Callable[[Any], Any]) -> Make:
    """The user message changed before it is signed."""
    return lambda place: genuine(place, Twist(user=change))


def named(name: str, value: str | None) -> Make:
    """A message property with another value, or without one."""

    def change(user: Any) -> None:
        rest = [one for one in user.message_properties.properties if one.name != name]
        user.message_properties.properties = rest + ([Property(name=name, value=value)] if value is not None else [])

    return told(change)


def of_part(name: str, value: str) -> Make:
    def change(user: Any) -> None:
        props = user.payload_info.part_info[0].part_properties
        props.properties = [one for one in props.properties if one.name != name] + [Property(name=name, value=value)]

    return told(change)


def wrong(path: str, value: str) -> Make:
    """An element of the user message with another text, signed all the same."""

    def change(user: Any) -> None:
        *way, last = path.split(".")
        for step in way:
            user = getattr(user, step)
        getattr(user, last).value = value

    return told(change)


def part_twice(user: Any) -> None:
    user.payload_info.part_info = user.payload_info.part_info * 2


def no_parts(user: Any) -> None:
    user.payload_info = None


def stranger(place: Place) -> bytes:
    made = partner(place)
    key = rsa.generate_private_key(65537, 2048)
    made.rsa_key, made.rsa_own = key, certificate("P01", key)  # type: ignore[arg-type]
    try:
        return genuine(place)
    finally:
        made.__post_init__()


def stolen(place: Place) -> bytes:
    made = partner(place)
    made.rsa_key = rsa.generate_private_key(65537, 2048)
    try:
        return genuine(place)
    finally:
        made.__post_init__()


def for_another(place: Place) -> bytes:
    """Encrypted to a key that is not ours."""
    made, ours = partner(place), (place.partner.folder / "ours-as4.pem").read_text()
    made.knows_as4(pem_of(certificate("X", rsa.generate_private_key(65537, 2048))))  # type: ignore[arg-type]
    try:
        return genuine(place)
    finally:
        made.knows_as4(ours)


def part(headers: str, content: bytes = b"x") -> bytes:
    return b"--b\r\n" + headers.encode() + b"\r\n\r\n" + content + b"\r\n"


SOAP_PART = "Content-Type: application/soap+xml"
S = f'<s:Envelope xmlns:s="{shape.SOAP}" xmlns:eb="{EBMS}" xmlns:w="{WSSE}">'.encode()
BOMB = b'<!DOCTYPE s [<!ENTITY a "' + b"x" * 1000 + b'"><!ENTITY b "' + b"&a;" * 1000 + b'">]><s>&b;</s>'
MUST = f"{{{shape.SOAP}}}mustUnderstand"
SIG, INFO = "s:Header/w:Security/d:Signature", "s:Header/w:Security/d:Signature/d:SignedInfo"
HEAD, BOUND = "s:Header/eb:Messaging", "s:Header/w:Security/w:BinarySecurityToken[2]"
XI = "{http://www.w3.org/2001/XInclude}include"
PARTY = "party_info.party_from.party_id"

BAD: list[tuple[str, Make, str]] = [
    ("nothing in parts", raw(b"hello"), "bad_mime"),
    ("XML alone", raw(b"<a/>"), "bad_mime"),
    ("no part", raw(b"--b\r\n--b--\r\n"), "bad_mime"),
    ("never closed", raw(part(SOAP_PART)), "bad_mime"),
    ("a preamble", lambda p: b"hello\r\n" + genuine(p), "bad_mime"),
    ("something behind", lambda p: genuine(p) + b"more", "bad_mime"),
    ("cut off", lambda p: genuine(p)[:-30], "bad_mime"),
    ("a header without a colon", raw(part("Content-Type") + b"--b--\r\n"), "bad_mime"),
    ("a header twice", raw(part(f"{SOAP_PART}\r\n{SOAP_PART}") + b"--b--\r\n"), "bad_mime"),
    ("no gap", raw(b"--b\r\nContent-Type: application/soap+xml\r\n--b--\r\n"), "bad_mime"),
    ("a huge header", raw(part(f"{SOAP_PART}\r\nX: {'x' * 5000}") + b"--b--\r\n"), "bad_mime"),
    ("no type", raw(part("X: y") + b"--b--\r\n"), "bad_mime"),
    ("SOAP 1.1's type", raw(part("Content-Type: text/xml") + b"--b--\r\n"), "bad_mime"),
    ("another character set", raw(part(f"{SOAP_PART}; charset=utf-16") + b"--b--\r\n"), "bad_mime"),
    ("the payload first", raw(part("Content-Type: application/octet-stream") + part(SOAP_PART) + b"--b--\r\n"), "bad_mime"),
    ("an unknown encoding", raw(part(f"{SOAP_PART}\r\nContent-Transfer-Encoding: x-zip") + b"--b--\r\n"), "bad_mime"),
    ("not base64", raw(part(f"{SOAP_PART}\r\nContent-Transfer-Encoding: base64", b"!!") + b"--b--\r\n"), "bad_mime"),
    ("a part without a name", raw(part(SOAP_PART, S) + part("X: y") + b"--b--\r\n"), "bad_mime"),
    ("a name with a blank", raw(part(SOAP_PART, S) + part("Content-ID: <a b>") + b"--b--\r\n"), "bad_mime"),
    ("a name twice", raw(part(SOAP_PART, S) + part("Content-ID: <a>") * 2 + b"--b--\r\n"), "bad_mime"),
    ("twenty parts", raw(part(SOAP_PART, S) + part("Content-ID: <a>") * 20 + b"--b--\r\n"), "bad_mime"),
    ("parts within parts", raw(part("Content-Type: multipart/related; boundary=c") + b"--b--\r\n"), "bad_mime"),
    ("two payloads", parts(lambda f: mime.join(f.soap, {**f.attachments, "more@x": b"x"})), "not_supported"),
    ("no SOAP", soap(b""), "malformed"),
    ("not XML", soap(b"hello"), "malformed"),
    ("SOAP 1.1", soap(b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>'), "soap_version"),
    ("another root", soap(b"<a/>"), "malformed"),
    ("an empty envelope", soap(S + b"</s:Envelope>"), "malformed"),
    ("no header", soap(S + b"<s:Body/></s:Envelope>"), "malformed"),
    ("an empty header", soap(S + b"<s:Header/><s:Body/></s:Envelope>"), "unsigned"),
    ("two bodies", tree(lambda root: etree.SubElement(root, f"{{{shape.SOAP}}}Body")), "malformed"),
    ("something beside", tree(lambda root: etree.SubElement(root, "x")), "malformed"),
    ("a body with content", at("s:Body", child("x")), "not_supported"),
    ("a body with text", at("s:Body", say("x")), "not_supported"),
    ("a doctype", parts(lambda f: mime.join(b"<!DOCTYPE s>" + f.soap, f.attachments)), "doctype"),
    ("a bomb", soap(BOMB), "doctype"),
    ("a file", soap(b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><s>&x;</s>'), "doctype"),
    ("a comment", at(HEAD, lambda node: node.append(etree.Comment("x"))), "malformed"),
    ("an instruction", parts(lambda f: mime.join(b"<?x y?>" + f.soap, f.attachments)), "malformed"),
    ("XInclude", at(HEAD, child(XI)), "bad_signature"),
    ("a schema from elsewhere", at(HEAD, put("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation", "urn:x http://127.0.0.1:1/x")), "bad_signature"),
    ("deep", soap(b"<a>" * 40 + b"</a>" * 40), "too_deep"),
    ("a huge attribute", soap(b'<a b="' + b"x" * 11_000_000 + b'"/>'), "malformed"),
    ("UTF-16", soap("<a/>".encode("utf-16")), "malformed"),
    ("UTF-7", soap(b'<?xml version="1.0" encoding="utf-7"?><a/>'), "encoding"),
    ("no messaging", at(HEAD, drop), "malformed"),
    ("two messagings", at(HEAD, double), "malformed"),
    ("no security", at("s:Header/w:Security", drop), "unsigned"),
    ("two securities", at("s:Header/w:Security", double), "malformed"),
    ("a header that must be understood", at("s:Header", lambda node: etree.SubElement(node, "{urn:x}a").set(MUST, "true")), "must_understand"),
    ("no signature", at(SIG, drop), "unsigned"),
    ("two signatures", at(SIG, double), "bad_signature"),
    ("a signature of zeros", at(f"{SIG}/d:SignatureValue", say(base64.b64encode(bytes(256)).decode())), "bad_signature"),
    ("an empty signature", at(f"{SIG}/d:SignatureValue", say("")), "bad_signature"),
    ("signed with SHA-1", at(f"{INFO}/d:SignatureMethod", put("Algorithm", f"{DSIG}rsa-sha1")), "bad_algorithm"),
    ("signed with HMAC", at(f"{INFO}/d:SignatureMethod", put("Algorithm", f"{DSIG}hmac-sha1")), "bad_algorithm"),
    ("another canonical form", at(f"{INFO}/d:CanonicalizationMethod", put("Algorithm", "urn:x")), "bad_algorithm"),
    ("a digest of SHA-1", at(f"{INFO}/d:Reference/d:DigestMethod", put("Algorithm", f"{DSIG}sha1")), "bad_signature"),
    ("XSLT", at(f"{INFO}/d:Reference/d:Transforms/d:Transform", put("Algorithm", "http://www.w3.org/TR/1999/REC-xslt-19991116")), "bad_signature"),
    ("another digest", at(f"{INFO}/d:Reference/d:DigestValue", say("AAAA")), "bad_signature"),
    ("a reference less", at(f"{INFO}/d:Reference", drop), "bad_signature"),
    ("the payload not signed", at(f"{INFO}/d:Reference[3]", drop), "bad_signature"),
    ("the body not signed", at(f"{INFO}/d:Reference[2]", drop), "bad_signature"),
    ("a reference twice", at(f"{INFO}/d:Reference", double), "bad_signature"),
    ("a reference to nothing", at(f"{INFO}/d:Reference", put("URI", "#nothing")), "bad_signature"),
    ("a reference to a file", at(f"{INFO}/d:Reference", put("URI", "file:///etc/passwd")), "bad_signature"),
    ("a reference to the whole", at(f"{INFO}/d:Reference", put("URI", "")), "bad_signature"),
    ("an id twice", at("s:Body", lambda node: node.set("ID", node.get(f"{{{WSU}}}Id"))), "bad_signature"),
    ("no token", at(BOUND, drop), "unsigned"),
    ("no real token", at(BOUND, say("AAAA")), "bad_field"),
    ("a token that is not base64", at(BOUND, say("!!")), "bad_field"),
    ("a token of another kind", at(BOUND, put("ValueType", "urn:x")), "bad_algorithm"),
    ("no word of the token", at(f"{SIG}/d:KeyInfo", drop), "unsigned"),
    ("a stranger's", stranger, "unknown_certificate"),
    ("under a stolen name", stolen, "bad_signature"),
    ("the header changed", text(b">test.note<", b">test.gone<"), "bad_signature"),
    ("the payload changed", parts(lambda f: mime.join(f.soap, {name: body[:-1] + bytes([body[-1] ^ 1]) for name, body in f.attachments.items()})), "bad_encryption"),
    ("the payload shorter", parts(lambda f: mime.join(f.soap, dict.fromkeys(f.attachments, b"x"))), "bad_encryption"),
    ("no payload", parts(lambda f: mime.join(f.soap, {})), "bad_signature"),
    ("the payload renamed", parts(lambda f: mime.join(f.soap, dict(zip(["other@x"], f.attachments.values(), strict=True)))), "bad_signature"),
    ("not encrypted", at("s:Header/w:Security/e:EncryptedKey", drop), "unencrypted"),
    ("no encrypted data", at("s:Header/w:Security/e:EncryptedData", drop), "bad_encryption"),
    ("another cipher", at("s:Header/w:Security/e:EncryptedData/e:EncryptionMethod", put("Algorithm", f"{ENC}aes128-cbc")), "bad_algorithm"),
    ("a key by RSA 1.5", at("s:Header/w:Security/e:EncryptedKey/e:EncryptionMethod", put("Algorithm", f"{ENC}rsa-1_5")), "bad_algorithm"),
    ("a key of zeros", at("s:Header/w:Security/e:EncryptedKey/e:CipherData/e:CipherValue", say(base64.b64encode(bytes(384)).decode())), "bad_encryption"),
    ("for another", for_another, "bad_encryption"),
    ("signed before compression", lambda p: genuine(p, Twist(signed=lambda plain, _c: plain)), "bad_signature"),
    ("compressed twice", lambda p: genuine(p, Twist(encrypted=gzip.compress)), "bad_signature"),
    ("not gzip", lambda p: genuine(p, Twist(compressed=lambda _c: b"no gzip")), "bad_compression"),
    ("gzip cut off", lambda p: genuine(p, Twist(compressed=lambda c: c[:-9])), "bad_compression"),
    ("a gzip bomb", lambda p: genuine(p, Twist(compressed=lambda _c: gzip.compress(bytes(30_000_000)))), "bad_compression"),
    ("another compression", of_part("CompressionType", "application/zstd"), "bad_compression"),
    ("no media type", told(lambda user: setattr(user.payload_info.part_info[0].part_properties, "properties", [Property(name="CompressionType", value="application/gzip")])), "bad_field"),
    ("a media type of one word", of_part("MimeType", "json"), "bad_field"),
    ("an unknown character set", of_part("CharacterSet", "klingon"), "bad_field"),
    ("a payload behind a link", told(lambda user: setattr(user.payload_info.part_info[0], "href", "https://example.org/")), "external_payload"),
    ("a payload in the body", told(lambda user: setattr(user.payload_info.part_info[0], "href", "#x")), "not_supported"),
    ("another payload named", told(lambda user: setattr(user.payload_info.part_info[0], "href", "cid:x")), "bad_signature"),
    ("a payload named twice", told(part_twice), "bad_mime"),
    ("no payload named", told(no_parts), "bad_mime"),
    ("another service", wrong("collaboration_info.service", "urn:x"), "unknown_kind"),
    ("an unknown action", wrong("collaboration_info.action", "test.unknown"), "unknown_kind"),
    ("an action in capitals", wrong("collaboration_info.action", "TEST"), "bad_field"),
    ("a conversation with a blank", wrong("collaboration_info.conversation_id", "a b"), "bad_field"),
    ("an id with a path", wrong("message_info.message_id", "../../etc/passwd"), "bad_field"),
    ("a long id", wrong("message_info.message_id", "a" * 65), "bad_field"),
    ("a reply to a path", lambda p: genuine(p, in_reply_to="../../etc/passwd"), "bad_field"),
    ("sender of another", wrong(PARTY, "P99"), "wrong_sender"),
    ("sender of us", wrong(PARTY, "G02"), "wrong_sender"),
    ("recipient of another", wrong("party_info.party_to.party_id", "G03"), "wrong_recipient"),
    ("sequence 0", named("sequence", "0"), "bad_field"),
    ("sequence beyond", named("sequence", "2147483648"), "bad_field"),
    ("after one not seen", named("after", "never-seen-1"), "too_early"),
    ("digest of another", named("digest", "0" * 64), "digest_mismatch"),
    ("size of another", named("size", "9"), "size_mismatch"),
    ("trace of zeros", named("traceparent", "0" * 55), "bad_field"),
    ("no zone", told(lambda user: setattr(user.message_info.timestamp, "value", user.message_info.timestamp.value.replace(tzinfo=None))), "bad_field"),
    ("no conversation", told(lambda user: setattr(user.collaboration_info.conversation_id, "value", "")), "missing_field"),
    ("no action", told(lambda user: setattr(user.collaboration_info.action, "value", "")), "missing_field"),
    ("nobody sends", told(lambda user: setattr(user.party_info.party_from.party_id, "value", "")), "bad_field"),
    ("before all time", told(lambda user: setattr(user.message_info.timestamp, "value", datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))))), "bad_field"),
    ("from a day to come", told(lambda user: setattr(user.message_info.timestamp, "value", user.message_info.timestamp.value.replace(year=2099))), "future_envelope"),
]  # fmt: skip


def test_bad_requests(place: Place) -> None:
    bad, counts = [], dict[str, int]()
    for name, make, code in BAD:
        content = make(place)
        try:
            media_type = mime.content_type(content)
        except Exception:  # noqa: BLE001 - what has no boundary is sent under another's
            media_type = TYPE
        response = post(content, media_type)
        found = error_of(place, response)
        if found != (faults.ebms_of(code)[0], code):
            bad.append((name, found, code))
        counts[code] = counts.get(code, 0) + 1
    assert bad == []
    assert nothing_happened(place)
    assert place.rejections() == counts
    assert post(genuine(place)).status_code == 200


def test_there_are_many() -> None:
    assert len({row[0] for row in BAD}) == len(BAD) >= 100


def test_types_that_do_not_fit(place: Place) -> None:
    content = genuine(place)
    for media_type, code in (
        (TYPE, "bad_mime"),
        ("multipart/related", "bad_mime"),
        ("multipart/mixed; boundary=b", "media_type"),
        ("application/soap+xml", "not_supported"),
        ("application/json", "media_type"),
    ):
        assert error_of(place, post(content, media_type))[1] == code
    assert nothing_happened(place)
