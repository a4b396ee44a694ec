"""Inboxes and single items, always by actor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Count, F, Q, QuerySet

from emoit.kernel.access import Actor, Holding, NotFound
from emoit.work import rules
from emoit.work.models import WorkDone, WorkItem
from emoit.work.rules import DISTRIBUTES
from emoit.work.types import Counts, Done, Item, StepCount

PAGE = 50
# By hand: asked for each piece of work that is opened.
_DOERS = """
    select step, account_id from work_done
    where agency_id = %s and subject_kind = %s and subject_id = %s and account_id is not null order by closed_at, id
"""


def _principals(actor: Actor) -> set[int]:
    own = {actor.account_id} if actor.account_id else set()
    return own | {h.principal_id for h in actor.holdings if h.principal_id}


def visible_to(actor: Actor) -> QuerySet[WorkItem]:
    """Items of the units in which the actor holds a role; a process sees all of its agency."""
    items = WorkItem.objects.filter(agency_id=actor.agency_id)
    if actor.is_process:
        return items
    return items.filter(unit_id__in={h.unit_id for h in actor.holdings})


def _doable(actor: Actor) -> QuerySet[WorkItem]:
    """What the actor may do now: the role fits, and the item is theirs, a principal's, or nobody's."""
    fits = Q(pk__in=[])
    for unit_id, role, procedures in {(h.unit_id, h.role, h.procedures) for h in actor.holdings}:
        fits |= _of_procedures(Q(unit_id=unit_id, role=role), procedures)
    free = Q(assignee_id=None) | Q(assignee_id__in=_principals(actor))
    return visible_to(actor).filter(fits, free)


def _of_procedures(rows: Q, procedures: frozenset[str]) -> Q:
    return rows & Q(procedure__in=sorted(procedures)) if procedures else rows


def get_for(actor: Actor, item_id: int) -> Item:
    row = visible_to(actor).filter(pk=item_id).first()
    if row is None:
        raise NotFound("Không có việc này hoặc việc đã được xử lý.", code="item_closed")
    return as_item(row)


def _of_step(step: str, kind: str) -> Q:
    """Items of exactly that step, or of any step of that kind (`sign`, `sign__second`); empty: of all."""
    exactly = Q(step=step) if step else Q()
    return exactly & (Q(step=kind) | Q(step__startswith=f"{kind}__")) if kind else exactly


def inbox(
    actor: Actor, *, tab: str = "all", step: str = "", kind: str = "", after: int = 0, now: datetime
) -> list[Item]:
    """One page of open work, the nearest deadline first. `tab`: all, mine, unclaimed, unit, overdue."""
    rows = _tab(actor, tab, now).filter(_of_step(step, kind))
    rows = rows.order_by("paused", F("due_at").asc(nulls_last=True), "id")
    return [as_item(row) for row in rows[after : after + PAGE]]


def _tab(actor: Actor, tab: str, now: datetime) -> QuerySet[WorkItem]:
    match tab:
        case "mine":
            return _doable(actor).filter(assignee_id__in=_principals(actor))
        case "unclaimed":
            return _doable(actor).filter(assignee_id=None)
        case "unit":
            return visible_to(actor).filter(_distributed(actor))
        case "overdue":
            return _doable(actor).filter(due_at__lt=now, paused=False)
        case _:
            return _doable(actor)


def _distributed(actor: Actor) -> Q:
    headed = Q(pk__in=[])
    for unit_id, procedures in {(h.unit_id, h.procedures) for h in actor.holdings if h.role == DISTRIBUTES}:
        headed |= _of_procedures(Q(unit_id=unit_id), procedures)
    return headed


def count(actor: Actor, *, tab: str, step: str = "", kind: str = "", now: datetime) -> int:
    return _tab(actor, tab, now).filter(_of_step(step, kind)).count()


def counts(actor: Actor, *, now: datetime) -> Counts:
    """The numbers beside the entries of the rail, in one query."""
    mine = Q(assignee_id__in=_principals(actor))
    found = _doable(actor).aggregate(
        mine=Count("id", filter=mine),
        unclaimed=Count("id", filter=Q(assignee_id=None)),
        overdue=Count("id", filter=Q(due_at__lt=now, paused=False)),
        to_sign=Count("id", filter=_of_step("", "sign")),
    )
    return Counts(**found)


def steps_in(actor: Actor, *, tab: str, now: datetime) -> list[StepCount]:
    """The steps that wait in a tab, the fullest first."""
    rows = _tab(actor, tab, now).values_list("step", "step_name").annotate(waiting=Count("id"))
    return [StepCount(step=step, step_name=name, waiting=n) for step, name, n in rows.order_by("-waiting", "step")]


def items_for(actor: Actor, item_ids: Iterable[int]) -> dict[int, Item]:
    """Those of the items that are still open and visible, by id."""
    return {row.pk: as_item(row) for row in visible_to(actor).filter(pk__in=list(item_ids))}


def may_do(actor: Actor, item: Item) -> Holding | None:
    """The holding under which the actor may do the item now; None where it is another's or needs another role."""
    return rules.holding_for(
        actor, unit_id=item.unit_id, role=item.role, assignee_id=item.assignee_id, procedure=item.procedure
    )


def may_answer(actor: Actor, item: Item) -> Holding | None:
    """As `may_do`, for work that a unit answers for: its head may do it too."""
    return rules.holding_in_unit(
        actor, unit_id=item.unit_id, role=item.role, assignee_id=item.assignee_id, procedure=item.procedure
    )


def may_distribute(actor: Actor, item: Item) -> Holding | None:
    """The holding under which the actor may give the item to an officer of its unit."""
    return rules.may_distribute(actor, item.unit_id, item.procedure)


def open_of(actor: Actor, subject_kind: str, subject_id: int) -> list[Item]:
    """The open items of one subject that the actor may see."""
    rows = visible_to(actor).filter(subject_kind=subject_kind, subject_id=subject_id).order_by("id")
    return [as_item(row) for row in rows]


def doers_of(agency_id: int, subject_kind: str, subject_id: int) -> list[tuple[str, int]]:
    """(step, account) of everything that an officer did on one subject, in order. As `done_of`."""
    with connection.cursor() as cursor:
        cursor.execute(_DOERS, [agency_id, subject_kind, subject_id])
        return [(step, account_id) for step, account_id in cursor.fetchall()]


def done_of(agency_id: int, subject_kind: str, subject_id: int) -> list[Done]:
    """Everything that was done on one subject, in order. The caller has passed the subject's own door."""
    rows = WorkDone.objects.filter(agency_id=agency_id, subject_kind=subject_kind, subject_id=subject_id)
    return [
        Done(
            step=r.step,
            step_name=r.step_name,
            unit_id=r.unit_id,
            account_id=r.account_id,
            on_behalf_of_id=r.on_behalf_of_id,
            opened_at=r.opened_at,
            claimed_at=r.claimed_at,
            closed_at=r.closed_at,
            due_at=r.due_at,
            outcome=r.outcome,
        )
        for r in rows.order_by("closed_at", "id")
    ]


def as_item(row: WorkItem) -> Item:
    return Item(
        id=row.pk,
        version=row.version,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        subject_code=row.subject_code,
        subject_title=row.subject_title,
        subject_from=row.subject_from,
        step=row.step,
        step_name=row.step_name,
        unit_id=row.unit_id,
        role=row.role,
        assignee_id=row.assignee_id,
        opened_at=row.opened_at,
        due_at=row.due_at,
        paused=row.paused,
        note=row.note,
        procedure=row.procedure,
    )
