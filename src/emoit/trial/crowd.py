"""The made-up people of a year: enterprises with their representatives, citizens, and officers where work is done.

Nobody can sign in with these accounts: they have no credential.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import psycopg

from emoit.kernel import personal
from emoit.people.types import AccountKind, Party, PartyKind, RepresentationRole, Role
from emoit.trial import names
from emoit.trial.copying import Table, stamp, text
from emoit.trial.ground import Ground
from emoit.trial.profile import Profile

LOGIN = "nam-thu"


@dataclass(frozen=True, slots=True)
class Officer:
    account_id: int
    name: str
    unit_id: int
    role: str


@dataclass
class Person:
    """An applicant. `enterprise_id` is None for a citizen who declares in their own name."""

    account_id: int
    enterprise_id: int | None
    full_name: str
    phone: str
    party: Party

    @cached_property
    def values(self) -> dict[str, str]:
        """What the holes of a declaration are filled with, fit for a JSON string within COPY."""
        clear = {f"party.{k}": str(v) for k, v in asdict(self.party).items()}
        clear |= {"account.full_name": self.full_name, "account.phone": self.phone, "account.email": self.party.email}
        known = {key: text(json.dumps(value, ensure_ascii=False)[1:-1]) for key, value in clear.items()}
        sealed = {f"sealed:{k}": personal.encrypt(json.dumps(v, ensure_ascii=False)) for k, v in clear.items()}
        return known | sealed

    @cached_property
    def sealed_party(self) -> str:
        return personal.encrypt(json.dumps(asdict(self.party), ensure_ascii=False))

    @cached_property
    def sealed_name(self) -> str:
        return personal.encrypt(self.full_name)

    @cached_property
    def holder_key(self) -> str:
        return personal.keyed_hash(self.party.identity)

    @cached_property
    def phone_key(self) -> str:
        return personal.keyed_hash(self.party.phone)


class Crowd:
    """Everybody, by number: enterprises first, then citizens. Ids follow from the first ones reserved for them."""

    def __init__(
        self, seed: int, enterprises: int, citizens: int, *, first_account: int, first_enterprise: int
    ) -> None:
        self.seed, self.enterprises, self.citizens = seed, enterprises, citizens
        self.first_account, self.first_enterprise = first_account, first_enterprise
        self._tax_codes = names.first_tax_codes(enterprises)
        self._known: dict[int, Person] = {}

    def __len__(self) -> int:
        return self.enterprises + self.citizens

    def person(self, number: int) -> Person:
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = self._made(number)
        return known

    def _made(self, number: int) -> Person:
        rng = random.Random(f"{self.seed}:person:{number}")  # noqa: S311 - no secret
        account_id = self.first_account + number
        full_name, phone = names.person(rng), f"09{number:08d}"
        if number < self.enterprises:
            enterprise_id = self.first_enterprise + number
            party = Party(
                kind=PartyKind.ENTERPRISE,
                name=names.enterprise(rng),
                identity=self._tax_codes[number],
                address=names.address(rng),
                phone=phone,
                email=f"dn{number}@example.com",
                representative=full_name,
                reader=f"e:{enterprise_id}",
            )
            return Person(account_id, enterprise_id, full_name, phone, party)
        party = Party(
            kind=PartyKind.CITIZEN,
            name=full_name,
            identity=f"999{number:09d}",
            address=names.address(rng),
            phone=phone,
            email=f"cd{number}@example.com",
            representative="",
            reader=f"a:{account_id}",
        )
        return Person(account_id, None, full_name, phone, party)


def posts(profile: Profile, ground: Ground) -> list[tuple[int, str]]:
    """(unit, role) of every made-up officer, in a fixed order."""
    needed: list[tuple[int, str]] = []
    for course in ground.courses:
        if course.automatic:
            continue
        needed += [
            (course.receiving_unit, Role.ONE_STOP_CLERK.value),
            (course.handling_unit, Role.SPECIALIST.value),
            (course.handling_unit, Role.UNIT_HEAD.value),
        ]
        if course.signing_unit and course.signer_role:
            needed.append((course.signing_unit, course.signer_role))
    return [post for post in sorted(set(needed)) for _ in range(profile.officers[post[1]])]


def officers(seed: int, wanted: list[tuple[int, str]], first_account: int) -> list[Officer]:
    rng = random.Random(f"{seed}:officers")  # noqa: S311 - no secret
    return [Officer(first_account + n, names.person(rng), unit, role) for n, (unit, role) in enumerate(wanted)]


class Registers:
    """The rows of the crowd."""

    def __init__(self, cursor: psycopg.Cursor[Any], defaulted: set[str], agency_id: int, since: int) -> None:
        def table(model: str, *columns: str) -> Table:
            return Table(model, columns, defaulted=defaulted)

        self.cursor, self.agency, self.since = cursor, str(agency_id), stamp(since)
        self.accounts = table(
            "people.Account",
            "id",
            "agency_id",
            "login",
            "full_name",
            "kind",
            "is_active",
            "session_stamp",
            "created_at",
        )
        self.contacts = table("people.Contact", "agency_id", "account_id", "phone", "email")
        self.citizens = table(
            "people.Citizen", "agency_id", "account_id", "id_number", "id_number_hash", "born_on", "address"
        )
        self.enterprises = table(
            "people.Enterprise",
            "id", "agency_id", "tax_code", "name", "address", "phone", "email", "legal_representative", "registered_at",
        )  # fmt: skip
        self.representations = table(
            "people.Representation", "agency_id", "account_id", "enterprise_id", "role", "valid_from"
        )
        self.roles = table("people.UnitRole", "agency_id", "account_id", "unit_id", "role", "valid_from")

    def write(self, people: Iterable[Person], staff: Iterable[Officer]) -> None:
        for person in people:
            self._person(person)
        for officer in staff:
            self._account(officer.account_id, officer.name, AccountKind.OFFICER)
            self.roles.add(self.agency, str(officer.account_id), str(officer.unit_id), officer.role, self.since)
        for table in (
            self.accounts, self.contacts, self.citizens, self.enterprises, self.representations, self.roles,
        ):  # fmt: skip
            table.copy(self.cursor)

    def _account(self, account_id: int, name: str, kind: AccountKind) -> None:
        self.accounts.add(
            str(account_id),
            self.agency,
            f"{LOGIN}.{account_id}",
            name,
            kind.value,
            "t",
            f"{account_id:064x}",
            self.since,
        )

    def _person(self, person: Person) -> None:
        account, party = str(person.account_id), person.party
        self._account(person.account_id, person.full_name, AccountKind.CITIZEN)
        self.contacts.add(self.agency, account, personal.encrypt(person.phone), personal.encrypt(party.email))
        identity = party.identity if person.enterprise_id is None else f"998{person.account_id:09d}"
        self.citizens.add(
            self.agency, account, personal.encrypt(identity), personal.keyed_hash(identity), "",
            personal.encrypt(party.address),
        )  # fmt: skip
        if person.enterprise_id is None:
            return
        enterprise = str(person.enterprise_id)
        self.enterprises.add(
            enterprise, self.agency, party.identity, text(party.name), text(party.address), party.phone, party.email,
            text(person.full_name), self.since,
        )  # fmt: skip
        self.representations.add(
            self.agency, account, enterprise, RepresentationRole.LEGAL_REPRESENTATIVE.value, self.since
        )


__all__ = ["LOGIN", "Crowd", "Officer", "Person", "Registers", "officers", "posts"]
