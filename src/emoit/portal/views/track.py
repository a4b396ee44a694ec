from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from emoit.dossiers import queries
from emoit.kernel.access import Refusal
from emoit.people import actions as people
from emoit.portal.http import actor_of
from emoit.portal.progress import entries


def show(request: HttpRequest) -> HttpResponse:
    """Follow a dossier without signing in, by its code and a second datum. Guessing is throttled."""
    code = (request.POST.get("ma") or request.GET.get("ma") or "").strip()
    datum = request.POST.get("thong_tin", "").strip()
    errors: dict[str, str] = {}
    found = None
    if request.method == "POST":
        errors = _missing(code, datum)
        if not errors:
            try:
                people.count_attempt(subject=f"track:{code.upper()}", ip=request.META.get("REMOTE_ADDR", ""))
                found = queries.track(agency_id=actor_of(request).agency_id, code=code, datum=datum)
            except Refusal as refusal:
                errors = {"ma": refusal.message}
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


def _missing(code: str, datum: str) -> dict[str, str]:
    missing = {}
    if not code:
        missing["ma"] = "Nhập mã hồ sơ, ví dụ G02-261122-0001"
    if not datum:
        missing["thong_tin"] = "Nhập mã số thuế, số định danh hoặc số điện thoại đã khai"
    return missing
