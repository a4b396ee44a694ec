"""What stands in the database before the year begins: the agency, its usable procedures, units, officers, calendar."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time

from emoit.codes import queries as codes
from emoit.kernel.access import NotFound, Refusal
from emoit.lib.working_time import VIET_NAM, OutsideCalendar, Term, WorkingCalendar
from emoit.people import queries as people
from emoit.procedures import queries as procedures
from emoit.procedures.types import Change, Procedure, ResultSpec
from emoit.trial.answers import Template, carried_of, template_of
from emoit.trial.clock import Clock
from emoit.trial.profile import Profile
from emoit.workflow import queries as workflow

# The ways that a dossier can go here: the steps of these processes, by name.
WAYS = ("standard", "short", "appraisal", "inspection", "automatic")


@dataclass(frozen=True, slots=True)
class Kind:
    """What an earlier system may have issued: a kind of result, how it is called, the unit that keeps it."""

    key: str
    title: str
    unit: int


@dataclass(frozen=True, slots=True)
class Amending:
    """What a procedure does to an earlier result, of which kinds, and what a dossier keeps of the form's prefill.

    `keeps_validity`: the new result ends when the earlier one would have, as `dossiers.amendments` has it.
    """

    change: Change
    kinds: tuple[Kind, ...]
    keeps_validity: bool
    carried: Template


@dataclass(frozen=True, slots=True)
class Course:
    """A procedure as the year needs it: plain values, nothing to look up any more."""

    version_id: int
    code: str
    name: str
    applicants: tuple[str, ...]
    way: str
    process_id: int
    term: Term | None
    fee_vnd: int
    receiving_unit: int
    handling_unit: int
    signing_unit: int | None
    signer_role: str
    result: ResultSpec
    refusal: ResultSpec
    defect: str
    template: Template
    amending: Amending | None = None

    @property
    def automatic(self) -> bool:
        return self.way == "automatic"

    @property
    def units(self) -> frozenset[int]:
        """Those whose officers see the dossier, as `dossiers.case.Case.readers` has it."""
        return frozenset(u for u in (self.receiving_unit, self.handling_unit, self.signing_unit) if u)


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything that the year is made from. `left_out`: why procedures are not used, and how many."""

    agency_id: int
    agency_name: str
    dossier_code: str
    width: int
    level_1: str
    clock: Clock
    courses: tuple[Course, ...]
    left_out: Counter[str] = field(default_factory=Counter)
    unit_names: dict[int, str] = field(default_factory=dict)

    @property
    def advisers(self) -> tuple[int, ...]:
        """The units that may be asked for their opinion: those that handle dossiers, and so have officers."""
        return tuple(sorted({c.handling_unit for c in self.courses if not c.automatic}))

    def digest(self) -> str:
        """Changes when the same seed would no longer make the same year."""
        facts = [
            (c.code, c.way, str(c.term), c.fee_vnd, c.applicants, c.amending.change if c.amending else "")
            for c in self.courses
        ]
        calendar = sorted((str(d), e.working) for d, e in self.clock.calendar.exceptions.items() if d.year <= 2020)
        return hashlib.sha256(json.dumps([facts, calendar], ensure_ascii=False).encode()).hexdigest()


def survey(profile: Profile, *, agency_code: str, now: datetime) -> Ground:
    """Read the ground, as a process of the agency. Refusal where nothing can be built on it."""
    agency = people.agency(agency_code)
    clock = Clock(_calendar(agency.id, profile.year, now), profile.year, _cut_off(profile.year))
    courses, left_out = _courses(agency.id, now)
    if not courses:
        raise Refusal("Chưa có thủ tục nào dùng được: hãy nạp danh mục thủ tục trước.", code="no_procedures")
    return Ground(
        agency_id=agency.id,
        agency_name=agency.name,
        dossier_code=agency.dossier_code,
        width=agency.dossier_number_width,
        level_1=agency_code.partition(".")[0],
        clock=clock,
        courses=tuple(courses),
        left_out=left_out,
        unit_names={unit.id: unit.name for unit in people.units(agency.id, on=now.astimezone(VIET_NAM).date())},
    )


def _calendar(agency_id: int, year: int, now: datetime) -> WorkingCalendar:
    calendar = codes.calendar_of(agency_id, on=now.replace(year=year))
    try:
        calendar.is_working(date(year, 1, 1))
        calendar.is_working(date(year + 1, 12, 31))
    except OutsideCalendar as error:
        raise Refusal(error.message, code="outside_calendar") from error
    return calendar


def _cut_off(year: int) -> time:
    return codes.legal_limits(date(year, 6, 1)).cut_off


def _courses(agency_id: int, now: datetime) -> tuple[list[Course], Counter[str]]:
    courses, left_out = [], Counter[str]()
    cards = sorted(procedures.catalogue(at=now), key=lambda card: card.code)
    versions = [procedures.version(card.version_id) for card in cards]
    known = _kinds(agency_id, versions)
    for procedure in versions:
        try:
            courses.append(_course(agency_id, procedure, known))
        except _NotUsable as reason:
            left_out[str(reason)] += 1
    return courses, left_out


class _NotUsable(Exception):
    pass


def _unit(agency_id: int, code: str) -> int:
    try:
        return people.unit_by_code(agency_id, code).id
    except NotFound:
        raise _NotUsable("không có đơn vị") from None


def _kinds(agency_id: int, versions: Iterable[Procedure]) -> dict[str, Kind]:
    """Every kind of result that the ministry issues, named as the procedure names it that issues it first."""
    known: dict[str, Kind] = {}
    central = [p for p in versions if p.level == "central"]
    for procedure in sorted(central, key=lambda p: p.amends is not None):
        if procedure.amends is None or procedure.amends.change is not Change.END:
            spec = procedure.result
            with suppress(_NotUsable):
                known.setdefault(spec.kind, Kind(spec.kind, spec.title, _unit(agency_id, procedure.handling_unit)))
    return known


def _amending(procedure: Procedure, known: dict[str, Kind]) -> Amending | None:
    amends, spec = procedure.amends, procedure.result
    if amends is None:
        return None
    kinds = tuple(known[kind] for kind in amends.kinds if kind in known)
    if not kinds:
        raise _NotUsable("không rõ kết quả được thay đổi")
    keeps = amends.change is Change.REISSUE or (amends.change is Change.AMEND and not spec.validity)
    return Amending(amends.change, kinds, keeps, carried_of(procedure))


def _course(agency_id: int, procedure: Procedure, known: dict[str, Kind]) -> Course:
    if procedure.level != "central":
        raise _NotUsable("thuộc thẩm quyền địa phương")
    if procedure.process_key not in WAYS:
        raise _NotUsable(f"quy trình {procedure.process_key}")

    def unit(code: str) -> int:
        return _unit(agency_id, code)

    template = template_of(procedure)
    return Course(
        version_id=procedure.id,
        code=procedure.code,
        name=procedure.name,
        applicants=procedure.applicants,
        way=procedure.process_key,
        process_id=workflow.latest(agency_id, procedure.process_key).id,
        term=None if procedure.automatic else procedure.term,
        fee_vnd=procedure.fee_vnd or 0,
        receiving_unit=unit(procedure.receiving_unit),
        handling_unit=unit(procedure.handling_unit),
        signing_unit=unit(procedure.result.signer_unit) if procedure.result.signer_unit else None,
        signer_role=procedure.result.signer_role,
        result=procedure.result,
        refusal=procedure.refusal,
        defect=template.defect,
        template=template,
        amending=_amending(procedure, known),
    )
