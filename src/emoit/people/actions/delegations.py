"""Delegation (ủy quyền): one officer lets another act on their behalf."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from emoit.kernel import audit, outbox
from emoit.kernel.access import Actor, Forbidden, Holding, NotFound, Refusal
from emoit.people.actions.hand import locked_account, locked_officer, permit, registry, rotate_sessions
from emoit.people.events import DelegationGranted, DelegationRevoked
from emoit.people.models import Absence, DelegatedHolding, Delegation, UnitRole
from emoit.people.rules import Asked, Lent, Scope, Verb, objection_to_delegation
from emoit.people.types import Role


def _own(account_id: int, now: datetime) -> Scope:
    """What the account holds in own right now."""
    rows = UnitRole.objects.filter(Q(valid_to=None) | Q(valid_to__gt=now), account=account_id, valid_from__lte=now)
    return frozenset(rows.values_list("unit_id", "role"))


def _borrowed(account_id: int, now: datetime) -> Scope:
    rows = DelegatedHolding.objects.filter(delegate=account_id, valid_to__gt=now)
    return frozenset(rows.values_list("unit_id", "role"))


def _standing(account_id: int, now: datetime) -> tuple[Lent, ...]:
    rows = DelegatedHolding.objects.filter(principal=account_id, valid_to__gt=now)
    return tuple(
        Lent(frozenset({(row.unit_id, row.role)}), row.valid_from, row.valid_to, frozenset({row.procedure} - {""}))
        for row in rows
    )


def _write(by: Actor, now: datetime, asked: Asked) -> Delegation:
    row = Delegation.objects.create(
        agency_id=by.agency_id,
        principal_id=asked.principal_id,
        delegate_id=asked.delegate_id,
        valid_from=asked.valid_from,
        valid_to=asked.valid_to,
        reason=asked.reason,
        granted_at=now,
        granted_by_id=by.account_id if by.account_id != asked.principal_id else None,
    )
    DelegatedHolding.objects.bulk_create(
        DelegatedHolding(
            agency_id=by.agency_id,
            delegation=row,
            principal_id=asked.principal_id,
            delegate_id=asked.delegate_id,
            unit_id=unit_id,
            role=role,
            procedure=procedure,
            valid_from=asked.valid_from,
            valid_to=asked.valid_to,
        )
        for unit_id, role in sorted(asked.scope)
        for procedure in sorted(asked.procedures) or [""]
    )
    return row


def _record(by: Actor, now: datetime, verb: Verb, row: Delegation, holding: Holding | None) -> None:
    audit.record(
        by=by,
        now=now,
        verb=verb,
        subject_kind="delegation",
        subject_id=row.pk,
        holding=holding,
        details={
            "principal_id": row.principal_id,
            "delegate_id": row.delegate_id,
            **({"for_principal": True} if row.granted_by_id else {}),
        },
    )


@transaction.atomic
def delegate(
    *,
    by: Actor,
    now: datetime,
    principal_id: int,
    delegate_id: int,
    scope: Iterable[tuple[int, Role]],
    valid_from: datetime,
    valid_to: datetime,
    reason: str,
    procedures: Iterable[str] = (),
) -> int:
    """Let `delegate_id` use the principal's roles `scope` = (unit id, role)… on their behalf from–to. Returns its id.

    The principal themself, an administrator, or while the principal is away a head of theirs, for roles in the head's
    unit and within the absence. `procedures` are keys of the catalogue, empty: for all procedures. A
    beginning in the past counts as now. Refused: to oneself, without
    reason or scope, a role not held in own right (`not_held`, or `chain` where it was lent to the principal), roles of
    the system itself, a period that is over, reversed or longer than a year, and a role already lent in that time.
    """
    lent = frozenset((unit_id, str(role)) for unit_id, role in scope)
    holding = _permit(by, principal_id, lent, max(valid_from, now), valid_to)
    with registry(by):
        # Both rows are locked in the order of their ids, so that two delegations crossing each other do not deadlock.
        for account_id in sorted({principal_id, delegate_id}):
            locked_officer(by, account_id)
        asked = Asked(
            principal_id=principal_id,
            delegate_id=delegate_id,
            scope=lent,
            valid_from=max(valid_from, now),
            valid_to=valid_to,
            reason=reason.strip(),
            own=_own(principal_id, now),
            borrowed=_borrowed(principal_id, now),
            standing=_standing(principal_id, now),
            procedures=frozenset(procedures),
        )
        if objection := objection_to_delegation(asked, now):
            raise Refusal(objection.message, code=objection.code)
        row = _write(by, now, asked)
        _record(by, now, Verb.DELEGATE, row, holding)
        rotate_sessions(by, delegate_id)
        outbox.publish(
            DelegationGranted(
                agency_id=by.agency_id,
                delegation_id=row.pk,
                principal_id=principal_id,
                delegate_id=delegate_id,
                valid_from=asked.valid_from.isoformat(),
                valid_to=valid_to.isoformat(),
            ),
            now=now,
        )
    return row.pk


@transaction.atomic
def revoke_delegation(*, by: Actor, now: datetime, delegation_id: int) -> None:
    """End a delegation now. The principal themself, whoever gave it for them, or an administrator."""
    with registry(by):
        row = Delegation.objects.select_for_update().filter(pk=delegation_id, agency_id=by.agency_id).first()
        if row is None:
            raise NotFound("Không có ủy quyền này.")
        holding = _permit_revocation(by, row)
        locked_account(by, row.principal_id)
        if row.revoked_at is not None or row.valid_to <= now:
            raise Refusal("Ủy quyền này đã kết thúc.", code="ended")
        row.revoked_at = now
        row.save(update_fields=["revoked_at"])
        for lent in DelegatedHolding.objects.filter(delegation=row):
            lent.valid_to = max(lent.valid_from, now)
            lent.save(update_fields=["valid_to"])
        _record(by, now, Verb.REVOKE_DELEGATION, row, holding)
        rotate_sessions(by, row.delegate_id)
        outbox.publish(
            DelegationRevoked(
                agency_id=by.agency_id,
                delegation_id=row.pk,
                principal_id=row.principal_id,
                delegate_id=row.delegate_id,
            ),
            now=now,
        )


def _permit(by: Actor, principal_id: int, scope: Scope, valid_from: datetime, valid_to: datetime) -> Holding | None:
    """As for every verb, or as head in own right of every unit in the scope while the principal is away."""
    try:
        return permit(by, Verb.DELEGATE, about=principal_id)
    except Forbidden:
        headed = {
            h.unit_id: h for h in by.holdings if h.role == Role.UNIT_HEAD and h.principal_id is None and h.covers("")
        }
        units = {unit_id for unit_id, _ in scope}
        if not units or not units <= set(headed) or not _is_away(by, principal_id, valid_from, valid_to):
            raise
        return headed[min(units)]


def _is_away(by: Actor, account_id: int, valid_from: datetime, valid_to: datetime) -> bool:
    """Whether one absence of the account covers that time."""
    with registry(by):
        rows = Absence.objects.filter(agency_id=by.agency_id, account=account_id)
        return rows.filter(valid_from__lte=valid_from, valid_to__gte=valid_to).exists()


def _permit_revocation(by: Actor, row: Delegation) -> Holding | None:
    """The principal, whoever gave it for them, or an administrator. To those who are no party it does not exist."""
    if row.granted_by_id is not None and row.granted_by_id == by.account_id:
        return None
    try:
        return permit(by, Verb.REVOKE_DELEGATION, about=row.principal_id)
    except Forbidden:
        if by.account_id == row.delegate_id:
            raise
        raise NotFound("Không có ủy quyền này.") from None
