"""Messages and receipts to signed bytes and back: every field judged, the payload held against its signed digest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import ModuleType

from cryptography import x509

from emoit.exchange import keys
from emoit.exchange.envelopes import json_form, xml_form
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.types import Format, Header, Receipt

MEDIA_TYPES = {Format.JSON: "application/json", Format.XML: "application/xml"}
SKEW = timedelta(minutes=10)

# Hex SHA-256 of a certificate -> the partner that it may sign for now; raises BadEnvelope otherwise.
Finder = Callable[[str], keys.Signer]

_FORMS: dict[Format, ModuleType] = {Format.JSON: json_form, Format.XML: xml_form}
_ID = r"[A-Za-z0-9][A-Za-z0-9._:-]{7,63}"
_PARTY = r"[0-9A-Za-z][0-9A-Za-z._-]{0,34}"
_DIGEST = r"[0-9a-f]{64}"
_WHOLE = r"0|[1-9][0-9]{0,9}"
_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
MESSAGE_FIELDS = {
    "id": _ID,
    "sender": _PARTY,
    "recipient": _PARTY,
    "kind": r"[a-z][a-z0-9._/-]{0,79}",
    "conversation": r"[\x21-\x7e]{1,120}",
    "sequence": _WHOLE,
    "after": rf"(?:{_ID})?",
    "in_reply_to": rf"(?:{_ID})?",
    "media_type": r"[a-z0-9.+-]{1,39}/[a-z0-9.+-]{1,39}",
    "digest": _DIGEST,
    "size": _WHOLE,
    "traceparent": r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}",
    "signed_at": _MOMENT,
}
RECEIPT_FIELDS = {
    "message_id": _ID,
    "identity": _DIGEST,
    "sender": _PARTY,
    "recipient": _PARTY,
    "received_at": _MOMENT,
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A message whose signature holds and whose payload is the signed one."""

    header: Header
    payload: bytes
    signer: keys.Signer


def format_of(media_type: str) -> Format:
    """BadEnvelope `media_type` for anything but the two."""
    plain = media_type.partition(";")[0].strip().lower()
    for form, known in MEDIA_TYPES.items():
        if plain == known:
            return form
    raise BadEnvelope("media_type")


def pack_message(header: Header, payload: bytes, form: Format, key: keys.OwnKey) -> bytes:
    fields = {
        "id": header.id,
        "sender": header.sender,
        "recipient": header.recipient,
        "kind": header.kind,
        "conversation": header.conversation,
        "sequence": str(header.sequence),
        "after": header.after,
        "in_reply_to": header.in_reply_to,
        "media_type": header.media_type,
        "digest": header.digest,
        "size": str(header.size),
        "traceparent": header.traceparent,
        "signed_at": written(header.signed_at),
    }
    return bytes(_FORMS[form].seal("message", fields, payload, key))


def open_message(data: bytes, form: Format, *, find: Finder, recipient: str, now: datetime) -> Opened:
    """The message, or BadEnvelope with the first thing that is wrong: the signature before what it vouches for."""
    opened = read_message(data, form, find=find)
    header = opened.header
    if header.recipient != recipient:
        raise BadEnvelope("wrong_recipient")
    if header.signed_at < now - SKEW:
        raise BadEnvelope("stale_envelope")
    if header.signed_at > now + SKEW:
        raise BadEnvelope("future_envelope")
    return opened


def read_message(data: bytes, form: Format, *, find: Finder) -> Opened:
    """As `open_message`, whenever it was signed and whoever it is for: to read again what was taken in before."""
    found: list[keys.Signer] = []

    def lookup(fingerprint: str) -> x509.Certificate:
        found.append(find(fingerprint))
        return found[0].certificate

    unsealed = _FORMS[form].unseal("message", data, lookup, has_body=True)
    header = _header(_judged(unsealed.fields, MESSAGE_FIELDS))
    if header.sender != found[0].partner.code:
        raise BadEnvelope("wrong_sender")
    if header.size != len(unsealed.body):
        raise BadEnvelope("size_mismatch")
    if hashlib.sha256(unsealed.body).hexdigest() != header.digest:
        raise BadEnvelope("digest_mismatch")
    return Opened(header, unsealed.body, found[0])


def pack_receipt(receipt: Receipt, form: Format, key: keys.OwnKey) -> bytes:
    fields = {
        "message_id": receipt.message_id,
        "identity": receipt.identity,
        "sender": receipt.sender,
        "recipient": receipt.recipient,
        "received_at": written(receipt.received_at),
    }
    return bytes(_FORMS[form].seal("receipt", fields, None, key))


def open_receipt(data: bytes, form: Format, *, find: Finder) -> tuple[Receipt, keys.Signer]:
    """A receipt whose signature holds. What it is for is the caller's to compare. BadEnvelope otherwise."""
    found: list[keys.Signer] = []

    def lookup(fingerprint: str) -> x509.Certificate:
        found.append(find(fingerprint))
        return found[0].certificate

    fields = _judged(_FORMS[form].unseal("receipt", data, lookup, has_body=False).fields, RECEIPT_FIELDS)
    receipt = Receipt(
        message_id=fields["message_id"],
        identity=fields["identity"],
        sender=fields["sender"],
        recipient=fields["recipient"],
        received_at=_moment(fields["received_at"]),
    )
    return receipt, found[0]


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _judged(fields: dict[str, str], patterns: dict[str, str]) -> dict[str, str]:
    if patterns.keys() - fields.keys():
        raise BadEnvelope("missing_field")
    if fields.keys() - patterns.keys():
        raise BadEnvelope("unknown_field")
    if not all(re.fullmatch(pattern, fields[name], re.ASCII) for name, pattern in patterns.items()):
        raise BadEnvelope("bad_field")
    return fields


def _header(fields: dict[str, str]) -> Header:
    sequence, size = int(fields["sequence"]), int(fields["size"])
    if not 1 <= sequence < 2**31:
        raise BadEnvelope("bad_field")
    texts = {name: fields[name] for name in MESSAGE_FIELDS if name not in {"sequence", "size", "signed_at"}}
    return Header(**texts, sequence=sequence, size=size, signed_at=_moment(fields["signed_at"]))


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise BadEnvelope("bad_field") from error
