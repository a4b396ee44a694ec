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
from emoit.exchange.envelopes import as4_form, json_form, xml_form
from emoit.exchange.envelopes.as4 import mime, profile, signals
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.types import Format, Header, Receipt, Use

MEDIA_TYPES = {Format.JSON: "application/json", Format.XML: "application/xml", Format.AS4: mime.MULTIPART}
RECEIPT_TYPES = MEDIA_TYPES | {Format.AS4: signals.MEDIA_TYPE}
SKEW = timedelta(minutes=10)

# Hex SHA-256 of a certificate -> the partner that it may sign for now; raises BadEnvelope otherwise.
Finder = Callable[[str], keys.Signer]

_FORMS: dict[Format, ModuleType] = {Format.JSON: json_form, Format.XML: xml_form, Format.AS4: as4_form}
_ID = r"[A-Za-z0-9][A-Za-z0-9._:@-]{7,63}"
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
    """Of a message or a receipt. BadEnvelope `media_type` for anything else."""
    plain = media_type.partition(";")[0].strip().lower()
    for form in Format:
        if plain in {MEDIA_TYPES[form], RECEIPT_TYPES[form]}:
            return form
    raise BadEnvelope("media_type")


def use_of(form: Format) -> Use:
    """What a certificate must be for that signs in this form."""
    return Use.AS4 if form is Format.AS4 else Use.SIGN


def pack_message(
    header: Header, payload: bytes, form: Format, key: keys.OwnKey, to: x509.Certificate | None = None
) -> bytes:
    """The signed bytes; in AS4 also encrypted `to` the recipient's certificate."""
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
    if form is Format.AS4:
        if to is None:
            raise BadEnvelope("no_key")
        return profile.pack(fields, payload, key, to)
    return bytes(_FORMS[form].seal("message", fields, payload, key))


def open_message(data: bytes, form: Format, *, find: Finder, recipient: str, now: datetime) -> Opened:
    """The message, or BadEnvelope with the first thing that is wrong: the signature before what it vouches for.

    AS4 sends the same bytes at every try, so only a time to come is wrong there; ids are remembered for good.
    """
    opened = read_message(data, form, find=find)
    header = opened.header
    if header.recipient != recipient:
        raise BadEnvelope("wrong_recipient")
    if header.signed_at < now - SKEW and form is not Format.AS4:
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


def pack_receipt(receipt: Receipt, form: Format, key: keys.OwnKey, answered: bytes = b"") -> bytes:
    """The signed receipt for the message in `answered`, whose digests AS4 repeats."""
    if form is Format.AS4:
        return signals.pack_receipt(answered, key)
    fields = {
        "message_id": receipt.message_id,
        "identity": receipt.identity,
        "sender": receipt.sender,
        "recipient": receipt.recipient,
        "received_at": written(receipt.received_at),
    }
    return bytes(_FORMS[form].seal("receipt", fields, None, key))


def open_receipt(data: bytes, form: Format, *, find: Finder, sent: bytes = b"") -> tuple[Receipt, keys.Signer]:
    """A receipt whose signature holds. What it is for is the caller's to compare. BadEnvelope otherwise.

    A receipt of AS4 proves only the digests of what was `sent`: it is held against those bytes.
    """
    found: list[keys.Signer] = []

    def lookup(fingerprint: str) -> x509.Certificate:
        found.append(find(fingerprint))
        return found[0].certificate

    if form is Format.AS4:
        return _acknowledged(signals.open_receipt(data, sent, lookup), found[0])
    fields = _judged(_FORMS[form].unseal("receipt", data, lookup, has_body=False).fields, RECEIPT_FIELDS)
    receipt = Receipt(
        message_id=fields["message_id"],
        identity=fields["identity"],
        sender=fields["sender"],
        recipient=fields["recipient"],
        received_at=_moment(fields["received_at"]),
    )
    return receipt, found[0]


def _acknowledged(told: signals.Acknowledged, signer: keys.Signer) -> tuple[Receipt, keys.Signer]:
    sent = _header(_judged(told.fields, MESSAGE_FIELDS))
    at = _moment(told.received_at)
    return Receipt(sent.id, sent.identity, signer.partner.code, sent.sender, at), signer


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
