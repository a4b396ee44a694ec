from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Func, Q, QuerySet, TextField

from emoit.kernel.access import Actor, NotFound
from emoit.lib.vietnamese import fold
from emoit.people.models import Account, Assignment, DelegatedHolding, Delegation, Position, UnitRole
from emoit.people.queries.absences import away_until
from emoit.people.types import ROLE_NAMES, AccountKind, DelegationInfo, OfficerCard, OfficerInfo, Role, Tenure

_LOWEST = 32_767


def _current(now: datetime) -> Q:
    return Q(valid_from__lte=now) & (Q(valid_to=None) | Q(valid_to__gt=now))


def account_name(account_id: int) -> str:
    """The holder's full name. NotFound where there is no such account or the present actor may not know of it."""
    name = Account.objects.filter(pk=account_id).values_list("full_name", flat=True).first()
    if name is None:
        raise NotFound("Không có tài khoản này.")
    return name


def _posts(account_ids: Iterable[int], unit_id: int, now: datetime) -> dict[int, tuple[int, str]]:
    """Account -> (rank, title) of its highest post in the unit."""
    rows = Assignment.objects.filter(_current(now), account__in=list(account_ids), unit=unit_id)
    found = rows.order_by("-position__rank").values_list("account_id", "position__rank", "position__name")
    return {account_id: (rank, title) for account_id, rank, title in found}


def officers_in(unit_id: int, role: Role | str, *, now: datetime) -> list[OfficerInfo]:
    """Active officers who hold the role in the unit in own right at `now`: highest title first, then by id."""
    rows = UnitRole.objects.filter(_current(now), unit=unit_id, role=role, account__is_active=True)
    names = dict(rows.values_list("account_id", "account__full_name"))
    posts = _posts(names, unit_id, now)
    ordered = sorted(names, key=lambda account_id: (posts.get(account_id, (_LOWEST, ""))[0], account_id))
    away = away_until(names, now=now)
    return [OfficerInfo(a, names[a], posts.get(a, (_LOWEST, ""))[1], unit_id, away.get(a)) for a in ordered]


def units_with(agency_id: int, roles: Iterable[Role], *, now: datetime) -> frozenset[int]:
    """The ids of the agency's units in which an active officer holds one of the roles at `now`."""
    rows = UnitRole.objects.filter(
        _current(now), unit__agency_id=agency_id, role__in=list(roles), account__is_active=True
    )
    return frozenset(rows.values_list("unit_id", flat=True))


def signatory(unit_id: int, role: Role | str, *, now: datetime) -> OfficerInfo:
    """Who signs for the unit in that role: the holder with the highest title. NotFound where nobody holds it."""
    found = officers_in(unit_id, role, now=now)
    if not found:
        raise NotFound("Đơn vị chưa có người giữ vai trò ký.")
    return found[0]


def officers(actor: Actor, *, search: str = "") -> QuerySet[Account]:
    """Officers of the actor's agency, by name; closed accounts too. `search`: a part of the name or the login."""
    rows = Account.objects.filter(agency_id=actor.agency_id, kind=AccountKind.OFFICER).order_by("full_name", "id")
    words = fold(search.strip())
    if not words:
        return rows
    folded = Func("full_name", function="vn_fold", output_field=TextField())
    return rows.alias(folded=folded).filter(Q(folded__contains=words) | Q(login__contains=words))


def officer_cards(actor: Actor, *, now: datetime, rows: Iterable[Account] | None = None) -> list[OfficerCard]:
    """Officers of the actor's agency with their posts and absences, by name; active ones, or these rows."""
    found = list(officers(actor).filter(is_active=True) if rows is None else rows)
    ids = [row.pk for row in found]
    posts: dict[int, str] = {}
    units: dict[int, set[int]] = {}
    held = Assignment.objects.filter(_current(now), account__in=ids).order_by("-position__rank", "-id")
    for row in held.select_related("position", "unit"):
        posts[row.account_id] = f"{row.position.name}, {row.unit.name}"
        units.setdefault(row.account_id, set()).add(row.unit_id)
    roles = UnitRole.objects.filter(_current(now), account__in=ids)
    for account_id, unit_id in roles.values_list("account_id", "unit_id"):
        units.setdefault(account_id, set()).add(unit_id)
    away = away_until(ids, now=now)
    return [
        OfficerCard(
            account_id=row.pk,
            login=row.login,
            name=row.full_name,
            post=posts.get(row.pk, ""),
            unit_ids=tuple(sorted(units.get(row.pk, ()))),
            is_active=row.is_active,
            away_until=away.get(row.pk),
        )
        for row in found
    ]


def officer(actor: Actor, account_id: int, *, now: datetime) -> OfficerCard:
    """One officer of the agency, closed or not. NotFound where there is none."""
    found = officer_cards(actor, now=now, rows=officers(actor).filter(pk=account_id))
    if not found:
        raise NotFound("Không có cán bộ này.")
    return found[0]


def tenures_of(account_id: int, *, now: datetime) -> tuple[list[Tenure], list[Tenure]]:
    """(posts, roles) that the officer holds in own right or will hold, by their beginning."""
    open_ones = Q(account=account_id) & (Q(valid_to=None) | Q(valid_to__gt=now))
    posts = Assignment.objects.filter(open_ones).select_related("unit", "position").order_by("valid_from", "id")
    roles = UnitRole.objects.filter(open_ones).select_related("unit").order_by("valid_from", "id")
    return (
        [
            Tenure(p.pk, p.unit_id, p.unit.name, p.position.code, p.position.name, p.valid_from, p.valid_to)
            for p in posts
        ],
        [
            Tenure(r.pk, r.unit_id, r.unit.name, r.role, ROLE_NAMES[Role(r.role)], r.valid_from, r.valid_to)
            for r in roles
        ],
    )


def positions(agency_id: int) -> list[tuple[str, str]]:
    """(code, Vietnamese title), the highest first."""
    rows = Position.objects.filter(agency_id=agency_id).order_by("rank", "code")
    return list(rows.values_list("code", "name"))


def roles_of(account_id: int, *, now: datetime) -> list[tuple[int, Role]]:
    """(unit id, role) held in own right at `now`."""
    rows = UnitRole.objects.filter(_current(now), account=account_id).order_by("unit_id", "role")
    return [(unit_id, Role(role)) for unit_id, role in rows.values_list("unit_id", "role")]


def posts_of(account_id: int, *, now: datetime) -> list[tuple[int, str]]:
    """(unit id, Vietnamese title) at `now`, highest title first."""
    rows = Assignment.objects.filter(_current(now), account=account_id).order_by("position__rank", "id")
    return list(rows.values_list("unit_id", "position__name"))


def _visible_delegations(actor: Actor) -> QuerySet[Delegation]:
    mine = Q(principal=actor.account_id) | Q(delegate=actor.account_id) | Q(granted_by=actor.account_id)
    everyone = actor.is_process or actor.has_role(Role.ADMINISTRATOR) or actor.has_role(Role.AUDITOR)
    rows = Delegation.objects.filter(agency_id=actor.agency_id).select_related("principal", "delegate", "granted_by")
    return (rows if everyone else rows.filter(mine)).order_by("-valid_from", "-id")


def _delegation_infos(rows: Iterable[Delegation]) -> list[DelegationInfo]:
    found = list(rows)
    scopes: dict[int, list[tuple[int, Role]]] = {}
    lent = DelegatedHolding.objects.filter(delegation__in=found).order_by("unit_id", "role")
    procedures: dict[int, set[str]] = {}
    for delegation_id, unit_id, role, procedure in lent.values_list("delegation_id", "unit_id", "role", "procedure"):
        scope = scopes.setdefault(delegation_id, [])
        if (unit_id, Role(role)) not in scope:
            scope.append((unit_id, Role(role)))
        procedures.setdefault(delegation_id, set()).update({procedure} - {""})
    return [
        DelegationInfo(
            id=d.pk,
            principal_id=d.principal_id,
            principal_name=d.principal.full_name,
            delegate_id=d.delegate_id,
            delegate_name=d.delegate.full_name,
            valid_from=d.valid_from,
            valid_to=d.valid_to,
            reason=d.reason,
            revoked_at=d.revoked_at,
            scope=tuple(scopes.get(d.pk, [])),
            procedures=tuple(sorted(procedures.get(d.pk, ()))),
            granted_by_id=d.granted_by_id,
            granted_by_name=d.granted_by.full_name if d.granted_by else "",
        )
        for d in found
    ]


def delegations(actor: Actor) -> list[DelegationInfo]:
    """What the actor gave (also for an officer who is away) or was given, newest first; all of the agency for
    administrators and auditors."""
    return _delegation_infos(_visible_delegations(actor))


def delegation(actor: Actor, delegation_id: int) -> DelegationInfo:
    found = _delegation_infos(_visible_delegations(actor).filter(pk=delegation_id))
    if not found:
        raise NotFound("Không có ủy quyền này.")
    return found[0]
