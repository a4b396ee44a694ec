"""What stands in the database before the year begins: the agency, its usable procedures, units, officers, calendar."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time

from emoit.codes import queries as codes
from emoit.kernel.access import NotFound, Refusal
from emoit.lib.working_time import OutsideCalendar, Term, WorkingCalendar
from emoit.people import queries as people
from emoit.procedures import queries as procedures
from emoit.procedures.types import Procedure, ResultSpec
from emoit.trial.answers import Template, template_of
from emoit.trial.clock import Clock
from emoit.trial.profile import Profile
from emoit.workflow import queries as workflow

# The ways that a dossier can go here: the steps of these processes, by name. Where opinions may be asked, none are.
WAYS = ("standard", "appraisal", "automatic")


@dataclass(frozen=True, slots=True)
class Course:
    """A procedure as the year needs it: plain values, nothing to look up any more."""

    version_id: int
    code: str
    name: str
    applicants: tuple[str, ...]
    automatic: bool
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

    def digest(self) -> str:
        """Changes when the same seed would no longer make the same year."""
        facts = [(c.code, c.automatic, str(c.term), c.fee_vnd, c.applicants) for c in self.courses]
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
    for card in sorted(procedures.catalogue(at=now), key=lambda card: card.code):
        try:
            courses.append(_course(agency_id, procedures.version(card.version_id)))
        except _NotUsable as reason:
            left_out[str(reason)] += 1
    return courses, left_out


class _NotUsable(Exception):
    pass


def _course(agency_id: int, procedure: Procedure) -> Course:
    if procedure.level != "central":
        raise _NotUsable("thuộc thẩm quyền địa phương")
    if procedure.amends is not None:
        raise _NotUsable("mở từ một kết quả đã cấp")
    if procedure.process_key not in WAYS:
        raise _NotUsable(f"quy trình {procedure.process_key}")

    def unit(code: str) -> int:
        try:
            return people.unit_by_code(agency_id, code).id
        except NotFound:
            raise _NotUsable("không có đơn vị") from None

    template = template_of(procedure)
    return Course(
        version_id=procedure.id,
        code=procedure.code,
        name=procedure.name,
        applicants=procedure.applicants,
        automatic=procedure.automatic,
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
    )
