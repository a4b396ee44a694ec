from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from emoit.kernel.access import NotFound, Refusal
from emoit.lib.saying import vi
from emoit.people import actions
from emoit.people.types import SESSION_KEY
from emoit.portal.confirming import with_password
from emoit.portal.http import actor_of, any_account

_UNLIKE = vi("Hai lần nhập mật khẩu mới không giống nhau.")


@sensitive_post_parameters("old", "password", "again")
@any_account
def show(request: HttpRequest) -> HttpResponse:
    """Change one's password. Every other session ends; this one gets a new key."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        old, new = request.POST.get("old", ""), request.POST.get("password", "")
        errors = _wrong(old, new, request.POST.get("again", ""))
        if not errors:
            answer = with_password(
                request,
                "old",
                lambda: actions.change_password(
                    by=actor_of(request),
                    now=timezone.now(),
                    account_id=actor_of(request).account_id or 0,
                    old=old,
                    new=new,
                    sid=request.session.get(SESSION_KEY, ""),
                ),
            )
            if not isinstance(answer, dict):
                update_session_auth_hash(request, answer)
                messages.success(request, _("Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc."))
                return redirect("portal:account")
            errors = answer
    return render(request, "portal/password.html", {"errors": errors}, status=422 if errors else 200)


def _wrong(old: str, new: str, again: str) -> dict[str, str]:
    wrong = {}
    if not old:
        wrong["old"] = _("Nhập mật khẩu hiện tại")
    if not new:
        wrong["password"] = _("Nhập mật khẩu mới")
    elif new != again:
        wrong["again"] = _UNLIKE
    return wrong


@sensitive_post_parameters("password", "again")
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Set the first password, or a new one, by a link that an administrator gave. The link works once."""
    by, now = actor_of(request), timezone.now()
    errors: dict[str, str] = {}
    login = actions.open_password_link(by=by, now=now, token=token)
    if request.method == "POST":
        new = request.POST.get("password", "")
        if not new:
            errors = {"password": _("Nhập mật khẩu mới")}
        elif new != request.POST.get("again", ""):
            errors = {"again": _UNLIKE}
        else:
            try:
                actions.use_password_link(by=by, now=now, token=token, new=new)
            except NotFound:
                raise
            except Refusal as refusal:
                errors = refusal.fields or {"": refusal.message}
            else:
                messages.success(request, _("Đã đặt mật khẩu. Hãy đăng nhập bằng mật khẩu mới."))
                return redirect("portal:sign-in")
    context = {"errors": errors, "login": login}
    return render(request, "portal/password_link.html", context, status=422 if errors else 200)
