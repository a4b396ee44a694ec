"""Handing work round. The work's own module does it; the dossier notes when examination begins."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emoit.dossiers.case import Case, opened
from emoit.dossiers.types import Status, Verb
from emoit.kernel.access import Actor
from emoit.work import actions as work


def begin_examination(case: Case) -> None:
    """Received becomes in progress when the first officer has it in hand."""
    if case.status is Status.RECEIVED:
        case.move(Verb.EXAMINE, "Cơ quan bắt đầu thẩm định hồ sơ.")


@transaction.atomic
def claim(*, by: Actor, now: datetime, dossier_id: int, item_id: int, version: int) -> None:
    with opened(by=by, now=now, dossier_id=dossier_id) as case:
        case.require_item(item_id)
        work.claim(by=by, now=now, item_id=item_id, version=version)
        begin_examination(case)


@transaction.atomic
def assign(*, by: Actor, now: datetime, dossier_id: int, item_id: int, version: int, officer_id: int) -> None:
    with opened(by=by, now=now, dossier_id=dossier_id) as case:
        case.require_item(item_id)
        work.assign(by=by, now=now, item_id=item_id, version=version, officer_id=officer_id)
        begin_examination(case)


@transaction.atomic
def release(*, by: Actor, now: datetime, dossier_id: int, item_id: int, version: int) -> None:
    with opened(by=by, now=now, dossier_id=dossier_id) as case:
        case.require_item(item_id)
        work.release(by=by, now=now, item_id=item_id, version=version)
