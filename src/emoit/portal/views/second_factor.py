from __future__ import annotations

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from emoit.kernel.access import Refusal
from emoit.people import actions
from emoit.people import queries as people
from emoit.people.types import SESSION_KEY, Enrolment
from emoit.portal.confirming import with_password
from emoit.portal.http import actor_of, any_account, local_address


@sensitive_post_parameters("password", "code")
@any_account
def show(request: HttpRequest) -> HttpResponse:
    """Set up the authenticator: a QR code to scan, then its first code; whoever has one says the password first."""
    enrolled = people.has_second_factor(actor_of(request))
    if request.method == "POST" and "code" in request.POST:
        return _confirm(request)
    if not enrolled:
        return _scan(request, actions.begin_enrolment(by=actor_of(request), now=timezone.now()))
    if request.method == "POST":
        return _begin_again(request)
    return _state(request)


def _begin_again(request: HttpRequest) -> HttpResponse:
    password = request.POST.get("password", "")
    answer = with_password(
        request,
        "password",
        lambda: actions.begin_enrolment(by=actor_of(request), now=timezone.now(), password=password),
    )
    return _state(request, answer) if isinstance(answer, dict) else _scan(request, answer)


def _state(request: HttpRequest, errors: dict[str, str] | None = None, *, about: str = "") -> HttpResponse:
    actor = actor_of(request)
    context = {
        "errors": errors,
        "about": about,
        "codes_left": people.recovery_codes_left(actor),
        "officer": actor.is_officer,
    }
    return render(request, "portal/second_factor.html", context, status=422 if errors else 200)


def _scan(request: HttpRequest, enrolment: Enrolment, errors: dict[str, str] | None = None) -> HttpResponse:
    groups = [enrolment.secret[at : at + 4] for at in range(0, len(enrolment.secret), 4)]
    context = {
        "qr": segno.make(enrolment.uri, error="m", micro=False).svg_data_uri(scale=5, border=4, light="#fff"),
        "secret": " ".join(groups),
        "errors": errors,
        "onward": local_address(request, request.POST.get("tiep") or request.GET.get("tiep") or ""),
    }
    return render(request, "portal/second_factor_scan.html", context, status=422 if errors else 200)


def _confirm(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    guess = f"enrolling {actor.account_id}"
    errors = {}
    if not actions.may_guess(by=actor, now=now, subject=guess, address=""):
        errors = {"code": _("Bạn đã nhập sai nhiều lần. Vui lòng thử lại sau 15 phút.")}
    else:
        try:
            codes = actions.confirm_enrolment(
                by=actor, now=now, code=request.POST["code"], sid=request.session.get(SESSION_KEY, "")
            )
        except Refusal as refusal:
            errors = refusal.fields or {"": refusal.message}
            actions.note_guess(by=actor, now=now, subject=guess, address="", right=False)
        else:
            request.session.cycle_key()
            return _codes(request, codes, enrolled_now=True)
    try:
        enrolment = actions.begin_enrolment(by=actor, now=now)
    except Refusal:  # an authenticator is to be changed, and the quarter of an hour is over
        return _state(request, errors)
    return _scan(request, enrolment, errors)


def _codes(request: HttpRequest, codes: tuple[str, ...], *, enrolled_now: bool) -> HttpResponse:
    onward = local_address(request, request.POST.get("tiep", ""))
    return render(
        request, "portal/recovery_codes.html", {"codes": codes, "enrolled_now": enrolled_now, "onward": onward}
    )


@sensitive_post_parameters("password")
@require_POST
@any_account
def renew_codes(request: HttpRequest) -> HttpResponse:
    password = request.POST.get("password", "")
    answer = with_password(
        request,
        "password",
        lambda: actions.renew_recovery_codes(by=actor_of(request), now=timezone.now(), password=password),
    )
    if isinstance(answer, dict):
        return _state(request, answer, about="codes")
    return _codes(request, answer, enrolled_now=False)


@sensitive_post_parameters("password")
@require_POST
@any_account
def remove(request: HttpRequest) -> HttpResponse:
    password = request.POST.get("password", "")
    answer = with_password(
        request,
        "password",
        lambda: actions.remove_second_factor(by=actor_of(request), now=timezone.now(), password=password),
    )
    if isinstance(answer, dict):
        return _state(request, answer, about="remove")
    request.session.cycle_key()
    messages.success(request, _("Đã tắt ứng dụng xác thực."))
    return redirect("portal:account")
