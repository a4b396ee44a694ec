from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.dossiers import queries
from emoit.dossiers.types import Tracking
from emoit.kernel.access import Refusal
from emoit.people import actions as people
from emoit.portal.http import actor_of
from emoit.portal.progress import entries

SUBJECT = "track"


def show(request: HttpRequest) -> HttpResponse:
    """Follow a dossier without signing in, by its code and a second datum. Guessing is throttled."""
    code = (request.POST.get("ma") or request.GET.get("ma") or "").strip()
    datum = request.POST.get("thong_tin", "").strip()
    errors: dict[str, str] = {}
    found = None
    if request.method == "POST":
        errors = _missing(code, datum)
        if not errors:
            found, errors = _look_up(request, code, datum)
    return render(
        request,
        "portal/track.html",
        {
            "code": code,
            "errors": errors,
            "found": found,
            "entries": entries(found.entries, found.status) if found else [],
        },
        status=422 if errors else 200,
    )


def _look_up(request: HttpRequest, code: str, datum: str) -> tuple[Tracking | None, dict[str, str]]:
    """One counted guess: by the address it comes from, whatever code it tries; and by the code, wherever from."""
    actor, now = actor_of(request), timezone.now()
    address = request.META.get("REMOTE_ADDR", "")
    if not people.may_guess(by=actor, now=now, subject=SUBJECT, address=address, about=code.upper()):
        return None, {"ma": _("Bạn đã tra cứu sai nhiều lần. Vui lòng thử lại sau 15 phút.")}
    try:
        return queries.track(agency_id=actor.agency_id, code=code, datum=datum), {}
    except Refusal as refusal:
        # Right ones are not noted: one's own dossier must not wipe out the wrong guesses at others'.
        people.note_guess(by=actor, now=now, subject=SUBJECT, address=address, right=False, about=code.upper())
        return None, {"ma": refusal.message}


def _missing(code: str, datum: str) -> dict[str, str]:
    missing = {}
    if not code:
        missing["ma"] = _("Nhập mã hồ sơ")
    if not datum:
        missing["thong_tin"] = _("Nhập mã số thuế, số định danh hoặc số điện thoại đã khai")
    return missing
