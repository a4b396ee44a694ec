"""Look-ups: how long answers may be used again, when to ask again, whether an answer is about the one asked for."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from emoit.lib.state import Machine
from emoit.people.types import LookupState, Purpose, Register

_RULES = Path(__file__).parent / "data" / "lookup_rules.json"
# The officer chooses among these; the other purpose is the person's own.
OF_OFFICERS = (Purpose.VERIFY_APPLICANT, Purpose.VERIFY_DECLARATION, Purpose.CHECK_CONDITIONS)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
LONGEST = timedelta(days=7)
MOST_BAD_ANSWERS = 5
# A try whose process died is taken up again after so long.
LEASE = timedelta(minutes=2)


class Verb(enum.StrEnum):
    ANSWER = "answer"
    FIND_NOTHING = "find_nothing"
    REFUSE = "refuse"
    WAIT = "wait"
    DROP = "drop"


_W = LookupState.WAITING
MACHINE = Machine(
    {
        (_W, Verb.ANSWER): LookupState.ANSWERED,
        (_W, Verb.FIND_NOTHING): LookupState.ABSENT,
        (_W, Verb.REFUSE): LookupState.REFUSED,
        (_W, Verb.WAIT): LookupState.WAITING,
        (_W, Verb.DROP): LookupState.DROPPED,
    }
)


class Scope(enum.StrEnum):
    SUBJECT_AND_PURPOSE = "subject_and_purpose"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long an answer of a register may be used again, where, and by which law."""

    scope: Scope
    longest: timedelta
    confirmed: bool
    law: tuple[str, ...]
    text: str


@cache
def keeping(register: Register) -> Keeping:
    rule = json.loads(_RULES.read_text("utf-8"))["rules"][register.value]
    return Keeping(
        scope=Scope(rule["scope"]),
        longest=timedelta(hours=rule["hours"]),
        confirmed=rule["confirmed"],
        law=tuple(rule["law"]),
        text=rule["text"],
    )


def ask_again_at(now: datetime, tries: int, retry_at: datetime | None) -> datetime:
    """After a minute, doubled at each try, a quarter of an hour at most; not before the partner can be asked."""
    wait = min(FIRST_WAIT * (1 << min(max(tries - 1, 0), 10)), LONGEST_WAIT)
    return max(now + wait, retry_at) if retry_at and retry_at < now + LONGEST_WAIT else now + wait


def is_over(asked_at: datetime, now: datetime, bad_answers: int) -> bool:
    """Whether it is not asked again by itself: a week has passed, or the register has answered nonsense too often."""
    return now - asked_at >= LONGEST or bad_answers >= MOST_BAD_ANSWERS
