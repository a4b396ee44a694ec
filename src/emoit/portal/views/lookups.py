from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from emoit.lib.saying import vi
from emoit.people import queries as people
from emoit.people.types import PURPOSE_NAMES, ROLE_NAMES, LookupInfo, Role
from emoit.portal.http import actor_of, any_account

PAGE = 20
YOURSELF = vi("Bạn, khi khai hồ sơ")


@dataclass(frozen=True, slots=True)
class Line:
    """A look-up as the person concerned reads it: which unit and role asked, not which officer."""

    lookup: LookupInfo
    unit: str
    role: str
    purpose: str


@any_account
def show(request: HttpRequest) -> HttpResponse:
    """Who asked the population database about oneself: when, which unit, why, for which dossier."""
    actor = actor_of(request)
    typed = request.GET.get("truoc", "")
    before = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
    rows = people.lookups_about(actor, before=before, limit=PAGE + 1)
    context = {
        "lines": [_line(row) for row in rows[:PAGE]],
        "more": rows[PAGE - 1].id if len(rows) > PAGE else 0,
        "later": before > 0,
    }
    return render(request, "portal/lookups.html", context)


def _line(row: LookupInfo) -> Line:
    unit = people.unit(row.unit_id).name if row.unit_id else ""
    role = ROLE_NAMES[Role(row.role)] if row.role else YOURSELF
    return Line(row, unit, role, PURPOSE_NAMES[row.purpose])
