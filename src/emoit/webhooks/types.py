"""What others may hold of events, subscriptions and deliveries. Moments are aware; plain Python."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from emoit.lib.saying import vi

Data = Mapping[str, str | int | bool | None]


class State(enum.StrEnum):
    """Of a subscription."""

    UNVERIFIED = "unverified"  # the receiver has not answered the challenge yet
    ACTIVE = "active"
    PAUSED = "paused"  # by its owner
    SUSPENDED = "suspended"  # by us: the receiver has failed for days
    ENDED = "ended"  # for good

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def tone(self) -> str:
        return _TONES[self]


_LABELS = {
    State.UNVERIFIED: vi("Chờ xác nhận"),
    State.ACTIVE: vi("Đang gửi"),
    State.PAUSED: vi("Đang tạm dừng"),
    State.SUSPENDED: vi("Bị tạm dừng do lỗi"),
    State.ENDED: vi("Đã kết thúc"),
}
_TONES = {
    State.UNVERIFIED: "warning",
    State.ACTIVE: "success",
    State.PAUSED: "neutral",
    State.SUSPENDED: "danger",
    State.ENDED: "neutral",
}


class Verb(enum.StrEnum):
    """What happens to a subscription."""

    VERIFY = "verify"
    PAUSE = "pause"
    RESUME = "resume"
    SUSPEND = "suspend"
    MOVE = "move"  # to another address, which must answer a challenge of its own
    END = "end"


class DeliveryState(enum.StrEnum):
    WAITING = "waiting"  # for its first try or the next one
    SENDING = "sending"  # lent to one run until `claimed_until`
    DELIVERED = "delivered"
    FAILED = "failed"  # no further try by itself

    @property
    def label(self) -> str:
        return {
            "waiting": vi("Chờ gửi"),
            "sending": vi("Đang gửi"),
            "delivered": vi("Đã nhận"),
            "failed": vi("Không gửi được"),
        }[self]

    @property
    def tone(self) -> str:
        return {"waiting": "warning", "sending": "neutral", "delivered": "success", "failed": "danger"}[self]


@dataclass(frozen=True, slots=True)
class EventType:
    """One row of the catalogue. `data`: name of a field -> its JSON Schema; `example` is the data of one event."""

    type: str
    words: str
    words_en: str
    data: Mapping[str, Mapping[str, object]]
    example: Data
    in_log: bool


@dataclass(frozen=True, slots=True)
class EventInfo:
    """An event of the log. `sequence` is its number there, None for one that was meant for one receiver alone."""

    id: str
    type: str
    subject: str
    at: datetime
    data: Data
    sequence: int | None


@dataclass(frozen=True, slots=True)
class EventPage:
    """`cursor`: the number up to which the log was looked through, whoever the events are for."""

    events: tuple[EventInfo, ...]
    cursor: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class SubscriptionInfo:
    """`types` empty: every type. `reason` is a code of `words.REASONS`. `old_secret_until`: while both sign."""

    id: int
    owner_key: str
    address: str
    description: str
    types: tuple[str, ...]
    state: State
    reason: str
    created_at: datetime
    verified_at: datetime | None
    failing_since: datetime | None
    old_secret_until: datetime | None
    position: int

    @property
    def is_of_enterprise(self) -> bool:
        """Otherwise it is a citizen's own."""
        return self.owner_key.startswith("e:")


@dataclass(frozen=True, slots=True)
class Watched:
    """A subscription as an operator sees it: how many deliveries wait, and how many failed for good."""

    info: SubscriptionInfo
    waiting: int
    failed: int

    @property
    def is_failing(self) -> bool:
        """Still tried, though the receiver has not taken anything since `failing_since`."""
        return self.info.state is State.ACTIVE and self.info.failing_since is not None


@dataclass(frozen=True, slots=True)
class NewSecret:
    """The only times that a secret is told: when the subscription is made, and when it is rotated."""

    info: SubscriptionInfo
    secret: str


@dataclass(frozen=True, slots=True)
class DeliveryInfo:
    """One event on its way to one receiver. `status` is of the last answer (None: there was none), `answer` its first
    characters, those that do not print escaped. `error` is a code of `words.ERRORS`, "" if the last try went well."""

    id: int
    event: EventInfo
    state: DeliveryState
    attempts: int
    created_at: datetime
    due_at: datetime
    tried_at: datetime | None
    done_at: datetime | None
    status: int | None
    error: str
    answer: str
