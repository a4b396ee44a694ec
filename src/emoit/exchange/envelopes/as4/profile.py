"""The user messages of our profile: one payload, compressed, signed and encrypted; what is ours in message properties.

Service `urn:emoit:exchange:1` with the message's kind as the action, or the test service of ebMS 3.0.
"""

from __future__ import annotations

import gzip
import secrets
from datetime import UTC, datetime
from typing import Any

from as4.core.common import (
    AS4BaseCredentials,
    AS4ExternalParty,
    AS4InternalCredentials,
    AS4InternalParty,
    AS4LocalPrivateKey,
    AS4PartyIdentity,
)
from as4.core.references import AS4References
from as4.models.common import NAMESPACES
from as4.models.ebms.message_info import MessageId, MessageInfo, RefToMessageId, Timestamp
from as4.models.ebms.user_message import (
    Action,
    CollaborationInfo,
    ConversationId,
    MessageProperties,
    PartInfo,
    PartProperties,
    PartyInfo,
    PayloadInfo,
    Property,
    Service,
    UserMessage,
)
from as4.profiles.peppol.message import PeppolAS4Message
from as4.utils.cipher_handler import CipherHandler
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree
from pydantic import BaseModel

from emoit.exchange import keys
from emoit.exchange.envelopes.as4 import mime
from emoit.exchange.envelopes.records import Fields
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.types import PING

SERVICE = "urn:emoit:exchange:1"
PARTY_TYPE = "urn:emoit:exchange:party"
TEST_SERVICE = "http://docs.oasis-open.org/ebxml-msg/ebms/v3.0/ns/core/200704/service"
TEST_ACTION = "http://docs.oasis-open.org/ebxml-msg/ebms/v3.0/ns/core/200704/test"
GZIP = "application/gzip"
# Fields that ebMS has no place for, as message properties.
OWN = ("sequence", "after", "traceparent", "digest", "size")
_ENVELOPE = "{http://www.w3.org/2003/05/soap-envelope}Envelope"


class Told(BaseModel):
    """What the builder is told: our fields, and the payload's name within the message."""

    namespace_map: dict[str, str] = NAMESPACES
    fields: dict[str, str]
    part: str


class Message(PeppolAS4Message):  # type: ignore[misc]  # the package comes without types
    """The package's builder with our header; nothing of Peppol's own is used."""

    @classmethod
    def get_user_message(
        cls, local_party: Any, remote_party: Any, builder_args: Told, references: AS4References
    ) -> UserMessage:
        told = builder_args.fields
        is_ping = told["kind"] == PING
        reply = RefToMessageId(value=told["in_reply_to"]) if told["in_reply_to"] else None
        properties = {"originalSender": told["sender"], "finalRecipient": told["recipient"]}
        properties |= {"trackingIdentifier": told["id"], **{name: told[name] for name in OWN}}
        part = {"MimeType": told["media_type"], "CompressionType": GZIP}
        return UserMessage(
            message_info=MessageInfo(
                timestamp=Timestamp(value=datetime.fromisoformat(told["signed_at"]).astimezone(UTC)),
                message_id=MessageId(value=references.message_id),
                ref_to_message_id=reply,
            ),
            party_info=PartyInfo(
                party_to=remote_party.identity.to_party_to(), party_from=local_party.identity.to_party_from()
            ),
            collaboration_info=CollaborationInfo(
                service=Service(value=TEST_SERVICE if is_ping else SERVICE),
                action=Action(value=TEST_ACTION if is_ping else told["kind"]),
                conversation_id=ConversationId(value=told["conversation"]),
            ),
            message_properties=MessageProperties(properties=_properties(properties)),
            payload_info=PayloadInfo(
                part_info=[
                    PartInfo(part_properties=PartProperties(properties=_properties(part)), href=f"cid:{told_part}")
                    for told_part in [builder_args.part]
                ]
            ),
        )


def _properties(values: dict[str, str]) -> list[Property]:
    return [Property(name=name, value=value) for name, value in values.items() if value]


def message_id_of(fields: Fields) -> str:
    """Our id as ebMS wants it (RFC 2822): with our code after it."""
    return f"{fields['id']}@{fields['sender']}"


def pack(fields: Fields, payload: bytes, key: keys.OwnKey, to: x509.Certificate) -> bytes:
    """The body of the request: signed by `key`, encrypted to `to`. BadEnvelope `no_key` where one is not RSA."""
    public = to.public_key()
    if not isinstance(public, rsa.RSAPublicKey):
        raise BadEnvelope("no_key")
    part = f"payload-{secrets.token_hex(8)}@{fields['sender']}"
    compressed = gzip.compress(payload, mtime=0)
    session_key, encrypted = CipherHandler.encrypt_payload(compressed)
    oaep = padding.OAEP(mgf=padding.MGF1(algorithm=hashes.SHA256()), algorithm=hashes.SHA256(), label=b"")
    references = AS4References(
        message_id=message_id_of(fields),
        conversation_id=fields["conversation"],
        attachment_id_encrypted_data_id_map={part: f"ED-{secrets.token_hex(16)}"},
    )
    envelope = Message.get_soap_envelope(
        party(fields["sender"], key),
        AS4ExternalParty(identity=_identity(fields["recipient"]), credentials=AS4BaseCredentials(certificate=to)),
        Told(fields=dict(fields), part=part),
        references,
        public.encrypt(session_key, oaep),
        {part: compressed},
    )
    return mime.join(etree.tostring(envelope.dump_to_xml(_ENVELOPE)), {part: encrypted})


def party(code: str, key: keys.OwnKey) -> AS4InternalParty:
    """Ourselves with our key. BadEnvelope `no_key` if it is not RSA."""
    if not isinstance(key.private, rsa.RSAPrivateKey):
        raise BadEnvelope("no_key")
    credentials = AS4InternalCredentials(certificate=key.certificate, private_key=AS4LocalPrivateKey(key.private))
    return AS4InternalParty(identity=_identity(code), credentials=credentials)


def _identity(code: str) -> AS4PartyIdentity:
    return AS4PartyIdentity(party_id=code, party_type=PARTY_TYPE)
