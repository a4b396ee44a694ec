"""The exchange as operators see it: everything but what a message says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from emoit.exchange.types.certificates import CertificateFacts
from emoit.exchange.types.choices import BreakerState, Direction, Standing
from emoit.exchange.types.messages import Profile


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

    @property
    def is_closed(self) -> bool:
        """Nothing goes to it now, whatever waits."""
        return not self.active or self.breaker is BreakerState.OPEN or self.maintenance_until is not None


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
class StuckGroup:
    """Dead letters to one partner for one reason; times are of the first and the last that fell."""

    partner: str
    partner_name: str
    error: str
    count: int
    first_at: datetime
    last_at: datetime


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
