"""The earlier result that a dossier changes: an old licence of the same holder, brought in from a previous system.

One for each such dossier, so that at most one change is ever under way. It is as `load results` leaves an entry that
bears a code of its own: no dossier, no file, no number of ours; and it ends as the action ends it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from emoit.lib.working_time import VIET_NAM
from emoit.procedures.types import Change
from emoit.results import rules as register
from emoit.trial.clock import seconds
from emoit.trial.copying import text
from emoit.trial.crowd import Person
from emoit.trial.ground import Course, Kind
from emoit.trial.rows import Rows

SOURCE = "nam-thu"
YEARS_BACK = 4  # how old the oldest are
EXTENDED_AFTER, LONG = 5, 15  # years of validity: of what is extended, and of every other one that ends at all


@dataclass(frozen=True, slots=True)
class Earlier:
    """`issued` is a day of Viet Nam; `key` is what the previous system called the entry."""

    id: int
    kind: Kind
    key: str
    register_code: str
    token: str
    number: str
    issued: date
    valid_from: date | None
    valid_to: date | None

    @property
    def issued_at(self) -> int:
        return seconds(datetime(self.issued.year, self.issued.month, self.issued.day, tzinfo=VIET_NAM))

    def facts(self, person: Person) -> dict[str, str]:
        """What `dossiers.amendments` offers to a form of the earlier result."""
        return {
            "register_code": self.register_code,
            "title": self.kind.title,
            "number": self.number,
            "holder": person.party.name,
            "issued_at": self.issued.isoformat(),
            "valid_from": self.valid_from.isoformat() if self.valid_from else "",
            "valid_to": self.valid_to.isoformat() if self.valid_to else "",
            "signed_by": "",
        }

    def values(self, person: Person) -> dict[str, str]:
        """The same for the holes of a declaration, fit for a JSON string within COPY."""
        return {
            f"result.{name}": text(json.dumps(value, ensure_ascii=False)[1:-1])
            for name, value in self.facts(person).items()
        }


def earlier_of(rows: Rows, course: Course, n: int, chance: int) -> Earlier | None:
    """The result that the n-th dossier of the year changes; None where its procedure changes none."""
    amending = course.amending
    if amending is None:
        return None
    end = rows.ground.clock.first
    first = end.replace(year=end.year - YEARS_BACK)
    issued = first + timedelta(days=(chance >> 4) % (end - first).days)
    ends = _years_after(issued, LONG) if chance & 1 else None
    if amending.change is Change.EXTEND:
        ends = _years_after(issued, EXTENDED_AFTER)
    return Earlier(
        id=rows.ids.earlier + n,
        kind=amending.kinds[(chance >> 9) % len(amending.kinds)],
        key=f"{n:07d}",
        register_code=f"BCT.{issued.year}.{n:07d}",
        token=register_token(rows.seed, n, of="earlier"),
        number=f"{n:05d}/{issued.year}/BCT",
        issued=issued,
        valid_from=issued if ends else None,
        valid_to=ends,
    )


def _years_after(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))


def register_token(seed: int, n: int, *, of: str = "token") -> str:
    """A look-up token that the seed alone decides: for a trial only, a real one is 130 random bits."""
    number = int.from_bytes(hashlib.sha256(f"{seed}:{of}:{n}".encode()).digest()[:17], "big")
    return "".join(register.ALPHABET[(number >> (5 * k)) & 31] for k in range(register.TOKEN_LENGTH))
