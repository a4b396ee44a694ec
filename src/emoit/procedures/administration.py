"""Reads for those who work the catalogue: administrators, and auditors who only look. Others get Forbidden."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from functools import cache
from typing import Any

from django.db.models.fields.json import KeyTransform

from emoit.codes import queries as codes
from emoit.kernel.access import Actor, Forbidden, NotFound, Refusal, acting_as, process
from emoit.lib.saying import Both, say, vi
from emoit.lib.vietnamese import fold
from emoit.lib.working_time import VIET_NAM, OutsideCalendar, working_minutes_between
from emoit.people import queries as people
from emoit.people.types import AT_PLACE, Role
from emoit.procedures import advice, cost, difference, doubts, exporting, form_editing, linting, reading
from emoit.procedures.models import Draft, Procedure, ProcedureVersion
from emoit.procedures.types import (
    ComplianceCost,
    Doubt,
    DraftInfo,
    FormPage,
    Known,
    Notice,
    PartDifference,
    ShelfRow,
    Standing,
    Verdict,
    VersionInfo,
)
from emoit.procedures.types import Procedure as ProcedureInfo
from emoit.workflow import queries as workflow

Json = dict[str, Any]
_ABSENT = vi("Không có thủ tục này.")


def require_reader(actor: Actor) -> None:
    if not (actor.is_process or actor.has_role(Role.ADMINISTRATOR) or actor.has_role(Role.AUDITOR)):
        raise Forbidden("Chỉ quản trị viên và người kiểm tra, giám sát được xem phần này.")


def known_places(agency_id: int) -> tuple[Known, Known]:
    """(whether a unit of that code exists, whether a process of that key is published) in the agency."""

    @cache
    def unit(code: str) -> bool:
        if code == AT_PLACE:
            return True
        try:
            people.unit_by_code(agency_id, code)
        except NotFound:
            return False
        return True

    return unit, cache(lambda key: workflow.exists(agency_id, key))


def shelf(
    actor: Actor, *, search: str = "", field: str = "", level: str = "", unconfirmed: bool = False, on: date
) -> list[ShelfRow]:
    """Every procedure in its version in force (else its next, else its newest), by field and code, filtered.

    `search` is looked for in code and name, without regard to marks; `field` is a field's code, `level` a Level.
    """
    require_reader(actor)
    with acting_as(process("procedures.shelf", actor.agency_id)):
        drafts = set(Draft.objects.filter(agency_id=actor.agency_id).values_list("code", flat=True))
        rows = [_shelf_row(v, drafts, on) for v in _chosen(actor.agency_id, on)]
    wanted = fold(search).split()
    return sorted(
        (
            row
            for row in rows
            if all(word in fold(f"{row.code} {row.name}") for word in wanted)
            and field in ("", row.field_code)
            and level in ("", row.level)
            and (not unconfirmed or row.to_confirm)
        ),
        key=lambda row: (row.field_name, row.code),
    )


def _chosen(agency_id: int, on: date) -> list[Json]:
    """One line for each procedure; of the documents only what the list shows is read."""
    names = ("name", "field", "level", "defaults", "unverified")
    lines = (
        ProcedureVersion.objects.filter(agency_id=agency_id)
        .annotate(**{f"its_{name}": KeyTransform(name, "document") for name in names})
        .order_by("procedure_id", "-effective_from", "-number")
        .values(
            "number", "effective_from", "procedure_id", "procedure__code", "procedure__withdrawn_from",
            *(f"its_{name}" for name in names),
        )
    )  # fmt: skip
    found: dict[int, Json] = {}
    for line in lines:  # of each procedure from the latest effective date to the earliest
        before = found.get(line["procedure_id"])
        if before is None or before["effective_from"] > on:
            found[line["procedure_id"]] = line
    return list(found.values())


def _shelf_row(line: Json, drafts: set[str], on: date) -> ShelfRow:
    return ShelfRow(
        code=line["procedure__code"],
        name=Both(line["its_name"]["vi"], line["its_name"].get("en") or ""),
        field_code=line["its_field"]["code"],
        field_name=Both(line["its_field"]["name"]["vi"], line["its_field"]["name"].get("en") or ""),
        level=line["its_level"] or "central",
        version=line["number"],
        effective_from=line["effective_from"],
        standing=Standing.FUTURE if line["effective_from"] > on else Standing.IN_FORCE,
        to_confirm=len(line["its_defaults"] or {}) + len(line["its_unverified"] or {}),
        has_draft=line["procedure__code"] in drafts,
        withdrawn_from=line["procedure__withdrawn_from"],
    )


def drafts_without_version(actor: Actor) -> list[tuple[str, str]]:
    """(code, name) of drafts of procedures that were never published."""
    require_reader(actor)
    with acting_as(process("procedures.drafts", actor.agency_id)):
        rows = Draft.objects.filter(agency_id=actor.agency_id, base=None).order_by("code")
        return [(row.code, _name(row.document)) for row in rows]


def _name(document: Json) -> str:
    name = document.get("name")
    return str(name.get("vi", "")) if isinstance(name, dict) else ""


def history(actor: Actor, code: str, *, on: date) -> list[VersionInfo]:
    """The published versions, newest first; empty for a procedure that has only a draft."""
    require_reader(actor)
    rows = list(
        ProcedureVersion.objects.filter(agency_id=actor.agency_id, procedure__code=code)
        .select_related("restores")
        .order_by("-number")
    )
    current = max((r for r in rows if r.effective_from <= on), key=lambda r: (r.effective_from, r.number), default=None)
    return [_version_info(row, current, on) for row in rows]


def _version_info(row: ProcedureVersion, current: ProcedureVersion | None, on: date) -> VersionInfo:
    standing = Standing.FUTURE if row.effective_from > on else Standing.IN_FORCE if row == current else Standing.PAST
    notice = row.document.get("notice") or {}
    return VersionInfo(
        id=row.pk,
        number=row.number,
        effective_from=row.effective_from,
        standing=standing,
        notice=Notice(str(notice.get("decision", "")), _day(notice.get("decided_on")), _day(notice.get("published_on")))
        if notice
        else None,
        published_at=row.published_at,
        published_by=row.published_by_name,
        reason=row.reason,
        restores=row.restores.number if row.restores else None,
    )


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def withdrawal(actor: Actor, code: str) -> tuple[date | None, str]:
    """(from which day the procedure is withdrawn, why); (None, "") where it is not. NotFound for an unknown code."""
    require_reader(actor)
    row = Procedure.objects.filter(agency_id=actor.agency_id, code=code).first()
    if row is None:
        raise NotFound(_ABSENT)
    return row.withdrawn_from, row.withdrawn_reason


def document_of(actor: Actor, code: str, number: int) -> Json:
    """The document of a published version. NotFound if there is none."""
    require_reader(actor)
    row = ProcedureVersion.objects.filter(agency_id=actor.agency_id, procedure__code=code, number=number).first()
    if row is None:
        raise NotFound("Không có phiên bản này.")
    document: Json = row.document
    return document


def draft_of(actor: Actor, code: str) -> DraftInfo | None:
    """The open draft of a procedure, None if there is none."""
    require_reader(actor)
    with acting_as(process("procedures.drafts", actor.agency_id)):
        row = Draft.objects.select_related("base").filter(agency_id=actor.agency_id, code=code).first()
    if row is None:
        return None
    return DraftInfo(
        id=row.pk,
        code=row.code,
        base_id=row.base_id,
        base=row.base.number if row.base else None,
        document=row.document,
        author=row.author_name,
        created_at=row.created_at,
        saved_at=row.saved_at,
        saved_by=row.saved_by_name,
        lock=row.lock,
    )


def judge(actor: Actor, document: Json) -> Verdict:
    """What the linter says of a document: errors; warnings only where there are none."""
    known_unit, known_process = known_places(actor.agency_id)
    errors = linting.faults(actor.agency_id, document, known_unit=known_unit, known_process=known_process)
    warnings = [] if errors else advice.advise(document, working_days=_working_days(actor.agency_id))
    return Verdict(tuple(errors), tuple(warnings))


def _working_days(agency_id: int) -> advice.WorkingDays:
    def count(first: date, last: date) -> int | None:
        try:
            calendar = codes.calendar_of(agency_id)
            start, end = (datetime.combine(day, time(0), VIET_NAM) for day in (first, last))
            return working_minutes_between(calendar, start, end) // calendar.day_minutes
        except (OutsideCalendar, Refusal):
            return None

    return count


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[PartDifference, ...]:
    """What differs between two documents, by part and in words."""
    return difference.compare(dict(old), dict(new))


def to_confirm(document: Json) -> list[Doubt]:
    """The facts that rest on a default or are not verified, each with its place in words."""
    return doubts.of(document)


def fields_of(document: Json) -> list[FormPage]:
    """The pages and fields of a draft's form; empty for a form too faulty to be read."""
    try:
        return form_editing.pages(document["form"])
    except (KeyError, TypeError, AttributeError, Refusal):
        return []


def preview(document: Json) -> ProcedureInfo:
    """A document without errors as others would hold it, numbered 0."""
    unsaved = ProcedureVersion(
        number=0, document=document, digest="", effective_from=date.fromisoformat(document["effective_from"])
    )
    unsaved.pk = 0
    return reading.read(unsaved)


def compliance_cost(document: Json) -> ComplianceCost | None:
    """The compliance cost worked out; None where the document has no sheet, or a faulty one."""
    sheet = document.get("cost")
    if sheet is None or list(cost.check_cost(sheet)):
        return None
    return cost.work_out(sheet)


COST_UNVERIFIED = cost.UNVERIFIED
FIELD_KINDS = form_editing.SIMPLE
MAX_ZIP_BYTES = exporting.MAX_ZIP_BYTES


def exported(actor: Actor, codes_wanted: Iterable[str] = ()) -> dict[str, bytes]:
    """Path -> content of the files of every version of these procedures (of all, if none is named).

    NotFound names a code that does not exist.
    """
    require_reader(actor)
    rows = ProcedureVersion.objects.filter(agency_id=actor.agency_id)
    wanted = sorted(set(codes_wanted))
    if wanted:
        known = set(Procedure.objects.filter(agency_id=actor.agency_id, code__in=wanted).values_list("code", flat=True))
        if set(wanted) - known:
            raise NotFound(say("Không có thủ tục {codes}.", codes=", ".join(sorted(set(wanted) - known))))
        rows = rows.filter(procedure__code__in=wanted)
    return exporting.folder(row.document for row in rows.order_by("procedure__code", "number").iterator())


def exported_draft(draft: DraftInfo) -> dict[str, bytes]:
    """Path -> content of the files of a draft."""
    return exporting.folder([draft.document])


pack, unpack, written = exporting.pack, exporting.unpack, exporting.written
