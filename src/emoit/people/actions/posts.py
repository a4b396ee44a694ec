"""Posts and roles of officers."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from emoit.kernel import audit, outbox
from emoit.kernel.access import Actor, NotFound, Refusal
from emoit.lib.saying import say
from emoit.people.actions.hand import locked_account, locked_officer, permit, registry, rotate_sessions, unit_of
from emoit.people.events import PositionAssigned, RoleGranted, RoleRevoked
from emoit.people.models import Assignment, DelegatedHolding, Position, Unit, UnitRole
from emoit.people.rules import Verb, periods_overlap
from emoit.people.types import Role

_LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def _require_period(valid_from: datetime, valid_to: datetime | None) -> None:
    if valid_to is not None and valid_to <= valid_from:
        raise Refusal("Thời điểm kết thúc phải sau thời điểm bắt đầu.", code="period_reversed")


def _require_standing(unit: Unit, valid_from: datetime) -> None:
    day: date = valid_from.astimezone(_LOCAL).date()
    if unit.valid_to is not None and unit.valid_to <= day:
        raise Refusal(say("{name} không còn hoạt động vào ngày này.", name=unit.name), code="unit_ended")


@transaction.atomic
def assign_position(
    *,
    by: Actor,
    now: datetime,
    account_id: int,
    unit_id: int,
    position: str,
    valid_from: datetime,
    valid_to: datetime | None = None,
) -> int:
    """Give an officer a post: `position` is the code of a title. Returns the assignment's id. Administrators."""
    holding = permit(by, Verb.ASSIGN_POSITION)
    _require_period(valid_from, valid_to)
    with registry(by):
        officer, unit = locked_officer(by, account_id), unit_of(by, unit_id)
        _require_standing(unit, valid_from)
        title = Position.objects.filter(agency_id=by.agency_id, code=position).first()
        if title is None:
            raise NotFound("Không có chức danh này.")
        same = Assignment.objects.filter(account=officer, unit=unit, position=title)
        if any(periods_overlap(a.valid_from, a.valid_to, valid_from, valid_to) for a in same):
            raise Refusal("Cán bộ đã giữ chức danh này tại đơn vị trong thời gian đó.", code="overlap")
        row = Assignment.objects.create(
            agency_id=by.agency_id,
            account=officer,
            unit=unit,
            position=title,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        audit.record(
            by=by,
            now=now,
            verb=Verb.ASSIGN_POSITION,
            subject_kind="account",
            subject_id=officer.pk,
            holding=holding,
            details={"assignment_id": row.pk, "unit_id": unit.pk, "position": position},
        )
        outbox.publish(
            PositionAssigned(agency_id=by.agency_id, assignment_id=row.pk, account_id=officer.pk, unit_id=unit.pk),
            now=now,
        )
    return row.pk


@transaction.atomic
def end_assignment(*, by: Actor, now: datetime, assignment_id: int) -> None:
    """End a post now (one that has not begun never begins). Roles are revoked by themselves. Administrators."""
    holding = permit(by, Verb.END_ASSIGNMENT)
    with registry(by):
        row = Assignment.objects.select_for_update().filter(pk=assignment_id, agency_id=by.agency_id).first()
        if row is None:
            raise NotFound("Không có phân công này.")
        if row.valid_to is not None and row.valid_to <= now:
            raise Refusal("Phân công này đã kết thúc.", code="ended")
        row.valid_to = max(row.valid_from, now)
        row.save(update_fields=["valid_to"])
        audit.record(
            by=by,
            now=now,
            verb=Verb.END_ASSIGNMENT,
            subject_kind="account",
            subject_id=row.account_id,
            holding=holding,
            details={"assignment_id": row.pk},
        )


def _require_other(by: Actor, account_id: int) -> None:
    if account_id == by.account_id:
        raise Refusal("Không thể tự giao hoặc tự thu hồi vai trò của chính mình.", code="oneself")


@transaction.atomic
def grant_role(
    *,
    by: Actor,
    now: datetime,
    account_id: int,
    unit_id: int,
    role: Role,
    valid_from: datetime,
    valid_to: datetime | None = None,
) -> None:
    """Give an officer a role in a unit. Administrators, never to themselves."""
    holding = permit(by, Verb.GRANT_ROLE)
    _require_other(by, account_id)
    _require_period(valid_from, valid_to)
    with registry(by):
        officer, unit = locked_officer(by, account_id), unit_of(by, unit_id)
        _require_standing(unit, valid_from)
        same = UnitRole.objects.filter(account=officer, unit=unit, role=role)
        if any(periods_overlap(r.valid_from, r.valid_to, valid_from, valid_to) for r in same):
            raise Refusal("Cán bộ đã có vai trò này tại đơn vị trong thời gian đó.", code="overlap")
        UnitRole.objects.create(
            agency_id=by.agency_id, account=officer, unit=unit, role=role, valid_from=valid_from, valid_to=valid_to
        )
        audit.record(
            by=by,
            now=now,
            verb=Verb.GRANT_ROLE,
            subject_kind="account",
            subject_id=officer.pk,
            holding=holding,
            details={"unit_id": unit.pk, "role": role},
        )
        rotate_sessions(by, officer.pk)
        outbox.publish(RoleGranted(agency_id=by.agency_id, account_id=officer.pk, unit_id=unit.pk, role=role), now=now)


@transaction.atomic
def revoke_role(*, by: Actor, now: datetime, account_id: int, unit_id: int, role: Role) -> None:
    """End a role now, and what has not begun of it; what was lent of it ends with it. Administrators."""
    holding = permit(by, Verb.REVOKE_ROLE)
    _require_other(by, account_id)
    with registry(by):
        officer = locked_account(by, account_id)
        rows = UnitRole.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=now), account=officer, unit=unit_id, role=role
        ).order_by("id")
        if not rows:
            raise NotFound("Cán bộ không giữ vai trò này tại đơn vị.")
        for row in rows:
            row.valid_to = max(row.valid_from, now)
            row.save(update_fields=["valid_to"])
        for lent in DelegatedHolding.objects.filter(principal=officer, unit=unit_id, role=role, valid_to__gt=now):
            lent.valid_to = max(lent.valid_from, now)
            lent.save(update_fields=["valid_to"])
        audit.record(
            by=by,
            now=now,
            verb=Verb.REVOKE_ROLE,
            subject_kind="account",
            subject_id=officer.pk,
            holding=holding,
            details={"unit_id": unit_id, "role": role},
        )
        rotate_sessions(by, officer.pk)
        outbox.publish(RoleRevoked(agency_id=by.agency_id, account_id=officer.pk, unit_id=unit_id, role=role), now=now)
