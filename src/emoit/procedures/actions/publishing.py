"""Publishing procedures."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from emoit.kernel import audit, outbox, search
from emoit.kernel.access import Actor, Forbidden, Holding, Refusal, acting_as, process
from emoit.lib.saying import say
from emoit.people.types import Role
from emoit.procedures import findable, linting, reading
from emoit.procedures.events import ProcedurePublished
from emoit.procedures.models import Procedure, ProcedureVersion
from emoit.procedures.types import Known, Loaded, Published

Json = dict[str, Any]
DATA = Path(__file__).parents[1] / "data"


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
    holding = administrator(by)
    require_clean(by, document, known_unit=known_unit, known_process=known_process)
    row, changed = release(by=by, now=now, document=document, holding=holding)
    return Published(row.pk, document["code"], row.number, changed)


def administrator(by: Actor) -> Holding | None:
    """The holding by which the actor works the catalogue; None for a process of ours. Forbidden for all others."""
    holding = next((h for h in by.holdings if h.role == Role.ADMINISTRATOR), None)
    if not by.is_process and holding is None:
        raise Forbidden("Chỉ quản trị viên được công bố thủ tục.")
    return holding


def require_clean(by: Actor, document: Json, *, known_unit: Known, known_process: Known) -> None:
    """InvalidProcedure if the linter finds a fault."""
    problems = linting.faults(by.agency_id, document, known_unit=known_unit, known_process=known_process)
    if problems:
        fields: dict[str, str] = {}
        for problem in problems:
            fields.setdefault(problem.path, problem.message)
        raise InvalidProcedure(
            say("Tài liệu thủ tục có {number} lỗi, chưa được công bố.", number=len(problems)), fields=fields
        )


def release(
    *,
    by: Actor,
    now: datetime,
    document: Json,
    holding: Holding | None,
    reason: str = "",
    restores: ProcedureVersion | None = None,
) -> tuple[ProcedureVersion, bool]:
    """A clean document as the next version, with its search entry, event and audit row; (version, whether it is new).

    A document that was published before changes nothing, unless it `restores` an earlier version on purpose.
    """
    # The catalogue is public to read and closed to write: only a process of ours passes its policy.
    with acting_as(process("procedures.publish", by.agency_id)):
        row, changed = _append(by, now, document, reason, restores)
        if changed:
            _tell(by, now, row)
            details = {"code": document["code"], "version": row.number, "digest": row.digest}
            if reason:
                details["reason"] = reason
            if restores:
                details["restores"] = restores.number
            audit.record(
                by=by,
                now=now,
                verb="procedures.publish",
                subject_kind="procedure",
                subject_id=row.procedure_id,
                holding=holding,
                details=details,
            )
    return row, changed


def _append(
    by: Actor, now: datetime, document: Json, reason: str, restores: ProcedureVersion | None
) -> tuple[ProcedureVersion, bool]:
    Procedure.objects.get_or_create(agency_id=by.agency_id, code=document["code"], defaults={"created_at": now})
    procedure = Procedure.objects.select_for_update().get(agency_id=by.agency_id, code=document["code"])
    digest = reading.digest(document)
    versions = ProcedureVersion.objects.filter(agency_id=by.agency_id, procedure=procedure)
    same = versions.filter(digest=digest).first()
    if same and restores is None:
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
        reason=reason,
        restores=restores,
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
