from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from emoit.desk import frame, lending
from emoit.desk.http import actor_of, number, officer_only
from emoit.kernel.access import Actor, Refusal
from emoit.people import actions
from emoit.people import queries as people
from emoit.people.types import ROLE_NAMES, DelegationInfo
from emoit.procedures import queries as procedures
from emoit.ui.language import said, said_all

# code of a refusal -> the field that it is about
_FIELDS = {
    "self_delegation": "delegate",
    "inactive": "delegate",
    "not_found": "delegate",
    "period_reversed": "valid_to",
    "period_past": "valid_to",
    "period_too_long": "valid_to",
    "reason_missing": "reason",
    "scope_empty": "scope",
    "not_delegable": "scope",
    "chain": "scope",
    "not_held": "scope",
    "overlap": "scope",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A delegation as the list shows it."""

    info: DelegationInfo
    roles: list[str]
    procedures: list[str]
    state: str
    tone: str
    last: datetime
    may_end: bool


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """What one gave, what one was given, and what is over."""
    actor = actor_of(request)
    lines = _lines(actor)
    running = [line for line in lines if line.tone != "neutral"]
    mine = [line for line in running if line.info.principal_id == actor.account_id]
    received = [line for line in running if line.info.delegate_id == actor.account_id]
    groups = [
        (_("Bạn đã ủy quyền"), False, mine),
        (_("Bạn được ủy quyền"), False, received),
        (_("Của người khác"), False, [line for line in running if line not in mine and line not in received]),
        (_("Đã kết thúc"), True, [line for line in lines if line.tone == "neutral"][:50]),
    ]
    given = [line for line in mine + received if line.info.granted_by_id]
    return frame.show(
        request, "desk/delegations.html", {"groups": [group for group in groups if group[2]], "given": given}
    )


def _lines(actor: Actor) -> list[Line]:
    now = timezone.now()
    names = {card.code: card.name for card in procedures.catalogue()}
    return [_line(actor, info, names, now) for info in people.delegations(actor)]


def _line(actor: Actor, info: DelegationInfo, names: dict[str, str], now: datetime) -> Line:
    ended = info.revoked_at is not None or info.valid_to <= now
    state, tone = (_("Đang hiệu lực"), "success") if info.valid_from <= now else (_("Sắp có hiệu lực"), "info")
    if ended:
        state, tone = (_("Đã hủy") if info.revoked_at else _("Hết hạn")), "neutral"
    return Line(
        info=info,
        roles=[f"{said(ROLE_NAMES[role])}, {people.unit(unit_id).name}" for unit_id, role in info.scope],
        procedures=[f"{code} {names.get(code, '')}".strip() for code in info.procedures],
        state=state,
        tone=tone,
        last=info.revoked_at or lending.last_day(info.valid_to),
        may_end=not ended and actor.account_id in {info.principal_id, info.granted_by_id},
    )


@officer_only
def new(request: HttpRequest) -> HttpResponse:
    """Let a colleague act on one's behalf."""
    actor, now = actor_of(request), timezone.now()
    asked = lending.period(request.POST)
    chosen, wrong = lending.procedures_of(request.POST)
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _missing(request) | asked.errors | wrong
        if not errors and asked.valid_from and asked.valid_to:
            try:
                actions.delegate(
                    by=actor,
                    now=now,
                    principal_id=actor.account_id or 0,
                    delegate_id=number(request.POST.get("delegate")),
                    scope=lending.scope_of(request.POST),
                    valid_from=asked.valid_from,
                    valid_to=asked.valid_to,
                    reason=request.POST.get("reason", "")[:500],
                    procedures=chosen,
                )
            except Refusal as refusal:
                errors = said_all(refusal.fields) or {_FIELDS.get(refusal.code, ""): said(refusal.message)}
            else:
                messages.success(request, _("Đã ủy quyền."))
                return redirect("desk:delegations")
    return frame.show(
        request,
        "desk/delegation_new.html",
        {
            "errors": errors,
            "colleagues": lending.colleagues(actor, actor.account_id or 0, now),
            "chosen": number(request.POST.get("delegate")),
            "roles": lending.held(actor.account_id or 0, set(request.POST.getlist("scope")), now),
            "fields": lending.by_field(procedures.catalogue()),
            "some": request.POST.get("limit") == "some",
            "procedures": set(chosen),
            "period": asked,
            "reason": request.POST.get("reason", ""),
        },
        status=422 if errors else 200,
    )


def _missing(request: HttpRequest) -> dict[str, str]:
    wrong = {}
    if not number(request.POST.get("delegate")):
        wrong["delegate"] = _("Chọn người được ủy quyền")
    if not lending.scope_of(request.POST):
        wrong["scope"] = _("Chọn ít nhất một vai trò để ủy quyền")
    if not request.POST.get("reason", "").strip():
        wrong["reason"] = _("Ghi lý do ủy quyền")
    return wrong


@officer_only
@require_POST
def revoke(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """End a delegation now."""
    actions.revoke_delegation(by=actor_of(request), now=timezone.now(), delegation_id=delegation_id)
    messages.success(request, _("Đã hủy ủy quyền. Người được ủy quyền không còn xử lý thay bạn."))
    return redirect("desk:delegations")
