"""What to do with a message that came in: the truth table of reception.

Issues of other systems that it answers: a positive receipt for a duplicate of what failed; an error for a duplicate of
what succeeded, so that the sender never stops; a resend under a new id.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from emoit.exchange.types import InState


class Known(enum.StrEnum):
    """What the de-duplication table says of the message's id and identity."""

    NEW = "new"
    DELIVERED = "duplicate of a delivered"
    FAILED = "duplicate of a failed"
    OTHER = "same id with another digest"


class Do(enum.StrEnum):
    DELIVER = "effect, then receipt"
    REPEAT = "no effect, the receipt that is stored"
    ALARM = "refuse as id_reused, alarm"
    REFUSE = "refuse, leave no trace in the de-duplication table"


@dataclass(frozen=True, slots=True)
class Seen:
    """The stored row of the same partner and message id."""

    identity: str
    state: InState


TABLE: dict[tuple[Known, bool], Do] = {
    # (what is known, is its signature valid)
    (Known.NEW, True): Do.DELIVER,
    (Known.DELIVERED, True): Do.REPEAT,
    (Known.FAILED, True): Do.DELIVER,
    (Known.OTHER, True): Do.ALARM,
    (Known.NEW, False): Do.REFUSE,
    (Known.DELIVERED, False): Do.REFUSE,
    (Known.FAILED, False): Do.REFUSE,
    (Known.OTHER, False): Do.REFUSE,
}


def known(seen: Seen | None, identity: str) -> Known:
    if seen is None:
        return Known.NEW
    if seen.identity != identity:
        return Known.OTHER
    return Known.DELIVERED if seen.state is InState.DELIVERED else Known.FAILED


def judge(seen: Seen | None, identity: str, *, is_valid: bool) -> Do:
    return TABLE[known(seen, identity), is_valid]
