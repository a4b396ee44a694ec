"""A row written by `kernel.rows` is the row that Django's own INSERT writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DataError, connection, models, transaction

from emoit.dossiers.models import Timeline
from emoit.kernel import rows
from emoit.kernel.access import acting_as, process
from emoit.kernel.models import Event
from emoit.work.models import WorkItem

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 5, 12, 2, 30, 15, 123456, tzinfo=UTC)
EVENT = {"kind": "dossiers.DossierSubmitted", "at": NOW, "payload": {"tên": "Sao Mai", "n": [1, None]}}
ITEM = {
    "subject_kind": "dossier", "subject_id": 7, "subject_code": "G02-1", "subject_title": "Đăng ký",
    "subject_from": "x", "step": "intake", "step_name": "Tiếp nhận", "token": "t", "unit_id": 3,
    "role": "one_stop_clerk", "opened_at": NOW,
}  # fmt: skip
TOLD = {"dossier_id": 7, "seq": 1, "at": NOW, "verb": "submit", "status": "submitted", "actor_name": "Bình"}


@pytest.mark.parametrize(("model", "values"), [(Event, EVENT), (WorkItem, ITEM), (Timeline, TOLD)])
def test_it_is_what_django_writes(model: type[models.Model], values: dict[str, Any]) -> None:
    ours, theirs = model(agency_id=1, **values), model(agency_id=1, **values)
    own = _written(ours, lambda: rows.insert(ours))
    assert own == _written(theirs, theirs.save)
    assert len(own) == len(model._meta.concrete_fields) - 1
    assert (ours._state.adding, ours._state.db) == (False, theirs._state.db)  # its next save is an UPDATE


def test_what_does_not_fit_is_refused_by_the_database() -> None:
    with acting_as(process("test", 1)), pytest.raises(DataError), transaction.atomic():
        rows.insert(Event(agency_id=1, **{**EVENT, "kind": "x" * 1000}))


def _written(row: models.Model, write: Callable[[], object]) -> dict[str, Any]:
    """What lies in the table once `write` has put it there; nothing stays."""
    with acting_as(process("test", 1)), transaction.atomic():
        write()
        with connection.cursor() as cursor:
            cursor.execute(f'select * from "{row._meta.db_table}" where id = %s', [row.pk])  # noqa: S608
            names = [column.name for column in cursor.description]
            stored = dict(zip(names, cursor.fetchone(), strict=True))
        transaction.set_rollback(True)
    assert stored.pop("id") == row.pk
    return stored
