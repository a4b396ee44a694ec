"""What an answer of a register came to."""

from __future__ import annotations

from dataclasses import dataclass

from emoit.lib.vietnamese import nfc
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


def plain(text: str) -> str:
    """One line of at most 300 letters; half a letter (a lone surrogate), NUL and marks of direction are left out."""
    words = " ".join(nfc(text).split())
    return "".join(letter for letter in words if letter.isprintable())[:300]
