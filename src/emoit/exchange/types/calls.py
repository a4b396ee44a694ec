"""Questions that are answered at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from emoit.kernel.access import Refusal


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
