"""A partner that speaks AS4. What it receives it judges with the package's own, unaltered verification.

Modes as of `tests.support.partner`, and:

    quiet             takes the message in and answers 202 without a receipt
    ebms <code>       an error signal, e.g. EBMS:0303
    half              a receipt that leaves one digest out
    bare              a receipt without a signature
    accepted          the receipt with status 202

python -m tests.support.as4_partner FOLDER PORT
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from as4.core.common import (
    AS4BaseCredentials,
    AS4ExternalParty,
    AS4InternalCredentials,
    AS4InternalParty,
    AS4LocalPrivateKey,
    AS4PartyIdentity,
)
from as4.core.context import AS4ParseContext, SecurityPolicy
from as4.core.message import AS4Message
from as4.core.receipt import AS4Receipt
from as4.core.references import AS4References
from as4.core.trust import pinned_certificates
from as4.models.ebms.user_message import UserMessage
from as4.utils.cipher_handler import CipherHandler
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from emoit.exchange.envelopes.as4 import mime, profile
from tests.support.partner import OUR_CODE, PEM, Partner, certificate, pem_of, server_of

SIGNAL = "application/soap+xml"
EB = "{http://docs.oasis-open.org/ebxml-msg/ebms/v3.0/ns/core/200704/}"
OAEP = padding.OAEP(mgf=padding.MGF1(algorithm=hashes.SHA256()), algorithm=hashes.SHA256(), label=b"")
Change = Callable[[UserMessage], None]


@dataclass
class Twist:
    """What a message is made to do wrong, step by step."""

    user: Change = lambda _user: None
    compressed: Callable[[bytes], bytes] = lambda content: content
    signed: Callable[[bytes, bytes], bytes] = lambda _plain, compressed: compressed
    encrypted: Callable[[bytes], bytes] = lambda content: content
    attachments: Callable[[dict[str, bytes]], dict[str, bytes]] = lambda parts: parts
    soap: Callable[[bytes], bytes] = lambda content: content


PLAIN = Twist()


@dataclass
class As4Partner(Partner):
    rsa_key: rsa.RSAPrivateKey = field(init=False)
    rsa_own: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        at = self.folder / "rsa.pem"
        if not at.exists():
            made = rsa.generate_private_key(65537, 2048)
            at.write_bytes(made.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
            (self.folder / "rsa.crt").write_text(pem_of(certificate(self.code, made)))  # type: ignore[arg-type]
        loaded = serialization.load_pem_private_key(at.read_bytes(), None)
        assert isinstance(loaded, rsa.RSAPrivateKey)
        self.rsa_key = loaded
        self.rsa_own = x509.load_pem_x509_certificate((self.folder / "rsa.crt").read_bytes())

    def knows_as4(self, ours: str) -> None:
        (self.folder / "ours-as4.pem").write_text(ours)

    @property
    def ours_as4(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.folder / "ours-as4.pem").read_bytes())

    def party(self, key: rsa.RSAPrivateKey | None = None) -> AS4InternalParty:
        return AS4InternalParty(
            identity=AS4PartyIdentity(party_id=self.code, party_type="urn:x"),
            credentials=AS4InternalCredentials(
                certificate=self.rsa_own, private_key=AS4LocalPrivateKey(key or self.rsa_key)
            ),
        )

    # -- what it sends ---------------------------------------------------------------------------------------------

    def push(self, fields: dict[str, str], payload: bytes = b'{"a": 1}', twist: Twist = PLAIN) -> bytes:
        """A message to us, as the body of a request."""
        part = "payload@partner.example"
        has_part = fields["size"] != "none"
        compressed = twist.compressed(gzip.compress(payload))
        session_key, encrypted = CipherHandler.encrypt_payload(twist.encrypted(compressed))

        class Made(profile.Message):
            @classmethod
            def get_user_message(cls, *rest: Any, **named: Any) -> UserMessage:
                made = super().get_user_message(*rest, **named)
                if not has_part:
                    made.payload_info = None
                    told = made.message_properties.properties
                    made.message_properties.properties = [one for one in told if one.name not in {"size", "digest"}]
                twist.user(made)
                return made

        to = self.ours_as4
        public = to.public_key()
        assert isinstance(public, rsa.RSAPublicKey)
        envelope = Made.get_soap_envelope(
            self.party(),
            AS4ExternalParty(
                identity=AS4PartyIdentity(party_id=fields["recipient"]), credentials=AS4BaseCredentials(certificate=to)
            ),
            profile.Told(fields=fields, part=part),
            AS4References(
                message_id=f"{fields['id']}@partner.example",
                conversation_id=fields["conversation"],
                attachment_id_encrypted_data_id_map={part: "ED-1"} if has_part else {},
            ),
            public.encrypt(session_key, OAEP),
            {part: twist.signed(payload, compressed)} if has_part else {},
        )
        soap = etree.tostring(envelope.dump_to_xml("{http://www.w3.org/2003/05/soap-envelope}Envelope"))
        return mime.join(twist.soap(soap), twist.attachments({part: encrypted} if has_part else {}))

    # -- how it answers --------------------------------------------------------------------------------------------

    def answer(self, content: bytes) -> tuple[int, str, bytes] | None:
        mode, _, amount = (self.folder / "mode").read_text().partition(" ")
        if mode == "html":
            return 200, "text/html", b"<html><body>Welcome</body></html>"
        if mode == "down":
            return 503, "text/plain", b"down"
        if mode == "slow":
            time.sleep(float(amount))
        context = AS4ParseContext(
            local_party=self.party(), security_policy=SecurityPolicy(signer_resolver=pinned_certificates(self.ours_as4))
        )
        parts = mime.split(content)
        message = AS4Message.parse(context, parts.soap, parts.attachments)
        assert message.parse_error is None, message.parse_error.detail
        if mode == "ebms":
            return 200, SIGNAL, self.error(message.message_id, amount)
        receipt = self._take(message)
        if mode == "cut":
            return None
        if mode == "quiet":
            return 202, "text/plain", b""
        if mode in {"forged", "other", "half"}:
            return 200, SIGNAL, self.wrong(message, mode)
        if mode == "bare":
            root = etree.fromstring(receipt)  # noqa: TID251 - its own
            root[0].remove(root[0][0])
            return 200, SIGNAL, etree.tostring(root)
        return 202 if mode == "accepted" else 200, SIGNAL, receipt

    def wrong(self, message: AS4Message, mode: str) -> bytes:
        forger = rsa.generate_private_key(65537, 2048) if mode == "forged" else None
        made = AS4Receipt.create_non_repudiation_receipt(
            referenced_message_id="another@x" if mode == "other" else message.message_id,
            referenced_messaging_id=message.messaging_id,
            non_repudiated_references=message.signature_references[: 2 if mode == "half" else None],
            local_party=self.party(forger),
        )
        return bytes(made.get_request_data()[1])

    def error(self, about: str, code: str) -> bytes:
        made = AS4Receipt.create_error_signal(
            error_code=code,
            short_description="DecompressionFailure",
            description="told by the partner",
            severity="failure",
            detail="damaged",
            category="Communication",
            referenced_message_id=about,
            referenced_messaging_id="",
            local_party=self.party(),
        )
        return bytes(made.get_request_data()[1])

    def _take(self, message: AS4Message) -> bytes:
        """Effect and receipt once; a try under the same id must bear the same digests to the byte."""
        told = json.dumps([one.model_dump() for one in message.signed_references])
        same = hashlib.sha256(told.encode()).hexdigest()
        (payload,) = message.decrypted_data.values()
        with self._store() as store:
            store.execute("begin immediate")
            row = store.execute("select identity, receipt from message where id = ?", [message.message_id]).fetchone()
            if row:
                store.execute("rollback")
                assert row[0] == same, "same id, other digests"
                return bytes(row[1])
            receipt = bytes(AS4Receipt.for_message(message, self.party()).get_request_data()[1])
            store.execute("insert into message values (?, ?, ?)", [message.message_id, same, receipt])
            store.execute("insert into effect (id, payload) values (?, ?)", [message.message_id, payload])
            store.execute("commit")
        return receipt


def names(partner: As4Partner) -> list[str]:
    """Ids of the messages that had their effect there, without our code."""
    return [name.removesuffix(f"@{OUR_CODE}") for name, _ in partner.effects()]


def at(moment: datetime | None = None) -> datetime:
    return moment or datetime.now(UTC)


if __name__ == "__main__":
    server_of(As4Partner(Path(sys.argv[1])), int(sys.argv[2])).serve_forever()
