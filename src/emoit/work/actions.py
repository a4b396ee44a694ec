"""Opening, handing round and closing work. The subject's module decides what an item means."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emoit.kernel import audit, rows
from emoit.kernel.access import Actor, Forbidden, Holding, NotFound, Refusal, Stale
from emoit.lib.saying import say
from emoit.people import queries as people
from emoit.work import queries, rules
from emoit.work.models import WorkDone, WorkItem
from emoit.work.types import Item


@transaction.atomic(savepoint=False)
def open_item(
    *,
    by: Actor,
    now: datetime,
    subject_kind: str,
    subject_id: int,
    subject_code: str,
    subject_title: str,
    subject_from: str,
    step: str,
    step_name: str,
    token: str,
    unit_id: int,
    role: str,
    assignee_id: int | None,
    due_at: datetime | None,
    note: str = "",
    procedure: str = "",
) -> int:
    """Put a piece of work into a unit's inbox, or straight into an officer's hands."""
    row = WorkItem(
        agency_id=by.agency_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        subject_code=subject_code,
        subject_title=subject_title,
        subject_from=subject_from,
        procedure=procedure,
        step=step,
        step_name=step_name,
        token=token,
        unit_id=unit_id,
        role=role,
        assignee_id=assignee_id,
        opened_at=now,
        claimed_at=now if assignee_id else None,
        due_at=due_at,
        note=note,
    )
    return rows.insert(row)


def _lock(by: Actor, item_id: int, version: int | None) -> WorkItem:
    queries.get_for(by, item_id)
    row = WorkItem.objects.select_for_update().filter(pk=item_id).first()
    if row is None:
        raise NotFound("Không có việc này hoặc việc đã được xử lý.", code="item_closed")
    if version is not None and row.version != version:
        raise Stale("Việc này vừa được người khác thay đổi. Hãy xem lại trước khi xử lý.")
    return row


@transaction.atomic
def take(*, by: Actor, item_id: int, version: int, step: str) -> tuple[Item, Holding]:
    """Lock an item for doing it now. Forbidden if it is not the actor's to do, Stale if it has changed.

    `step` is what the caller's verb does; Refusal `wrong_step` if the item waits for something else.
    """
    row = _lock(by, item_id, version)
    holding = rules.holding_for(
        by, unit_id=row.unit_id, role=row.role, assignee_id=row.assignee_id, procedure=row.procedure
    )
    return _taken(row, step, holding)


@transaction.atomic
def take_for_unit(*, by: Actor, item_id: int, version: int, step: str) -> tuple[Item, Holding]:
    """As `take`, for work that a unit answers for: its head may do it too, unless an officer has it in hand."""
    row = _lock(by, item_id, version)
    return _taken(row, step, _in_unit(by, row))


def _in_unit(by: Actor, row: WorkItem) -> Holding | None:
    return rules.holding_in_unit(
        by, unit_id=row.unit_id, role=row.role, assignee_id=row.assignee_id, procedure=row.procedure
    )


def _taken(row: WorkItem, step: str, holding: Holding | None) -> tuple[Item, Holding]:
    if row.step != step:
        raise Refusal("Việc này đang chờ bước khác.", code="wrong_step")
    if holding is None:
        if row.assignee_id is not None:
            name = people.account_name(row.assignee_id)
            raise Forbidden(say("Việc này đang do {name} xử lý.", name=name))
        raise Forbidden("Việc này không thuộc phần việc của bạn.")
    return queries.as_item(row), holding


@transaction.atomic
def claim(*, by: Actor, now: datetime, item_id: int, version: int) -> None:
    """Take unclaimed work into one's own hands (or a principal's, on whose behalf it will be done)."""
    row = _lock(by, item_id, version)
    holding = rules.holding_for(by, unit_id=row.unit_id, role=row.role, assignee_id=None, procedure=row.procedure)
    if holding is None:
        raise Forbidden("Việc này không thuộc phần việc của bạn.")
    if row.assignee_id is not None:
        raise Stale(say("Việc này đã có {name} nhận.", name=people.account_name(row.assignee_id)))
    _hand_to(row, by=by, now=now, assignee_id=by.account_id, holding=holding, verb="work.claim")


@transaction.atomic
def release(*, by: Actor, now: datetime, item_id: int, version: int) -> None:
    """Put one's work back into the unit's inbox; a head may do so with anyone's."""
    row = _lock(by, item_id, version)
    holding = (
        rules.holding_for(by, unit_id=row.unit_id, role=row.role, assignee_id=row.assignee_id, procedure=row.procedure)
        if row.assignee_id
        else None
    ) or rules.may_distribute(by, row.unit_id, row.procedure)
    if holding is None:
        raise Forbidden("Chỉ người đang giữ việc hoặc lãnh đạo đơn vị được trả việc về đơn vị.")
    _hand_to(row, by=by, now=now, assignee_id=None, holding=holding, verb="work.release")


@transaction.atomic
def assign(*, by: Actor, now: datetime, item_id: int, version: int, officer_id: int) -> None:
    """Give work to an officer of the unit who holds the role it asks for. For heads of the unit."""
    row = _lock(by, item_id, version)
    holding = rules.may_distribute(by, row.unit_id, row.procedure)
    if holding is None:
        raise Forbidden("Chỉ lãnh đạo đơn vị được phân công.")
    fitting = {o.account_id for o in people.officers_in(row.unit_id, row.role, now=now)}
    if officer_id not in fitting:
        raise Refusal("Người được chọn không đảm nhận phần việc này trong đơn vị.", code="not_fitting")
    _hand_to(row, by=by, now=now, assignee_id=officer_id, holding=holding, verb="work.assign")


@transaction.atomic
def release_all(*, by: Actor, now: datetime, account_id: int) -> int:
    """Put everything in an account's hands back into its units' inboxes, a row for each. Returns how many.

    A process of ours, after the account was closed: its holder can finish nothing any more.
    """
    rows = WorkItem.objects.select_for_update().filter(agency_id=by.agency_id, assignee_id=account_id).order_by("id")
    found = list(rows)
    for row in found:
        _hand_to(row, by=by, now=now, assignee_id=None, holding=None, verb="work.return")
    return len(found)


def _hand_to(
    row: WorkItem, *, by: Actor, now: datetime, assignee_id: int | None, holding: Holding | None, verb: str
) -> None:
    before = row.assignee_id
    row.assignee_id = assignee_id
    row.claimed_at = now if assignee_id else None
    row.version += 1
    row.save(update_fields=["assignee_id", "claimed_at", "version"])
    audit.record(
        by=by,
        now=now,
        verb=verb,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        holding=holding,
        details={"item": row.pk, "step": row.step, "from": before, "to": assignee_id},
    )


@transaction.atomic
def close(*, by: Actor, now: datetime, item_id: int, outcome: str, holding: Holding | None = None) -> None:
    """The work is done: the row goes from the open to the finished ones."""
    row = WorkItem.objects.select_for_update().filter(agency_id=by.agency_id, pk=item_id).first()
    if row is None:
        raise NotFound("Không có việc này hoặc việc đã được xử lý.", code="item_closed")
    _finish(row, by=by, now=now, outcome=outcome, holding=holding)


@transaction.atomic
def close_all(*, by: Actor, now: datetime, subject_kind: str, subject_id: int, outcome: str) -> int:
    """Close whatever is open on a subject that has ended otherwise (withdrawn, stopped). Returns how many."""
    rows = list(
        WorkItem.objects.select_for_update().filter(
            agency_id=by.agency_id, subject_kind=subject_kind, subject_id=subject_id
        )
    )
    for row in rows:
        _finish(row, by=by, now=now, outcome=outcome, holding=None)
    return len(rows)


def _finish(row: WorkItem, *, by: Actor, now: datetime, outcome: str, holding: Holding | None) -> None:
    WorkDone.objects.create(
        agency_id=row.agency_id,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        step=row.step,
        step_name=row.step_name,
        unit_id=row.unit_id,
        role=row.role,
        account_id=by.account_id,
        on_behalf_of_id=holding.principal_id if holding else None,
        opened_at=row.opened_at,
        claimed_at=row.claimed_at,
        closed_at=now,
        due_at=row.due_at,
        outcome=outcome,
    )
    row.delete()


@transaction.atomic
def move_due(
    *,
    by: Actor,
    subject_kind: str,
    subject_id: int,
    due_at: datetime | None,
    paused: bool,
    keeping: frozenset[str] = frozenset(),
) -> None:
    """The subject's deadline has moved: its open items show the new one, but the steps in `keeping` have their own."""
    rows = WorkItem.objects.filter(agency_id=by.agency_id, subject_kind=subject_kind, subject_id=subject_id)
    rows.exclude(step__in=keeping).update(due_at=due_at, paused=paused)
