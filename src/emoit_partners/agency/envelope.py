"""Signed messages and receipts as the exchange of the ministries writes them, in JSON or XML.

Fields are named texts. JSON: a JWS in flattened serialisation whose payload is the object of the fields, its type in
`typ`, the signer's certificate by `x5t#S256`; a message's body stands beside it in base64. XML: see `xml_form`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from emoit_partners.agency import xml_form
from emoit_partners.agency.faults import Fault
from emoit_partners.agency.signing import Own, b64url, holds, public_key_of, unb64url

Fields = Mapping[str, str]
# Hexadecimal SHA-256 of a certificate -> (code of the agency that it is of, the certificate in PEM); raises Fault.
Finder = Callable[[str], tuple[str, str]]

MEDIA_TYPES = {"json": "application/json", "xml": "application/xml"}
MESSAGE = (
    "id", "sender", "recipient", "kind", "conversation", "sequence", "after", "in_reply_to", "media_type", "digest",
    "size", "traceparent", "signed_at",
)  # fmt: skip
RECEIPT = ("message_id", "identity", "sender", "recipient", "received_at")
# What is the same in every try of a message.
_IDENTITY = (
    "id", "sender", "recipient", "kind", "conversation", "sequence", "in_reply_to", "media_type", "digest", "size",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """What was signed, who signed it, and the body of a message (compared with its digest already)."""

    fields: dict[str, str]
    signer: str
    body: bytes


def form_of(media_type: str) -> str:
    for form, known in MEDIA_TYPES.items():
        if media_type == known:
            return form
    raise Fault("media_type")


def identity(fields: Fields) -> str:
    return hashlib.sha256("\n".join([fields[name] for name in _IDENTITY]).encode()).hexdigest()


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def pack(kind: str, fields: Fields, body: bytes | None, form: str, own: Own) -> bytes:
    """`kind`: `message` or `receipt`."""
    if form == "xml":
        return xml_form.pack(kind, fields, body, own)
    head = b64url(
        json.dumps(
            {"alg": "ES256", "typ": f"emoit-{kind}+json", "x5t#S256": b64url(bytes.fromhex(own.fingerprint))}
        ).encode()
    )
    payload = b64url(json.dumps(dict(fields), ensure_ascii=False).encode())
    whole = {
        "protected": head,
        "payload": payload,
        "signature": b64url(own.sign(f"{head}.{payload}".encode())),
    }
    if body is not None:
        whole["body"] = base64.b64encode(body).decode()
    return json.dumps(whole).encode()


def read_message(content: bytes, form: str, find: Finder) -> Read:
    found = _read("message", content, form, find, has_body=True)
    _exactly(found.fields, MESSAGE)
    fields = found.fields
    if fields["sender"] != found.signer:
        raise Fault("wrong_sender")
    if str(len(found.body)) != fields["size"]:
        raise Fault("size_mismatch")
    if hashlib.sha256(found.body).hexdigest() != fields["digest"]:
        raise Fault("digest_mismatch")
    return found


def read_receipt(content: bytes, form: str, find: Finder) -> Read:
    found = _read("receipt", content, form, find, has_body=False)
    _exactly(found.fields, RECEIPT)
    return found


def _read(kind: str, content: bytes, form: str, find: Finder, *, has_body: bool) -> Read:
    if form == "xml":
        fields, body, signer = xml_form.read(kind, content, find, has_body=has_body)
        return Read(fields, signer, body)
    whole = _object(content)
    if "signature" not in whole or "protected" not in whole:
        raise Fault("unsigned")
    if set(whole) != {"protected", "payload", "signature"} | ({"body"} if has_body else set()):
        raise Fault("bad_field")
    try:
        head = _object(unb64url(whole["protected"]))
        signature, payload = unb64url(whole["signature"]), unb64url(whole["payload"])
        print_ = unb64url(head["x5t#S256"]).hex()
        body = base64.b64decode(whole["body"], validate=True) if has_body else b""
    except (ValueError, KeyError) as error:
        raise Fault("bad_field") from error
    if head.get("typ") != f"emoit-{kind}+json" or len(head) != 3:
        raise Fault("bad_field")
    signer, pem = find(print_)
    signed = f"{whole['protected']}.{whole['payload']}".encode()
    if not holds(public_key_of(pem), head.get("alg", ""), signature, signed):
        raise Fault("bad_signature")
    return Read(_object(payload), signer, body)


def _object(content: bytes) -> dict[str, str]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Fault("malformed") from error
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise Fault("malformed")
    return found


def _exactly(fields: Fields, names: tuple[str, ...]) -> None:
    if set(names) - set(fields):
        raise Fault("missing_field")
    if set(fields) - set(names):
        raise Fault("unknown_field")
