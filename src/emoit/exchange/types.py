"""What others may hold of a message. Moments are aware; sizes are bytes; digests are SHA-256 in hex."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from emoit.kernel.access import Refusal

PATH = "/lien-thong/v1/messages"
SOAP_PATH = "/lien-thong/v1/soap"
AS4_PATH = "/lien-thong/v1/as4"
PING = "ping"  # the test service: receipted, brought to nobody (AS4 TA16, TA17)


def is_for_partners(path: str) -> bool:
    """Whether the address is the door of other systems: judged by signatures, with no session."""
    return path in {PATH, SOAP_PATH, AS4_PATH}


class Priority(enum.IntEnum):
    """The less the sooner: a lane is only emptied while those before it are empty."""

    URGENT = 0
    NORMAL = 1
    BULK = 2


class Transport(enum.StrEnum):
    HTTPS = "https"  # signed envelopes over (m)TLS, receipts in the answer
    SOAP = "soap"  # the same in XML, in the Body of SOAP 1.1
    AS4 = "as4"  # AS4 (ebMS 3.0), one-way push; signed, compressed and encrypted


class Format(enum.StrEnum):
    JSON = "json"  # JWS, flattened JSON serialisation (RFC 7515)
    XML = "xml"  # XML-DSig, enveloped
    AS4 = "as4"  # SOAP 1.2 with attachments, WS-Security


class Use(enum.StrEnum):
    """What a certificate is for."""

    SIGN = "sign"
    TLS = "tls"
    AS4 = "as4"  # RSA: signs AS4 messages and receipts, and opens what is encrypted to it


class Standing(enum.StrEnum):
    """Where a certificate stands now."""

    IN_FORCE = "in_force"
    ENDING = "ending"  # in force, for 30 days at most
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    RETIRED = "retired"


class Direction(enum.StrEnum):
    """Who called whom."""

    IN = "in"  # a partner called us
    OUT = "out"  # we called a partner


class OutState(enum.StrEnum):
    WAITING = "waiting"  # for its first try or the next one
    SENDING = "sending"  # lent to one courier until `claimed_until`
    DELIVERED = "delivered"  # a valid receipt is here
    FAILED = "failed"  # dead letter: an operator decides; its conversation waits
    GIVEN_UP = "given_up"  # will never be sent; its conversation goes on


class OutVerb(enum.StrEnum):
    CLAIM = "claim"
    DELIVER = "deliver"
    RETRY = "retry"
    FAIL = "fail"
    TRY_AGAIN = "try_again"
    GIVE_UP = "give_up"


class InState(enum.StrEnum):
    DELIVERED = "delivered"  # effect and receipt are committed
    FAILED = "failed"  # kept, without effect and without receipt


class BreakerState(enum.StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"  # one message tries whether the partner is back


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


@dataclass(frozen=True, slots=True)
class PartnerState:
    """A partner's queue as an operator sees it. `oldest_at`: when the oldest message that waits was written."""

    code: str
    name: str
    active: bool
    waiting: int
    sending: int
    failed: int
    failed_in: int
    oldest_at: datetime | None
    breaker: BreakerState
    open_until: datetime | None
    maintenance_until: datetime | None
    last_error: str
    last_failure_at: datetime | None


@dataclass(frozen=True, slots=True)
class CertificateText:
    """What a certificate says of itself. `fingerprint` is SHA-256 of the DER, `serial` hex; `key`: "EC P-256"."""

    pem: str
    fingerprint: str
    subject: str
    issuer: str
    serial: str
    key: str
    is_authority: bool
    valid_from: datetime
    valid_to: datetime


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """A registered certificate. `partner` is "" for our own; `on_token`: its key is on a token, not in a file.

    `checked_at`: when it was last asked whether its issuer revoked it, None: never.
    """

    partner: str
    use: Use
    text: CertificateText
    standing: Standing
    added_at: datetime
    retired_at: datetime | None
    on_token: bool
    checked_at: datetime | None = None

    @property
    def fingerprint(self) -> str:
        return self.text.fingerprint


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """A partner with its profile, its queue and every certificate it ever had, the newest first."""

    profile: Profile
    state: PartnerState
    created_at: datetime
    certificates: tuple[CertificateFacts, ...]

    @property
    def ending(self) -> int:
        """How many certificates end within 30 days."""
        return len({one.fingerprint for one in self.certificates if one.standing is Standing.ENDING})


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """A message as an operator sees it: everything but what it says. `id` is of its row, in or out."""

    id: int
    message_id: str
    is_outbound: bool
    partner: str
    partner_name: str
    kind: str
    conversation: str
    sequence: int
    state: str
    error: str
    attempts: int
    at: datetime
    done_at: datetime | None
    due_at: datetime | None
    traceparent: str
    in_reply_to: str
    subject_kind: str
    subject_id: str
    duplicates: int
    alarms: int


@dataclass(frozen=True, slots=True)
class Step:
    """One thing signed: `kind` is of the evidence log, `seq` its number there (None: not sealed yet)."""

    at: datetime
    kind: str
    partner: str
    digest: str
    seq: int | None


@dataclass(frozen=True, slots=True)
class RejectionCount:
    partner: str
    code: str
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Metered:
    """Calls of one day in Viet Nam. `failures` (refused or failed) are among `calls`; bytes are those of bodies."""

    direction: Direction
    partner: str
    service: str
    day: date
    calls: int
    failures: int
    bytes_in: int
    bytes_out: int


@dataclass(frozen=True, slots=True)
class EvidenceState:
    """`oldest_unstamped` is None where nothing waits for a time stamp, or none are asked for."""

    unsealed: int
    oldest_unstamped: datetime | None
    may_sign: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a partner that answers at once. `body` None: a GET.

    `path` goes after the partner's address; `headers` may hold secrets and are never kept. `answers`: the media types
    an answer may have. `account_id`, `purpose` and `subject_*` say who asks, why and about which thing: no personal
    data in any of them. `request_id` is unique within the agency, up to 64 of A–Z a–z 0–9 `-`. `seconds` None: the
    time-out of the exchange; `most_bytes`: the longest answer that is read.
    """

    partner: str
    service: str
    request_id: str
    purpose: str
    path: str = ""
    body: bytes | None = None
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    answers: frozenset[str] = frozenset({"application/json"})
    account_id: int | None = None
    subject_kind: str = ""
    subject_id: str = ""
    seconds: float | None = None
    most_bytes: int = 256 * 1024


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole answer in one of the asked media types, whatever its status says."""

    status: int
    media_type: str
    body: bytes


class Unanswered(Refusal):
    """No answer to a question that is asked at once. `retry_at`: not before this moment, None: no rule knows.

    Codes: unreachable, timeout, tls, too_long, not_expected, http_<status>; and where nothing left us: stopped,
    maintenance, breaker_open, rate_limited.
    """

    code = "unanswered"
    status = 503

    def __init__(self, message: str, *, code: str, retry_at: datetime | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_at = retry_at


@dataclass(frozen=True, slots=True)
class CallFacts:
    """One question put to a partner: who, why, about what, how it ended. `outcome` "": no end is known."""

    at: datetime
    partner: str
    service: str
    request_id: str
    account_id: int | None
    purpose: str
    subject_kind: str
    subject_id: str
    traceparent: str
    outcome: str
    status: int | None
    milliseconds: int | None
    bytes_out: int
    bytes_in: int | None
