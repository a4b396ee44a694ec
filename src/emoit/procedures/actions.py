"""Publishing procedures."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import transaction

from emoit.forms.rules import check_form
from emoit.forms.types import Form, Problem
from emoit.kernel import audit, outbox, search
from emoit.kernel.access import Actor, Forbidden, Refusal, acting_as, process
from emoit.people.types import Role
from emoit.procedures import computing, findable, reading, rules
from emoit.procedures.events import ProcedurePublished
from emoit.procedures.models import Procedure, ProcedureVersion
from emoit.procedures.types import Known, Loaded, Published
from emoit.workflow import queries as workflow

Json = dict[str, Any]
DATA = Path(__file__).parent / "data"


class InvalidProcedure(Refusal):
    """The document does not pass the linter. `fields` maps the pointer of each fault to its sentence."""

    code = "invalid_procedure"
    status = 422


@transaction.atomic
def publish(*, by: Actor, now: datetime, document: Json, known_unit: Known, known_process: Known) -> Published:
    """Publish a document as the next version of its procedure; the very same document again changes nothing.

    `known_unit` and `known_process` say whether a unit code and a process key exist. By an administrator or a process
    of ours; Forbidden otherwise, InvalidProcedure if the linter finds a fault.
    """
    holding = next((h for h in by.holdings if h.role == Role.ADMINISTRATOR), None)
    if not by.is_process and holding is None:
        raise Forbidden("Chỉ quản trị viên được công bố thủ tục.")
    problems = rules.check_document(
        document, known_unit=known_unit, known_process=known_process, check_form=_check_form
    )
    problems = problems or computing.check(
        document,
        known_unit=known_unit,
        find_table=lambda key: workflow.decision(by.agency_id, key),
        working_days=lambda key: workflow.working_days(by.agency_id, key),
    )
    if problems:
        fields: dict[str, str] = {}
        for problem in problems:
            fields.setdefault(problem.path, problem.message)
        raise InvalidProcedure(f"Tài liệu thủ tục có {len(problems)} lỗi, chưa được công bố.", fields=fields)
    # The catalogue is public to read and closed to write: only a process of ours passes its policy.
    with acting_as(process("procedures.publish", by.agency_id)):
        row, changed = _append(by, now, document)
        if changed:
            _tell(by, now, row)
            audit.record(
                by=by,
                now=now,
                verb="procedures.publish",
                subject_kind="procedure",
                subject_id=row.procedure_id,
                holding=holding,
                details={"code": document["code"], "version": row.number, "digest": row.digest},
            )
    return Published(row.pk, document["code"], row.number, changed)


def _check_form(form: Form) -> list[Problem]:
    """As `check_form`, which is pure; many procedures of a catalogue share one form."""
    try:
        written = reading.canonical({"schema": form.schema, "layout": form.layout})
    except (TypeError, ValueError, RecursionError):
        return check_form(form)
    return list(_checked(written))


@lru_cache(maxsize=64)
def _checked(written: str) -> tuple[Problem, ...]:
    return tuple(check_form(Form(**json.loads(written))))


def _append(by: Actor, now: datetime, document: Json) -> tuple[ProcedureVersion, bool]:
    Procedure.objects.get_or_create(agency_id=by.agency_id, code=document["code"], defaults={"created_at": now})
    procedure = Procedure.objects.select_for_update().get(agency_id=by.agency_id, code=document["code"])
    digest = reading.digest(document)
    versions = ProcedureVersion.objects.filter(agency_id=by.agency_id, procedure=procedure)
    same = versions.filter(digest=digest).first()
    if same:
        return same, False
    last = versions.order_by("-number").first()
    row = ProcedureVersion.objects.create(
        agency_id=by.agency_id,
        procedure=procedure,
        number=last.number + 1 if last else 1,
        document=document,
        digest=digest,
        effective_from=date.fromisoformat(document["effective_from"]),
        published_at=now,
        published_by_id=by.account_id,
        published_by_name=by.name,
    )
    return row, True


def _tell(by: Actor, now: datetime, row: ProcedureVersion) -> None:
    search.put_entry(agency_id=by.agency_id, subject_kind=findable.KIND, entry=findable.entry(row))
    outbox.publish(
        ProcedurePublished(
            agency_id=by.agency_id,
            procedure_id=row.procedure_id,
            version_id=row.pk,
            code=row.document["code"],
            effective_from=row.document["effective_from"],
        ),
        now=now,
    )


def load_folder(
    *, by: Actor, now: datetime, folder: Path = DATA, known_unit: Known, known_process: Known
) -> list[Loaded]:
    """Publish every procedure of a folder, each by itself: one that is refused stops no other.

    A procedure is a folder with `procedure.json`, `form.schema.json` and `form.layout.json`, at any depth; several
    versions of one are several folders, published in the order of their effective dates.
    """
    read = [_read(path, folder) for path in sorted(folder.rglob("procedure.json"))]
    outcomes = []
    for name, document, fault in sorted(read, key=lambda r: (str(r[1].get("effective_from")), r[0])):
        if fault:
            outcomes.append(Loaded(name, "", "refused", (fault,)))
            continue
        try:
            done = publish(by=by, now=now, document=document, known_unit=known_unit, known_process=known_process)
        except Refusal as refusal:
            reasons = tuple(f"{pointer}: {text}" for pointer, text in refusal.fields.items()) or (refusal.message,)
            outcomes.append(Loaded(name, str(document.get("code")), "refused", reasons))
        else:
            outcome = "published" if done.changed else "unchanged"
            outcomes.append(Loaded(name, done.code, outcome, on_defaults=bool(document.get("defaults"))))
    return outcomes


def _read(path: Path, folder: Path) -> tuple[str, Json, str]:
    """(name, document with its form, what is wrong with the files)."""
    name = str(path.parent.relative_to(folder))
    try:
        document, schema, layout = (
            json.loads((path.parent / file).read_text("utf-8"))
            for file in ("procedure.json", "form.schema.json", "form.layout.json")
        )
    except (OSError, ValueError, RecursionError) as error:
        return name, {}, f"không đọc được: {error}"
    if not isinstance(document, dict):
        return name, {}, "procedure.json phải là một đối tượng JSON"
    return name, {**document, "form": {"schema": schema, "layout": layout}}, ""
