"""Signals: non-repudiation receipts and errors, made and read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC

from as4.core.receipt import AS4Receipt
from as4.errors import BaseAS4ReceiptableError, ReceiptVerificationError
from as4.models.dsig.reference import ComparableReferenceFields
from as4.models.soap.envelope import Envelope
from lxml import etree

from emoit.exchange import keys, own
from emoit.exchange.envelopes.as4 import faults, mime, profile, reading, shape
from emoit.exchange.envelopes.records import Lookup
from emoit.exchange.faults import FAULTS, BadEnvelope

MEDIA_TYPE = mime.SOAP
CONTENT_TYPE = f"{MEDIA_TYPE}; charset=utf-8"
_CODE = re.compile(r"EBMS:\d{4}")


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What a receipt proves: the fields of our message whose signed digests it repeats, and when it was made."""

    fields: dict[str, str]
    received_at: str


@dataclass(frozen=True, slots=True)
class Error:
    """`code` EBMS:0303; `detail` as the sender words it."""

    code: str
    detail: str


def pack_receipt(answered: bytes, key: keys.OwnKey) -> bytes:
    """The receipt for a message that was verified: the digests of all that its signature covers, signed by us."""
    root = shape.read(mime.split(answered).soap)
    envelope = Envelope.model_validate_etree(root)
    made = AS4Receipt.create_non_repudiation_receipt(
        referenced_message_id=shape.message_id(root),
        referenced_messaging_id=envelope.header.messaging.messaging_id or "",
        non_repudiated_references=envelope.header.security.signature.signed_info.references,
        local_party=profile.party(own.code(), key),
    )
    return bytes(made.get_request_data()[1])


def pack_error(code: str, about: str, key: keys.OwnKey) -> bytes:
    """One of `faults.FAULTS` as an ebMS error, signed by us. `about`: the MessageId, "" where it was not readable."""
    number, short, category = faults.ebms_of(code)
    made = AS4Receipt.create_error_signal(
        error_code=number,
        short_description=short,
        description=FAULTS[code][1],
        severity="failure",
        detail=code,
        category=category,
        referenced_message_id=about,
        referenced_messaging_id="",
        local_party=profile.party(own.code(), key),
    )
    return bytes(made.get_request_data()[1])


def open_receipt(data: bytes, sent: bytes, lookup: Lookup) -> Acknowledged:
    """A receipt whose signature holds and which repeats every digest that we signed in `sent`, and no other.

    BadEnvelope: unsigned, bad_signature, digest_mismatch, malformed, and what `lookup` raises.
    """
    root = shape.read(data)
    shape.judge(root, set())
    certificate = lookup(shape.signer_of(root))
    ours = shape.read(mime.split(sent).soap)
    try:
        receipt = AS4Receipt(soap_envelope=Envelope.model_validate_etree(root))
        receipt.verify_signature(root, certificate)
        signal = receipt.require_soap_envelope().header.messaging.signal_message
        mine = Envelope.model_validate_etree(ours)
        fields = reading.fields_of(mine.header.messaging.user_message)
        if signal is None or signal.receipt is None or signal.message_info.ref_to_message_id is None:
            raise BadEnvelope("malformed")
        if signal.message_info.ref_to_message_id.value != fields["id"]:
            raise BadEnvelope("digest_mismatch")
        _compare(receipt, mine)
    except (ReceiptVerificationError, BaseAS4ReceiptableError) as error:
        raise BadEnvelope("bad_signature") from error
    except BadEnvelope:
        raise
    except Exception as error:
        # Whatever goes wrong while a partner's answer is read means that it is no receipt.
        raise BadEnvelope("malformed") from error
    at = signal.message_info.timestamp.value
    when = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    fields["id"] = fields["id"].removesuffix(f"@{fields['sender']}")
    return Acknowledged(fields, when.isoformat())


def _compare(receipt: AS4Receipt, mine: Envelope) -> None:
    signed = mine.header.security.signature.signed_info.references
    try:
        receipt.verify_non_repudiation([ComparableReferenceFields.from_reference(one) for one in signed])
    except ReceiptVerificationError as error:
        raise BadEnvelope("digest_mismatch") from error


def error_in(data: bytes) -> Error | None:
    """The first error that an answer tells of; None if it is no error. BadEnvelope if it is no SOAP 1.2 message."""
    root = shape.read(data)
    found = root[0].find(f"{{{shape.EBMS}}}Messaging/{{{shape.EBMS}}}SignalMessage/{{{shape.EBMS}}}Error")
    if found is None:
        return _fault_in(root)
    code = found.get("errorCode") or ""
    detail = (found.findtext(f"{{{shape.EBMS}}}ErrorDetail") or "").strip()
    return Error(code if _CODE.fullmatch(code) else "EBMS:0004", detail)


def _fault_in(root: etree._Element) -> Error | None:
    is_fault = root[1].find(f"{{{shape.SOAP}}}Fault") is not None
    return Error("EBMS:0004", "soap_fault") if is_fault else None
