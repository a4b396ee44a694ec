"""What others may hold of our services for other agencies. Plain Python; moments are aware, days are Viet Nam's."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime

from emoit.lib.saying import vi

PREFIX = "/chia-se/v1/"


def is_for_consumers(path: str) -> bool:
    """Whether the address is a service's: judged by its caller's token or certificate, with no session."""
    return path.startswith(PREFIX)


class ConsumerState(enum.StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"

    @property
    def label(self) -> str:
        return {"active": vi("Đang dùng"), "suspended": vi("Tạm ngừng")}[self]

    @property
    def tone(self) -> str:
        return {"active": "success", "suspended": "danger"}[self]


class CredentialKind(enum.StrEnum):
    """How a consumer proves who it is."""

    SECRET = "secret"  # noqa: S105 - client_secret_basic (RFC 6749 §2.3.1)
    KEY = "key"  # private_key_jwt (RFC 7523)
    CERTIFICATE = "certificate"  # mutual TLS (RFC 8705)

    @property
    def label(self) -> str:
        return {"secret": vi("Mật khẩu ứng dụng"), "key": vi("Khóa công khai"), "certificate": vi("Chứng thư số")}[self]


class GrantState(enum.StrEnum):
    PROPOSED = "proposed"
    GRANTED = "granted"
    REFUSED = "refused"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        return _GRANT_LABELS[self]

    @property
    def tone(self) -> str:
        return {"proposed": "warning", "granted": "success", "refused": "neutral", "revoked": "danger"}[self]


_GRANT_LABELS = {
    GrantState.PROPOSED: vi("Chờ duyệt"),
    GrantState.GRANTED: vi("Đang có hiệu lực"),
    GrantState.REFUSED: vi("Không duyệt"),
    GrantState.REVOKED: vi("Đã thu hồi"),
}


class GrantVerb(enum.StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class ConsumerInfo:
    """A system of another agency. `is_test`: answers to it come from test data alone."""

    id: int
    code: str
    name: str
    contact: str
    email: str
    client_id: str
    state: ConsumerState
    is_test: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CredentialInfo:
    """By what a consumer comes in; `mark` is a part that may be shown. A rotation brings `expires_at` nearer."""

    id: int
    kind: CredentialKind
    mark: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    def is_good(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class NewConsumer:
    """A consumer made just now; `secret` is told this once ("" where it brought a key), `certificate` is PEM or ""."""

    info: ConsumerInfo
    secret: str
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class GrantInfo:
    """What a consumer may read of one version of a service for one purpose. Days are included; quotas count calls.

    `procedures`: keys of the procedures whose results and dossiers it is about; empty: all.
    """

    id: int
    consumer_id: int
    service: str
    version: str
    purpose: str
    fields: tuple[str, ...]
    procedures: tuple[str, ...]
    first_day: date
    last_day: date
    per_minute: int
    per_day: int
    state: GrantState
    proposed_by: int | None
    proposed_at: datetime
    decided_by: int | None
    decided_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class Permit:
    """A grant as a call needs it."""

    grant_id: int
    fields: tuple[str, ...]
    procedures: tuple[str, ...]
    per_minute: int
    per_day: int


@dataclass(frozen=True, slots=True)
class Caller:
    """Which consumer calls, and what it may of the service for the purpose; `permit` None: nothing."""

    consumer_id: int
    code: str
    agency_id: int
    is_test: bool
    permit: Permit | None


@dataclass(frozen=True, slots=True)
class Token:
    """An access token (RFC 6749 §5.1): told once, good for `seconds`."""

    value: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the quotas leave: of the minute's and the day's. `wait`: seconds until a call may be let through."""

    per_minute: int
    per_day: int
    left_minute: int
    left_day: int
    wait: int
    is_day: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """Whose refused calls are counted together under `key`, and how many of them are answered in a minute."""

    key: str
    most: int


@dataclass(frozen=True, slots=True)
class Found:
    """An answer's rows: what is sent, and the ids of the records that it tells of."""

    items: list[dict[str, object]]
    subject_kind: str
    subject_ids: list[int]
    next_cursor: str | None = None
    is_last: bool = True


@dataclass(frozen=True, slots=True)
class AccessInfo:
    """Who looked at a record, when, why and at which fields. `subject_kind`: result or dossier."""

    id: int
    subject_kind: str
    subject_id: int
    at: datetime
    consumer: str
    service: str
    version: str
    purpose: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """What a consumer does with us: answered calls since some moment (`is_more`: at least so many), good tokens."""

    calls: int
    is_more: bool
    tokens: int


@dataclass(frozen=True, slots=True)
class StatementLine:
    """Calls of one service in a period; `refused` are among `calls`. `price` in đồng, `amount` = answered × price."""

    service: str
    day: date
    calls: int
    refused: int
    bytes_out: int
    price: int

    @property
    def amount(self) -> int:
        return (self.calls - self.refused) * self.price
