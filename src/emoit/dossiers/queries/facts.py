"""A dossier's state for other agencies: field by field, so that what is not asked for is not read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from emoit.dossiers.models import Reader
from emoit.dossiers.queries.door import visible_to
from emoit.dossiers.types import Status
from emoit.kernel.access import Actor

Told = Callable[[Any], object]


def _same(value: object) -> object:
    return value


# What may be told -> the column that it comes from, and how.
FIELDS: dict[str, tuple[str, Told]] = {
    **{
        name: (name, _same)
        for name in (
            "code",
            "procedure_code",
            "procedure_name",
            "status",
            "outcome",
            "submitted_at",
            "received_at",
            "due_at",
            "decided_at",
            "returned_at",
            "holder_name",
        )
    },
    "status_label": ("status", lambda value: str(Status(value).label)),
    "national_status": ("status", lambda value: Status(value).national),
}


def facts_of(
    actor: Actor, code: str, *, fields: Sequence[str], procedures: Sequence[str] = ()
) -> tuple[int, dict[str, object]] | None:
    """The dossier of that code with the asked fields alone, if the actor may see it; drafts have no code.

    `procedures` narrows to dossiers of those. KeyError for a field that `FIELDS` has not.
    """
    rows = visible_to(actor).filter(code=code.strip().upper()) if code.strip() else visible_to(actor).none()
    if procedures:
        rows = rows.filter(procedure_code__in=list(procedures))
    row = rows.values("pk", *{FIELDS[name][0] for name in fields}).first()
    if row is None:
        return None
    return row["pk"], {name: FIELDS[name][1](row[FIELDS[name][0]]) for name in fields}


def own_ids(actor: Actor) -> list[int]:
    """Every dossier of the actor's own and of the enterprises they represent, drafts too."""
    own = [key for key in actor.readers if key[:2] in {"a:", "e:"}]
    rows = Reader.objects.filter(agency_id=actor.agency_id, reader__in=own)
    return list(rows.values_list("dossier_id", flat=True).distinct())


def codes_of(actor: Actor, ids: Iterable[int]) -> dict[int, str]:
    """The codes of those of the dossiers that the actor may see, by id."""
    rows = visible_to(actor).filter(pk__in=set(ids), code__isnull=False)
    return {pk: str(code) for pk, code in rows.values_list("pk", "code")}
