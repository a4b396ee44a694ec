"""What an answer means, and when the next try is due."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from emoit.exchange.types import OutVerb

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=30)
OK = "ok"


class Blame(enum.StrEnum):
    """Whose fault: the breaker counts only what the partner as a whole cannot do now."""

    NOBODY = "nobody"
    MESSAGE = "message"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one try brought. `wait`: how long the partner itself asks to wait."""

    verb: OutVerb
    code: str
    blame: Blame
    wait: timedelta = timedelta()


# Ours alone: its payload cannot be read, or does not fit into the partner's form.
UNPACKED = Outcome(OutVerb.RETRY, "not_packed", Blame.MESSAGE)
DELIVERED = Outcome(OutVerb.DELIVER, OK, Blame.NOBODY)

# Answers without a receipt that a later try may turn: 408, 425, 429 and everything from 500.
_LATER = {408, 425, 429}
# Codes of our own protocol that a later try may turn though their status is final.
_PASSING = {"too_early", "not_processed", "stale_envelope", "future_envelope"}
# Codes of our own protocol that are about us and not about the message: somebody has to register or resume something.
_OF_US = {
    "inactive_partner",
    "unknown_certificate",
    "retired_certificate",
    "expired_certificate",
    "tls_certificate",
}


def away(code: str) -> Outcome:
    """No answer worth the name: unreachable, timeout, tls, no_receipt, bad_receipt."""
    return Outcome(OutVerb.RETRY, code, Blame.PARTNER)


def answered(status: int, code: str, wait: timedelta = timedelta()) -> Outcome:
    """An answer that is not 200. `code` is what the partner's problem says, "" if it says nothing."""
    named = code or f"http_{status}"
    if code in _PASSING:
        return Outcome(OutVerb.RETRY, named, Blame.MESSAGE, wait)
    if status >= 500 or status in _LATER or code in _OF_US:
        return Outcome(OutVerb.RETRY, named, Blame.PARTNER, wait)
    if not 400 <= status < 500:
        return away(named)
    return Outcome(OutVerb.FAIL, named, Blame.MESSAGE)


def backoff(message_id: str, attempts: int) -> timedelta:
    """Five seconds, doubled at each try, half an hour at most; up to a fifth more, so that herds disperse.

    The surplus comes from the id: the same message always waits the same.
    """
    wait = min(FIRST_WAIT * (1 << min(attempts - 1, 20)), LONGEST_WAIT)
    share = hashlib.sha256(f"{message_id}:{attempts}".encode()).digest()[0] / 255
    return wait + wait * 0.2 * share


def is_exhausted(attempts: int, created_at: datetime, now: datetime, *, most: int, hours: int) -> bool:
    """Whether no further try is made by itself: the number of tries or the age is reached."""
    return attempts >= most or now - created_at >= timedelta(hours=hours)
