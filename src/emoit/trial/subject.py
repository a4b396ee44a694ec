"""What is known of one life before anything of it is written: who, by which procedure, under which numbers."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from emoit.dossiers import rules
from emoit.dossiers.types import Outcome, Verb
from emoit.kernel import personal
from emoit.results import rules as register
from emoit.trial.answers import Template
from emoit.trial.clock import OFFSET
from emoit.trial.copying import NULL, stamp, text
from emoit.trial.crowd import Officer, Person
from emoit.trial.earlier import Earlier, earlier_of, register_token
from emoit.trial.ground import Course
from emoit.trial.lives import Life
from emoit.trial.rows import Numbers, Rows

_encoded = json.JSONEncoder(ensure_ascii=False).encode
KIND = "dossier"
HAND = "load_year"  # who did what no person does
# Who has which verb in hand, for the timeline and for finished work.
ROLES = {
    Verb.RECEIVE: "clerk", Verb.REFUSE_INTAKE: "clerk", Verb.REQUIRE_FEE: "clerk", Verb.EXAMINE: "specialist",
    Verb.REQUEST_SUPPLEMENT: "specialist", Verb.PROPOSE: "specialist", Verb.APPROVE: "head", Verb.EXTEND: "head",
    Verb.STOP: "head", Verb.SIGN: "signer", Verb.ASK_OPINIONS: "specialist", Verb.CLOSE_OPINIONS: "specialist",
    Verb.PLAN_INSPECTION: "specialist", Verb.RECORD_INSPECTION: "specialist",
}  # fmt: skip


class Subject:
    """One life and everything that follows from it; `when` is filled as the timeline is told."""

    def __init__(self, rows: Rows, life: Life, n: int, numbers: Numbers) -> None:
        self.rows, self.life, self.n, self.numbers = rows, life, n, numbers
        self.course: Course = rows.ground.courses[life.course]
        self.person: Person = rows.crowd.person(life.party)
        self.id = str(rows.ids.dossier + n)
        self.local_day = day_of(life.submitted)
        self.code = rules.dossier_code(
            agency=rows.ground.dossier_code,
            day=datetime(self.local_day.year, self.local_day.month, self.local_day.day, tzinfo=UTC),
            number=numbers.of_day,
            width=rows.ground.width,
        )
        self.hands = rows.hands(self.course, life.chance)
        self.asked = self._asked() if life.asked else []
        self.earlier: Earlier | None = earlier_of(rows, self.course, n, life.chance)
        self.result_id = rows.ids.result + numbers.register if numbers.register else 0
        self.spec = self.course.refusal if life.outcome is Outcome.REFUSED else self.course.result
        self.document, self.valid_to = self._outcome() if numbers.document else ("", None)
        self.register_code = register.register_code(rows.ground.level_1, numbers.register) if numbers.register else ""
        self.token = register_token(rows.seed, n) if numbers.register else ""
        self.when: dict[Verb, int] = {}
        self.due: int | None = None

    @property
    def proposed(self) -> Outcome:
        return self.life.outcome or Outcome.GRANTED

    @property
    def keeps_validity(self) -> bool:
        """Whether what is issued ends when the earlier result would have."""
        amending = self.course.amending
        return amending is not None and amending.keeps_validity and self.life.outcome is Outcome.GRANTED

    def _outcome(self) -> tuple[str, date | None]:
        """The document's number and its last day of validity, by the procedure's own words."""
        on = day_of(self.life.decided or self.life.submitted)
        quotes = "/" in self.spec.validity or "{/" in self.spec.number_pattern
        answers = self.course.template.quoted(self.local_day) if quotes else {}
        number = self.spec.number(self.numbers.document, on=on, answers=answers)
        if self.earlier is not None and self.keeps_validity:
            return number, self.earlier.valid_to
        return number, self.spec.valid_to(issued_on=on, answers=answers)

    def _asked(self) -> list[Officer]:
        """Who answers for each unit that is asked, in the order in which they are asked."""
        others = [unit for unit in self.rows.advisers if unit != self.course.handling_unit]
        first = self.life.chance >> 10
        return [
            self.rows.officer(others[(first + k) % len(others)], "specialist", self.life.chance >> (14 + k))
            for k in range(self.life.asked)
        ]

    def role_of(self, verb: Verb) -> str:
        """Whose verb it is; "" for the applicant's and our own. A proposal is returned by whoever it went to."""
        if verb is Verb.RETURN_FOR_REWORK:
            return "signer" if self.course.way == "short" else "head"
        return ROLES.get(verb, "")

    @cached_property
    def readers(self) -> list[str]:
        """As `dossiers.case.Case.readers`; the loaded sample is compared with it."""
        return sorted({*self.first_readers, *(f"u:{officer.unit_id}" for officer in self.asked)})

    @cached_property
    def first_readers(self) -> list[str]:
        """Those from the beginning, before any unit was asked for its opinion."""
        keys = {f"a:{self.person.account_id}", f"g:{self.rows.ground.agency_id}"}
        if self.person.enterprise_id:
            keys.add(f"e:{self.person.enterprise_id}")
        return sorted(keys | {f"u:{unit}" for unit in self.course.units})

    def filled(self, template: Template) -> str:
        """A declaration's template with this applicant, this day and this earlier result in its holes, fit for COPY."""
        values = self.person.values | self.earlier.values(self.person) if self.earlier else dict(self.person.values)
        for hole in template.holes:
            if hole.startswith("day+"):
                values[hole] = (self.local_day + timedelta(days=int(hole[4:]))).isoformat()
            elif hole.startswith("sealed:result.") and self.earlier:
                values[hole] = personal.encrypt(json.dumps(self.earlier.facts(self.person)[hole[14:]]))
        return template.fill(values)

    def number(self, series: str, value: int, kind: str, subject: str, at: int) -> None:
        self.rows.tables["number"].add(
            self.rows.agency, str(self.rows.ids.series[series]), str(value), kind, subject, stamp(at), ""
        )


def day_of(at: int) -> date:
    """The day of Viet Nam of a moment."""
    return date(1970, 1, 1) + timedelta(days=(at + OFFSET) // 86_400)


def optional(value: int | None) -> str:
    return NULL if value is None else str(value)


def array(keys: list[str]) -> str:
    """An array of plain keys as COPY reads it."""
    return "{" + ",".join(keys) + "}"


def escaped(value: object) -> str:
    """A JSON value as COPY reads it."""
    return text(_encoded(value))
