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
from emoit.kernel.access import Actor, Forbidden, Refusal
from emoit.lib.saying import vi
from emoit.people import actions
from emoit.people import queries as people
from emoit.people.types import ABSENCE_NAMES, AbsenceInfo, AbsenceKind, OfficerCard, Role
from emoit.procedures import queries as procedures
from emoit.ui.language import said, said_all

NOW, SOON, PAST = "now", "soon", "past"
_TITLES = {NOW: vi("Đang vắng mặt"), SOON: vi("Sắp vắng mặt"), PAST: vi("Đã qua")}
_TONES = {NOW: "warning", SOON: "info", PAST: "neutral"}


@dataclass(frozen=True, slots=True)
class Line:
    """An absence as the list shows it."""

    info: AbsenceInfo
    kind: str
    tone: str
    last: datetime
    may_end: bool


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """Who is away, who will be, and who was: oneself, and of a head their officers."""
    actor, now = actor_of(request), timezone.now()
    staff = people.staff_of(actor, now=now) | {actor.account_id or 0}
    everyone = actor.has_role(Role.ADMINISTRATOR)
    groups: dict[str, list[Line]] = {NOW: [], SOON: [], PAST: []}
    for info in people.absences(actor, now=now):
        state = PAST if info.valid_to <= now else NOW if info.valid_from <= now else SOON
        may_end = state != PAST and (everyone or info.account_id in staff)
        last = lending.last_day(info.valid_to)
        groups[state].append(Line(info, ABSENCE_NAMES[info.kind], _TONES[state], last, may_end))
    shown = [(state, _TITLES[state], lines) for state, lines in groups.items() if lines]
    return frame.show(request, "desk/absences.html", {"groups": shown})


@officer_only
def new(request: HttpRequest) -> HttpResponse:
    """Away from–to: oneself, or of a head an officer of theirs. It may go with a delegation to the deputy."""
    actor, now = actor_of(request), timezone.now()
    who = number(request.POST.get("who") or request.GET.get("ai")) or actor.account_id or 0
    choosable = _choosable(actor)
    if who not in {card.account_id for card in choosable}:
        raise Forbidden("Bạn chỉ ghi vắng mặt của mình và của cán bộ đơn vị mình.")
    oneself = who == actor.account_id
    lends = request.POST.get("lend") == "1"
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _register(request, who, lends=lends)
        if not errors:
            messages.success(request, _("Đã ghi vắng mặt. Việc mới không tự giao trong thời gian này."))
            return redirect("desk:absences")
    return frame.show(
        request,
        "desk/absence_new.html",
        {
            "errors": errors,
            "who": who,
            "people": choosable,
            "oneself": oneself,
            "kinds": ABSENCE_NAMES,
            "kind": request.POST.get("kind", ""),
            "period": lending.period(request.POST),
            "colleagues": lending.colleagues(actor, who, now),
            "deputy": number(request.POST.get("deputy")),
            "note": request.POST.get("note", ""),
            "lends": lends,
            "roles": _lendable(actor, who, set(request.POST.getlist("scope")), now),
            "fields": lending.by_field(procedures.catalogue()),
            "some": request.POST.get("limit") == "some",
            "procedures": set(request.POST.getlist("procedure")),
        },
        status=422 if errors else 200,
    )


def _lendable(actor: Actor, who: int, chosen: set[str], now: datetime) -> list[lending.Held]:
    """The roles that may be lent with the absence: one's own, or of an officer those in the units that one heads."""
    roles = lending.held(who, chosen, now)
    if who == actor.account_id or actor.has_role(Role.ADMINISTRATOR):
        return roles
    headed = {str(h.unit_id) for h in actor.holdings if h.role == Role.UNIT_HEAD and h.principal_id is None}
    return [role for role in roles if role.key.partition(":")[0] in headed]


def _register(request: HttpRequest, who: int, *, lends: bool) -> dict[str, str]:
    """Do it; what is wrong by field where it is not done."""
    asked, kind = lending.period(request.POST), request.POST.get("kind", "")
    scope = lending.scope_of(request.POST) if lends else []
    chosen, wrong = lending.procedures_of(request.POST) if lends else ([], {})
    errors = ({} if kind in set(AbsenceKind) else {"kind": _("Chọn lý do vắng mặt")}) | asked.errors | wrong
    if lends and not scope:
        errors["scope"] = _("Chọn ít nhất một vai trò để ủy quyền")
    if errors or asked.valid_from is None or asked.valid_to is None:
        return errors
    try:
        actions.register_absence(
            by=actor_of(request),
            now=timezone.now(),
            account_id=who,
            kind=AbsenceKind(kind),
            valid_from=asked.valid_from,
            valid_to=asked.valid_to,
            deputy_id=number(request.POST.get("deputy")) or None,
            note=request.POST.get("note", "")[:500],
            scope=scope,
            procedures=chosen,
        )
    except Refusal as refusal:
        return said_all(refusal.fields) or {"scope" if lends else "": said(refusal.message)}
    return {}


def _choosable(actor: Actor) -> list[OfficerCard]:
    """Oneself first, then those whom a head or an administrator may register."""
    now = timezone.now()
    staff, everyone = people.staff_of(actor, now=now), actor.has_role(Role.ADMINISTRATOR)
    cards = people.officer_cards(actor, now=now)
    mine = [card for card in cards if card.account_id == actor.account_id]
    return mine + [c for c in cards if c not in mine and (everyone or c.account_id in staff)]


@officer_only
@require_POST
def end(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Back earlier, or not away after all."""
    actor, now = actor_of(request), timezone.now()
    info = people.absence(actor, absence_id, now=now)
    actions.end_absence(by=actor, now=now, absence_id=absence_id)
    if info.delegation_id:
        words = _("Đã kết thúc vắng mặt. Ủy quyền kèm theo vẫn còn hiệu lực, hãy hủy nếu không cần nữa.")
    else:
        words = _("Đã kết thúc vắng mặt.")
    messages.success(request, words)
    return redirect("desk:absences")
