"""What an answer of a register came to."""

from __future__ import annotations

from dataclasses import dataclass

from emoit.people.lookup_rules import Verb
from emoit.people.types import RegisterFacts


@dataclass(frozen=True, slots=True)
class Reading:
    """What follows from an answer. `facts` with ANSWER alone; `code` says why, where it is another verb.

    `is_bad`: it cannot be believed (another person's record, no XML), which is not asked again for ever.
    """

    verb: Verb
    facts: RegisterFacts | None = None
    code: str = ""
    is_bad: bool = False


def bad(code: str) -> Reading:
    return Reading(Verb.WAIT, code=code, is_bad=True)
