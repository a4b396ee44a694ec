"""Looking at a dossier's rows."""

from __future__ import annotations

from typing import Any

from django.db import connection

from emoit.dossiers import queries
from emoit.dossiers.models import Dossier
from emoit.dossiers.types import Status, TimelineEntry, Verb
from emoit.kernel.access import acting_as
from tests.support.world import World


def timeline(world: World, dossier_id: int) -> list[TimelineEntry]:
    with acting_as(world.process) as by:
        return queries.timeline_of(by, dossier_id)


def verbs(world: World, dossier_id: int) -> list[Verb]:
    return [entry.verb for entry in timeline(world, dossier_id)]


def check_replay(world: World, dossier_id: int) -> None:
    """What the timeline amounts to is what is stored, column by column."""
    with acting_as(world.process) as by:
        found = queries.replayed(by, dossier_id)
        row = Dossier.objects.get(pk=dossier_id)
        info = queries.get_for(by, dossier_id)
    stored = (
        Status(row.status),
        row.outcome,
        row.submitted_at,
        row.received_at,
        row.decided_at,
        row.returned_at,
        row.extended,
    )
    assert stored == (
        found.status,
        found.outcome,
        found.submitted_at,
        found.received_at,
        found.decided_at,
        found.returned_at,
        found.extended,
    )
    if info.deadline is not None and not found.status.is_final:
        assert info.deadline.pauses == found.pauses


def audit(world: World, dossier_id: int) -> list[dict[str, Any]]:
    return _rows(
        world,
        "select verb, account_id, on_behalf_of_id, actor_name, details from kernel_audit_entry"
        " where subject_kind = 'dossier' and subject_id = %s order by id",
        str(dossier_id),
    )


def events(world: World, dossier_id: int) -> list[str]:
    rows = _rows(
        world,
        "select kind from kernel_event where kind like 'dossiers.%%' and payload->>'dossier_id' = %s order by id",
        str(dossier_id),
    )
    return [row["kind"].removeprefix("dossiers.") for row in rows]


def _rows(world: World, statement: str, *values: object) -> list[dict[str, Any]]:
    with acting_as(world.process), connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
