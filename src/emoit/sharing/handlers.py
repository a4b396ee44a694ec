"""What happens to a result is noted for those who read the changes."""

from __future__ import annotations

from datetime import datetime

from emoit.kernel.access import Actor
from emoit.kernel.outbox import on
from emoit.results.events import ResultIssued, ResultReplaced, ResultRevoked
from emoit.sharing.models import Change


@on(ResultIssued)
def note_issued(event: ResultIssued, by: Actor, now: datetime) -> None:
    _note(by, event.result_id, "issued", now)


@on(ResultRevoked)
def note_revoked(event: ResultRevoked, by: Actor, now: datetime) -> None:
    _note(by, event.result_id, "revoked", now)


@on(ResultReplaced)
def note_replaced(event: ResultReplaced, by: Actor, now: datetime) -> None:
    _note(by, event.result_id, "replaced", now)


def _note(by: Actor, result_id: int, kind: str, now: datetime) -> None:
    Change.objects.create(agency_id=by.agency_id, result_id=result_id, kind=kind, at=now)
