"""What others may hold of a message and of a partner. Sizes are bytes; digests are SHA-256 in hex."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, time

from emoit.exchange.types.choices import Format, Transport

PATH = "/lien-thong/v1/messages"
SOAP_PATH = "/lien-thong/v1/soap"
AS4_PATH = "/lien-thong/v1/as4"
PING = "ping"  # the test service: receipted, brought to nobody (AS4 TA16, TA17)


def is_for_partners(path: str) -> bool:
    """Whether the address is the door of other systems: judged by signatures, with no session."""
    return path in {PATH, SOAP_PATH, AS4_PATH}


@dataclass(frozen=True, slots=True)
class Window:
    """A weekly time of maintenance in Viet Nam's time; `days` are 0 (Monday) to 6. May go over midnight."""

    days: frozenset[int]
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Profile:
    """What a partner can do and how it wants to be treated. `rate_per_minute` 0: no limit."""

    code: str
    name: str
    address: str
    transport: Transport = Transport.HTTPS
    format: Format = Format.JSON
    max_bytes: int = 10 * 1024 * 1024
    rate_per_minute: int = 0
    max_attempts: int = 20
    give_up_after_hours: int = 72
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """What is signed of a message besides its payload.

    `after` is the id of the message before it in the conversation that must have had its effect, "" for none.
    `digest` and `size` are the payload's. `traceparent` is W3C Trace Context.
    """

    id: str
    sender: str
    recipient: str
    kind: str
    conversation: str
    sequence: int
    after: str
    in_reply_to: str
    media_type: str
    digest: str
    size: int
    traceparent: str
    signed_at: datetime

    @property
    def identity(self) -> str:
        """What must not change between two tries under one id: two messages of one id and identity are duplicates.

        SHA-256 (hex) of the fields but `after`, `traceparent` and `signed_at`, one on a line, in UTF-8.
        """
        parts = [self.id, self.sender, self.recipient, self.kind, self.conversation, str(self.sequence)]
        parts += [self.in_reply_to, self.media_type, self.digest, str(self.size)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Message:
    """A message that came in: its signature is verified, its payload is what was signed."""

    partner_id: int
    header: Header
    payload: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the recipient signs once the effect is committed."""

    message_id: str
    identity: str
    sender: str
    recipient: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What the door answers: `code` is "" for a receipt (`body` are its exact bytes), else why there is none."""

    status: int
    code: str
    body: bytes
    media_type: str
    reason: str = ""  # the code of the business's refusal behind it

    @property
    def is_receipt(self) -> bool:
        return not self.code
