from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Q, QuerySet

from emoit.kernel.access import Actor, NotFound
from emoit.people.models import Absence, Assignment, UnitRole
from emoit.people.types import AbsenceInfo, AbsenceKind, Role


def away_until(account_ids: Iterable[int], *, now: datetime) -> dict[int, datetime]:
    """Account -> the end of its present absence; those who are there are left out."""
    rows = Absence.objects.filter(account__in=list(account_ids), valid_from__lte=now, valid_to__gt=now)
    return dict(rows.values_list("account_id", "valid_to"))


def staff_of(actor: Actor, *, now: datetime) -> set[int]:
    """Officers with a post or a role in a unit that the actor heads (in own right or by an unlimited delegation)."""
    headed = {h.unit_id for h in actor.holdings if h.role == Role.UNIT_HEAD and h.covers("")}
    current = Q(unit__in=headed) & Q(valid_from__lte=now) & (Q(valid_to=None) | Q(valid_to__gt=now))
    return {
        account_id
        for model in (UnitRole, Assignment)
        for account_id in model.objects.filter(current).values_list("account_id", flat=True)
    } - {actor.account_id}


def _visible(actor: Actor, now: datetime) -> QuerySet[Absence]:
    rows = Absence.objects.filter(agency_id=actor.agency_id).select_related("account", "deputy")
    if actor.is_process or actor.has_role(Role.ADMINISTRATOR) or actor.has_role(Role.AUDITOR):
        return rows
    return rows.filter(
        Q(account=actor.account_id) | Q(deputy=actor.account_id) | Q(account__in=staff_of(actor, now=now))
    )


def _info(row: Absence) -> AbsenceInfo:
    return AbsenceInfo(
        id=row.pk,
        account_id=row.account_id,
        name=row.account.full_name,
        kind=AbsenceKind(row.kind),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        deputy_name=row.deputy.full_name if row.deputy else "",
        delegation_id=row.delegation_id,
        note=row.note,
        ended_early_at=row.ended_early_at,
    )


def absences(actor: Actor, *, now: datetime, limit: int = 200) -> list[AbsenceInfo]:
    """One's own, those one stands in for, and of a head their officers'; all for administrators and auditors.

    The latest end first. A time that was called off before it began is left out.
    """
    rows = _visible(actor, now).exclude(ended_early_at__isnull=False, valid_to__lte=F("valid_from"))
    return [_info(row) for row in rows.order_by("-valid_to", "-id")[:limit]]


def absence(actor: Actor, absence_id: int, *, now: datetime) -> AbsenceInfo:
    row = _visible(actor, now).filter(pk=absence_id).first()
    if row is None:
        raise NotFound("Không có lần vắng mặt này.")
    return _info(row)
