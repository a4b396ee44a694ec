"""What an answer means, and when the next try is due."""

from __future__ import annotations

import enum
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

# After the first, second, … failed try; together just under three days. What lasts longer is given up.
WAITS = tuple(
    timedelta(seconds=s)
    for s in (5, 60, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 16 * 3600, 23 * 3600)
)
GIVE_UP_AFTER = timedelta(days=3)
SUSPEND_AFTER = timedelta(days=5)
LONGEST_ASKED = timedelta(hours=1)
SHOWN = 300  # characters of an answer that are kept


class Verdict(enum.StrEnum):
    DELIVERED = "delivered"
    RETRY = "retry"
    GONE = "gone"  # 410: the receiver wants no more


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one try brought. `code`: see `words.ERRORS`, "" when delivered. `status` None: no answer."""

    verdict: Verdict
    code: str = ""
    status: int | None = None
    answer: str = ""
    wait: timedelta = timedelta()


def away(code: str) -> Outcome:
    """No answer: unreachable, timeout, tls, too_long, private_address."""
    return Outcome(Verdict.RETRY, code)


def answered(status: int, media_type: str, body: bytes, retry_after: str = "") -> Outcome:
    """Any 2xx takes an event, but for a page: that is a log-in form or an error of whoever stands in between."""
    shown = escaped(body)
    if status == 410:
        return Outcome(Verdict.GONE, "gone", status, shown)
    if not 200 <= status < 300:
        code = "redirected" if 300 <= status < 400 else f"http_{status}"
        return Outcome(Verdict.RETRY, code, status, shown, _asked(retry_after))
    if media_type in {"text/html", "application/xhtml+xml"}:
        return Outcome(Verdict.RETRY, "html", status, shown)
    return Outcome(Verdict.DELIVERED, "", status, shown)


def challenged(outcome: Outcome, body: bytes, challenge: str) -> Outcome:
    """The answer to a challenge: only its own words, in JSON, prove that the receiver wants our events."""
    if outcome.verdict is not Verdict.DELIVERED:
        return outcome
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if isinstance(told, dict) and told.get("challenge") == challenge:
        return outcome
    return Outcome(Verdict.RETRY, "wrong_challenge", outcome.status, outcome.answer)


def escaped(body: bytes) -> str:
    """The first characters of an answer as text that is safe to keep and show: what does not print as `\\x..`."""
    text = body[: 4 * SHOWN].decode("utf-8", "backslashreplace")
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return shown[:SHOWN]


def _asked(text: str) -> timedelta:
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
    return min(timedelta(seconds=seconds), LONGEST_ASKED)


def wait(event_id: str, attempts: int) -> timedelta:
    """How long after the `attempts`-th try the next one is due; up to a tenth more, always the same for one event."""
    share = hashlib.sha256(f"{event_id}:{attempts}".encode()).digest()[0] / 255
    base = WAITS[min(attempts, len(WAITS)) - 1]
    return base + base * 0.1 * share


def is_exhausted(attempts: int, since: datetime, now: datetime) -> bool:
    return attempts > len(WAITS) or now - since >= GIVE_UP_AFTER


def pause_of_receiver(failures: int) -> timedelta:
    """How long a receiver is left alone after so many failed tries in a row, whichever event they brought."""
    return WAITS[min(failures, 5) - 1]
