"""A partner is registered, or its profile is changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import frame, partner_form, sheets
from emoit.desk.http import actor_of, officer_only
from emoit.exchange import actions, queries
from emoit.exchange.types import Profile
from emoit.kernel.access import Refusal, Stale
from emoit.ui.language import said

EMPTY = Profile(code="", name="", address="")


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What an action refused, at its place."""

    path: str
    message: str


@officer_only
def add(request: HttpRequest) -> HttpResponse:
    """Register a partner. Nothing is exchanged until it has a certificate."""
    actor, groups = actor_of(request), partner_form.for_a_new_one()
    queries.require_operator(actor)
    document = queries.document_of(EMPTY)
    if request.method != "POST":
        return _form(request, groups, document)
    document = sheets.read(groups, document, request.POST)
    if "dong" in request.POST:
        return _form(request, groups, document)
    faults: Iterable[sheets.Fault] = queries.profile_faults(document)
    if not faults:
        profile = queries.profile_from(document)
        try:
            actions.register_partner(by=actor, now=timezone.now(), profile=profile)
        except Refusal as refusal:
            faults = _wrong(refusal)
        else:
            messages.success(request, _("Đã đăng ký hệ thống. Việc tiếp theo: đăng ký chứng thư số của bên kia."))
            return redirect("desk:exchange-partner", code=profile.code)
    return _form(request, groups, document, faults=faults, status=422)


@officer_only
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Change how a partner is treated; what waits goes by the new profile."""
    actor, groups = actor_of(request), partner_form.for_one_that_is()
    queries.require_operator(actor)
    present = queries.partner(actor, code, now=timezone.now()).profile
    document = queries.document_of(present)
    more: dict[str, Any] = {"code": code, "name": present.name, "seen": queries.version_of(present)}
    if request.method != "POST":
        return _form(request, groups, document, **more)
    document = sheets.read(groups, document, request.POST)
    seen = request.POST.get("seen", "")[:64]
    if "dong" in request.POST:
        return _form(request, groups, document, **{**more, "seen": seen})
    faults: Iterable[sheets.Fault] = queries.profile_faults(document)
    if not faults:
        profile = queries.profile_from(document)
        try:
            actions.change_partner(by=actor, now=timezone.now(), profile=profile, seen=seen)
        except Stale as stale:
            return _form(request, groups, document, stale=said(stale.message), status=stale.status, **more)
        except Refusal as refusal:
            faults = _wrong(refusal)
        else:
            messages.success(request, _("Đã lưu thông tin kết nối."))
            return redirect("desk:exchange-partner", code=code)
    return _form(request, groups, document, faults=faults, status=422, **{**more, "seen": seen})


def _wrong(refusal: Refusal) -> list[_Wrong]:
    if refusal.status in {403, 404} or not refusal.fields:
        raise refusal
    return [_Wrong(path, message) for path, message in refusal.fields.items()]


def _form(
    request: HttpRequest,
    groups: tuple[sheets.Group, ...],
    document: dict[str, Any],
    *,
    faults: Iterable[sheets.Fault] = (),
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The form as it was typed, each fault beside its box."""
    shown, left = sheets.shown(groups, document, faults)
    problems = sheets.links(shown) + [("", said(fault.message)) for fault in left]
    context = {"groups": shown, "problems": problems, **more}
    return frame.show(request, "exchange/partner_edit.html", context, status=status)
