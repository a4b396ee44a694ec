"""Lines of the workbench's lists: an item with its chip and the names of its unit and holder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from emoit.codes import queries as codes
from emoit.desk.frame import names_of
from emoit.kernel.access import Actor, NotFound
from emoit.lib import working_time
from emoit.lib.working_time import DeadlineChip
from emoit.people import queries as people
from emoit.ui.language import current
from emoit.work import queries as work
from emoit.work.types import Item


@dataclass(frozen=True, slots=True)
class Line:
    item: Item
    chip: DeadlineChip
    holder: str
    is_mine: bool
    on_behalf_of: str
    unit: str


def lines(actor: Actor, items: Iterable[Item], now: datetime) -> list[Line]:
    """One calendar, and each name once, for the whole list."""
    found = list(items)
    calendar = calendar_for(actor)
    principals = {item.id: principal_of(actor, item) for item in found}
    names = names_of({item.assignee_id for item in found} | set(principals.values()))
    units = {unit_id: people.unit(unit_id).name for unit_id in {item.unit_id for item in found}}
    return [
        Line(
            item=item,
            chip=chip(calendar, item.due_at, now, paused=item.paused),
            holder=names[item.assignee_id],
            is_mine=item.assignee_id == actor.account_id,
            on_behalf_of=names[principals[item.id]],
            unit=units[item.unit_id],
        )
        for item in found
    ]


def principal_of(actor: Actor, item: Item) -> int | None:
    """On whose behalf the actor would do the item; None in own right, or where it is not theirs to do."""
    holding = work.may_do(actor, item)
    return holding.principal_id if holding else None


def calendar_for(actor: Actor) -> working_time.WorkingCalendar | None:
    """The agency's calendar; None where none was published yet."""
    try:
        return codes.calendar_of(actor.agency_id)
    except NotFound:
        return None


def chip(
    calendar: working_time.WorkingCalendar | None, due_at: datetime | None, now: datetime, *, paused: bool = False
) -> DeadlineChip:
    if calendar is None:
        return DeadlineChip(_("chưa có lịch làm việc"), working_time.ChipState.NONE)
    return working_time.chip(calendar, due_at, now, paused=paused, language=current())
