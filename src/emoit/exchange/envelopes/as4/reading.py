"""A user message that came in: verified, decrypted, decompressed, and then read into our fields."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from as4.core.common import index_elements_by_id
from as4.core.context import AS4ParseContext, SecurityPolicy
from as4.errors import BaseAS4ReceiptableError
from as4.models.ebms.user_message import PartInfo, UserMessage
from as4.models.soap.envelope import Envelope
from cryptography import x509
from lxml import etree
from pydantic import ValidationError

from emoit.exchange import keys
from emoit.exchange.envelopes.as4 import faults, mime, profile, shape
from emoit.exchange.envelopes.records import Lookup, Unsealed
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.types import PING

T = TypeVar("T")
MOST_BYTES = 20 * 1024 * 1024  # of a payload, decompressed
_CHARSETS = {"utf-8", "us-ascii", "iso-8859-1", "utf-16"}


def unseal(data: bytes, lookup: Lookup, openers: list[keys.OwnKey]) -> Unsealed:
    """BadEnvelope: bad_mime, not_supported, external_payload, unencrypted, bad_encryption, bad_compression, what
    `shape` raises, the usual codes about signatures and fields, and what `lookup` raises."""
    parts = mime.split(data)
    root = shape.read(parts.soap)
    if len(parts.attachments) > 1:
        raise BadEnvelope("not_supported")
    shape.judge(root, set(parts.attachments))
    fingerprint = shape.signer_of(root)
    certificate = lookup(fingerprint)
    envelope = _checked(lambda: Envelope.model_validate_etree(root), "bad_field")
    user = _checked(lambda: envelope.header.messaging.user_message, "not_supported")
    if user is None:
        raise BadEnvelope("not_supported")  # a receipt comes in the answer, and nothing is pulled here
    _judge_links(user)
    payload = _payload(root, envelope, parts, certificate, _opener(envelope, openers))
    return Unsealed(_checked(lambda: _fields(user, payload), "bad_field"), payload, fingerprint)


def _payload(
    root: etree._Element,
    envelope: Envelope,
    parts: mime.Parts,
    certificate: x509.Certificate,
    opener: keys.OwnKey,
) -> bytes:
    policy = SecurityPolicy(signer_resolver=lambda _party, _embedded: certificate, maximum_decompressed_size=MOST_BYTES)
    context = AS4ParseContext(local_party=profile.party("", opener), security_policy=policy)
    security = envelope.header.security

    def verify() -> Any:
        return profile.Message.get_verified_signature(context, security, envelope, index_elements_by_id(root))[0]

    signature = _checked(verify, "bad_signature")
    part = _part(envelope.header.messaging.user_message, parts)
    if part is None:
        return b""
    opened = _checked(
        lambda: profile.Message.get_decrypted_data(context, security, parts.attachments), "bad_encryption"
    )
    if set(opened) != set(parts.attachments):
        raise BadEnvelope("unencrypted")
    _checked(lambda: profile.Message.verify_attachment_digests(signature, opened), "bad_signature")
    (compressed,) = opened.values()
    kind = _checked(lambda: part.part_properties.compression_type, "bad_field")
    if kind not in {None, profile.GZIP} or (kind and not compressed):
        raise BadEnvelope("bad_compression")
    return bytes(_checked(lambda: part.part_properties.decompress(compressed, MOST_BYTES), "bad_compression"))


def _parts(user: UserMessage) -> list[PartInfo]:
    return list(user.payload_info.part_info) if user.payload_info is not None else []


def _judge_links(user: UserMessage) -> None:
    """Payloads are attachments. What says otherwise is refused before anything else is looked at."""
    links = [part.href or "" for part in _parts(user)]
    if any("://" in link for link in links):
        raise BadEnvelope("external_payload")
    if not all(link.startswith("cid:") for link in links):
        raise BadEnvelope("not_supported")


def _part(user: UserMessage, parts: mime.Parts) -> PartInfo | None:
    """What is said of the one payload. A ping may come without."""
    told = _parts(user)
    if [part.href for part in told] != [f"cid:{name}" for name in parts.attachments]:
        raise BadEnvelope("bad_mime")
    if not told and _kind(user) != PING:
        raise BadEnvelope("missing_field")
    return told[0] if told else None


def _opener(envelope: Envelope, openers: list[keys.OwnKey]) -> keys.OwnKey:
    """That of our keys which the message is encrypted to, as it says; the newest where it does not say."""
    if not openers:
        raise BadEnvelope("no_key")
    tokens = envelope.header.security.binary_security_tokens
    shown = {token.value.replace("\n", "").replace(" ", "") for token in tokens}
    return next((key for key in openers if keys.in_base64(key.certificate) in shown), openers[0])


def _kind(user: UserMessage) -> str:
    service, action = user.collaboration_info.service.value, user.collaboration_info.action.value
    if (service, action) == (profile.TEST_SERVICE, profile.TEST_ACTION):
        return PING
    if service != profile.SERVICE:
        raise BadEnvelope("unknown_kind")
    return str(action)


def fields_of(user: UserMessage) -> dict[str, str]:
    """Our fields as the header has them; "" for what it leaves out."""
    info, parties, talk = user.message_info, user.party_info, user.collaboration_info
    told = {one.name: one.value for one in (user.message_properties.properties if user.message_properties else [])}
    at = info.timestamp.value
    if at.tzinfo is None:
        raise BadEnvelope("bad_field")
    reply = info.ref_to_message_id.value if info.ref_to_message_id else ""
    return {
        "id": info.message_id.value,
        "sender": parties.party_from.party_id.value,
        "recipient": parties.party_to.party_id.value,
        "kind": _kind(user),
        "conversation": talk.conversation_id.value,
        "media_type": _type(user),
        "in_reply_to": reply,
        "signed_at": _written(at),
        **{name: told.get(name, "") for name in profile.OWN},
    }


def _fields(user: UserMessage, payload: bytes) -> dict[str, str]:
    fields = fields_of(user)
    trace = hashlib.sha256(fields["id"].encode()).hexdigest()
    usual = {
        "sequence": "1",
        "traceparent": f"00-{trace[:32]}-{trace[32:48]}-00",
        "digest": hashlib.sha256(payload).hexdigest(),
        "size": str(len(payload)),
    }
    found = {**fields, **{name: fields[name] or value for name, value in usual.items()}}
    if not all(isinstance(value, str) for value in found.values()):
        raise BadEnvelope("bad_field")  # an empty element is none to the package
    return found


def _type(user: UserMessage) -> str:
    """The payload's media type (ebMS: MimeType); its character set must be one that we know."""
    if user.payload_info is None:
        return "application/octet-stream"
    told = {one.name: one.value for one in user.payload_info.part_info[0].part_properties.properties}
    if told.get("CharacterSet", "utf-8").lower() not in _CHARSETS or "MimeType" not in told:
        raise BadEnvelope("bad_field")
    return str(told["MimeType"])


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _checked(step: Callable[[], T], otherwise: str) -> T:
    try:
        return step()
    except BadEnvelope:
        raise
    except BaseAS4ReceiptableError as error:
        raise BadEnvelope(faults.ours(error)) from error
    except ValidationError as error:
        is_missing = any(one["type"] == "missing" for one in error.errors())
        raise BadEnvelope("missing_field" if is_missing else "bad_field") from error
    except Exception as error:
        # Whatever else goes wrong in a step means that it did not succeed.
        raise BadEnvelope(otherwise) from error
