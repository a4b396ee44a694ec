"""Being away (vắng mặt): while it lasts no new work is given by itself, and colleagues see it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from emoit.kernel import audit
from emoit.kernel.access import Actor, Forbidden, Holding, NotFound, Refusal
from emoit.lib.saying import vi
from emoit.people.actions.delegations import delegate
from emoit.people.actions.hand import clean, locked_officer, permit, registry
from emoit.people.models import Absence, Assignment, UnitRole
from emoit.people.rules import Verb, periods_overlap
from emoit.people.types import AbsenceKind, Role

LONGEST_ABSENCE = timedelta(days=366)


@transaction.atomic
def register_absence(
    *,
    by: Actor,
    now: datetime,
    account_id: int,
    kind: AbsenceKind,
    valid_from: datetime,
    valid_to: datetime,
    deputy_id: int | None = None,
    note: str = "",
    scope: Iterable[tuple[int, Role]] = (),
    procedures: Iterable[str] = (),
) -> int:
    """An officer is away from–to. Returns its id.

    The officer, a head of one of their units, or an administrator. With a `scope` of (unit id, role) these are lent to
    the deputy for that time in the same step; a head lends what is held in their own unit, see `delegate`.
    """
    holding = _permit(by, Verb.REGISTER_ABSENCE, account_id, now)
    lent = list(scope)
    with registry(by):
        for locked in sorted({account_id} | ({deputy_id} if deputy_id else set())):
            locked_officer(by, locked)
        _refuse_period(account_id, valid_from, valid_to, now)
        if deputy_id == account_id:
            raise _wrong("deputy", vi("Người thay phải là người khác."), "self_deputy")
        if lent and deputy_id is None:
            raise _wrong("deputy", vi("Chọn người thay để ủy quyền."), "deputy_missing")
        row = Absence.objects.create(
            agency_id=by.agency_id,
            account_id=account_id,
            kind=kind,
            valid_from=valid_from,
            valid_to=valid_to,
            deputy_id=deputy_id,
            note=clean(note)[:500],
            registered_by_id=by.account_id,
            registered_at=now,
        )
        if lent and deputy_id is not None:
            row.delegation_id = delegate(
                by=by,
                now=now,
                principal_id=account_id,
                delegate_id=deputy_id,
                scope=lent,
                valid_from=valid_from,
                valid_to=valid_to,
                reason=note.strip() or "Vắng mặt",
                procedures=procedures,
            )
            row.save(update_fields=["delegation_id"])
        _record(by, now, Verb.REGISTER_ABSENCE, row, holding)
    return row.pk


@transaction.atomic
def end_absence(*, by: Actor, now: datetime, absence_id: int) -> None:
    """Back earlier, or not away after all. A delegation made with it goes on until it is revoked by itself.

    The officer, a head of one of their units, or an administrator.
    """
    with registry(by):
        row = Absence.objects.select_for_update().filter(pk=absence_id, agency_id=by.agency_id).first()
        if row is None:
            raise NotFound("Không có lần vắng mặt này.")
        try:
            holding = _permit(by, Verb.END_ABSENCE, row.account_id, now)
        except Forbidden:
            raise NotFound("Không có lần vắng mặt này.") from None
        if row.valid_to <= now:
            raise Refusal("Lần vắng mặt này đã kết thúc.", code="ended")
        row.valid_to, row.ended_early_at = max(row.valid_from, now), now
        row.save(update_fields=["valid_to", "ended_early_at"])
        _record(by, now, Verb.END_ABSENCE, row, holding)


def _permit(by: Actor, verb: Verb, account_id: int, now: datetime) -> Holding | None:
    """The holding by which `by` may: as for every verb, or as head of a unit in which the officer has a place now."""
    headed = [h for h in by.holdings if h.role == Role.UNIT_HEAD and h.covers("")]
    with registry(by):
        current = Q(account=account_id) & Q(valid_from__lte=now) & (Q(valid_to=None) | Q(valid_to__gt=now))
        places = {
            unit_id
            for model in (UnitRole, Assignment)
            for unit_id in model.objects.filter(current).values_list("unit_id", flat=True)
        }
    fitting = [h for h in headed if h.unit_id in places]
    if account_id != by.account_id and fitting:
        return min(fitting, key=lambda h: h.principal_id is not None)
    return permit(by, verb, about=account_id)


def _wrong(field: str, message: str, code: str) -> Refusal:
    return Refusal(message, code=code, fields={field: message})


def _refuse_period(account_id: int, valid_from: datetime, valid_to: datetime, now: datetime) -> None:
    if valid_to <= valid_from:
        raise _wrong("valid_to", vi("Thời điểm trở lại phải sau thời điểm bắt đầu vắng mặt."), "period_reversed")
    if valid_to <= now:
        raise _wrong("valid_to", vi("Thời gian vắng mặt đã qua."), "period_past")
    if valid_to - valid_from > LONGEST_ABSENCE:
        raise _wrong("valid_to", vi("Một lần vắng mặt không dài quá một năm."), "period_too_long")
    others = Absence.objects.filter(account=account_id, valid_to__gt=valid_from)
    if any(periods_overlap(a.valid_from, a.valid_to, valid_from, valid_to) for a in others):
        raise _wrong(
            "valid_from", vi("Đã có một lần vắng mặt trong thời gian đó. Hãy kết thúc lần ấy trước."), "overlap"
        )


def _record(by: Actor, now: datetime, verb: Verb, row: Absence, holding: Holding | None) -> None:
    audit.record(
        by=by,
        now=now,
        verb=verb,
        subject_kind="account",
        subject_id=row.account_id,
        holding=holding,
        details={"absence_id": row.pk, "delegation_id": row.delegation_id},
    )
