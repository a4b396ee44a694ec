from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from emoit.desk import frame, lending
from emoit.desk.days import read_day
from emoit.desk.http import actor_of, number, officer_only, require
from emoit.desk.views.staff import ADMINISTRATORS
from emoit.desk.views.staff_new import show_link
from emoit.kernel.access import Refusal
from emoit.lib.saying import vi
from emoit.people import actions
from emoit.people import queries as people
from emoit.people.types import ROLE_NAMES, Role
from emoit.ui.language import said


@officer_only
def show(request: HttpRequest, account_id: int) -> HttpResponse:
    """An officer's account: posts, roles, and how it is secured."""
    return _page(request, account_id, {})


def _page(request: HttpRequest, account_id: int, errors: dict[str, str]) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    require(actor, Role.ADMINISTRATOR, ADMINISTRATORS)
    posts, roles = people.tenures_of(account_id, now=now)
    return frame.show(
        request,
        "desk/staff_member.html",
        {
            "officer": people.officer(actor, account_id, now=now),
            "state": people.account_state(actor, account_id),
            "posts": posts,
            "held": roles,
            "units": people.units(actor.agency_id, on=timezone.localdate()),
            "positions": people.positions(actor.agency_id),
            "roles": ROLE_NAMES,
            "typed": request.POST,
            "today": timezone.localdate(),
            "errors": errors,
            "oneself": account_id == actor.account_id,
        },
        status=422 if errors else 200,
    )


def _moment(text: str, now: datetime, *, end: bool = False) -> datetime | None:
    """A typed first or last day as a moment; today counts from now on. None: nothing typed. Refusal if unreadable."""
    if not text.strip():
        return None if end else now
    moment = lending.midnight(read_day(text), after=end)
    if moment is None:
        field = "valid_to" if end else "valid_from"
        message = vi("Nhập ngày đúng, ví dụ 01/06/2026")
        raise Refusal(message, code="bad_day", fields={field: message})
    return moment if end else max(moment, now) if moment.date() == timezone.localdate(now) else moment


def _chosen(posted: Any, field: str, known: set[str], words: str) -> str:
    value = str(posted.get(field, ""))
    if value not in known:
        raise Refusal(words, code="invalid", fields={field: words})
    return value


def _assign(by: Any, now: datetime, account_id: int, posted: Any) -> str:
    codes = {code for code, _ in people.positions(by.agency_id)}
    actions.assign_position(
        by=by,
        now=now,
        account_id=account_id,
        unit_id=number(_chosen(posted, "post_unit", _unit_ids(by), vi("Chọn đơn vị"))),
        position=_chosen(posted, "position", codes, vi("Chọn chức danh")),
        valid_from=_moment(posted.get("post_from", ""), now) or now,
        valid_to=_moment(posted.get("post_to", ""), now, end=True),
    )
    return vi("Đã bổ nhiệm chức danh.")


def _grant(by: Any, now: datetime, account_id: int, posted: Any) -> str:
    actions.grant_role(
        by=by,
        now=now,
        account_id=account_id,
        unit_id=number(_chosen(posted, "role_unit", _unit_ids(by), vi("Chọn đơn vị"))),
        role=Role(_chosen(posted, "role", set(Role), vi("Chọn vai trò"))),
        valid_from=_moment(posted.get("role_from", ""), now) or now,
        valid_to=_moment(posted.get("role_to", ""), now, end=True),
    )
    return vi("Đã giao vai trò.")


def _unit_ids(by: Any) -> set[str]:
    return {str(unit.id) for unit in people.units(by.agency_id, on=timezone.localdate())}


def _end_post(by: Any, now: datetime, account_id: int, posted: Any) -> str:
    mine = {post.id for post in people.tenures_of(account_id, now=now)[0]}
    chosen = number(posted.get("id"))
    actions.end_assignment(by=by, now=now, assignment_id=chosen if chosen in mine else 0)
    return vi("Đã kết thúc chức danh.")


def _revoke(by: Any, now: datetime, account_id: int, posted: Any) -> str:
    role = _chosen(posted, "key", set(Role), vi("Không có vai trò này."))
    actions.revoke_role(by=by, now=now, account_id=account_id, unit_id=number(posted.get("unit")), role=Role(role))
    return vi("Đã thu hồi vai trò.")


def _plain(verb: Callable[..., object], words: str) -> Callable[..., str]:
    def act(by: Any, now: datetime, account_id: int, _posted: Any) -> str:
        verb(by=by, now=now, account_id=account_id)
        return words

    return act


# slug -> what is done and said
ACTS: dict[str, Callable[..., str]] = {
    "bo-nhiem": _assign,
    "thoi-chuc": _end_post,
    "giao-vai-tro": _grant,
    "thu-vai-tro": _revoke,
    "mo-khoa-dang-nhap": _plain(actions.unlock, vi("Đã mở khóa đăng nhập.")),
    "dat-lai-xac-thuc": _plain(actions.reset_second_factor, vi("Đã đặt lại ứng dụng xác thực; các phiên đã kết thúc.")),
    "dong": _plain(actions.deactivate, vi("Đã khóa tài khoản. Việc đang giữ được trả về đơn vị.")),
    "mo-lai": _plain(actions.reactivate, vi("Đã mở lại tài khoản.")),
}
LINK = "lien-ket"


@officer_only
@require_POST
def do(request: HttpRequest, account_id: int, act: str) -> HttpResponse:
    """One act of the administrator on an account."""
    actor, now = actor_of(request), timezone.now()
    require(actor, Role.ADMINISTRATOR, ADMINISTRATORS)
    people.officer(actor, account_id, now=now)
    if act not in ACTS and act != LINK:
        raise Http404
    try:
        if act == LINK:
            return show_link(request, account_id, actions.issue_password_link(by=actor, now=now, account_id=account_id))
        messages.success(request, said(ACTS[act](actor, now, account_id, request.POST)))
    except Refusal as refusal:
        prefix = {"bo-nhiem": "post", "giao-vai-tro": "role"}.get(act, "")
        return _page(request, account_id, _placed(refusal, prefix))
    return redirect("desk:staff-member", account_id=account_id)


def _placed(refusal: Refusal, prefix: str) -> dict[str, str]:
    """Errors at the fields of the form that was sent."""
    if not refusal.fields:
        return {"": said(refusal.message)}
    days = {"valid_from": f"{prefix}_from", "valid_to": f"{prefix}_to"}
    return {days.get(field, field): said(message) for field, message in refusal.fields.items()}
