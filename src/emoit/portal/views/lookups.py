from __future__ import annotations

import heapq
import re
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from emoit.dossiers import queries as dossiers
from emoit.kernel.access import Actor
from emoit.lib.saying import vi
from emoit.people import queries as people
from emoit.people.types import PURPOSE_NAMES, ROLE_NAMES, LookupInfo, Role
from emoit.portal.http import actor_of, any_account
from emoit.results import queries as results
from emoit.results.types import ResultInfo
from emoit.sharing import queries as sharing
from emoit.sharing.types import AccessInfo
from emoit.ui.language import current, said

PAGE = 20
YOURSELF = vi("Bạn, khi khai hồ sơ")
_PLACE = re.compile(r"(\d{1,18})\.(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody who saw something about the reader: an agency that was told of a record of theirs (`access`), or a unit
    of ours that asked the population database (`lookup`; its role, not which officer)."""

    at: datetime
    who: str
    unit: str
    purpose: str
    access: AccessInfo | None = None
    lookup: LookupInfo | None = None
    service: str = ""
    result: ResultInfo | None = None
    code: str = ""
    address: str = ""


@any_account
def show(request: HttpRequest) -> HttpResponse:
    """Who saw data about oneself or the enterprise one represents: when, which agency or unit, why, of which record."""
    actor = actor_of(request)
    place = _PLACE.fullmatch(request.GET.get("truoc", ""))
    before = (int(place[1]), int(place[2])) if place else (0, 0)
    rows = _rows(actor, before)
    shown = rows[:PAGE]
    context = {
        "lines": _lines(actor, shown),
        "more": "{}.{}".format(*_last(shown, before)) if len(rows) > PAGE else "",
        "later": before != (0, 0),
    }
    return render(request, "portal/lookups.html", context)


def _rows(actor: Actor, before: tuple[int, int]) -> list[LookupInfo | AccessInfo]:
    """A page and one more of both kinds, the latest first; each kind keeps the order in which its cursor goes on."""
    asked: list[LookupInfo | AccessInfo] = [*people.lookups_about(actor, before=before[0], limit=PAGE + 1)]
    told: list[LookupInfo | AccessInfo] = [*sharing.accesses_about(actor, before=before[1], limit=PAGE + 1)]
    return list(islice(heapq.merge(asked, told, key=_moment, reverse=True), PAGE + 1))


def _moment(row: LookupInfo | AccessInfo) -> datetime:
    return row.asked_at if isinstance(row, LookupInfo) else row.at


def _last(shown: list[LookupInfo | AccessInfo], before: tuple[int, int]) -> tuple[int, int]:
    """The last shown of each kind; where none was, that of the page before."""
    asked = [row.id for row in shown if isinstance(row, LookupInfo)]
    told = [row.id for row in shown if isinstance(row, AccessInfo)]
    return asked[-1] if asked else before[0], told[-1] if told else before[1]


def _lines(actor: Actor, rows: list[LookupInfo | AccessInfo]) -> list[Line]:
    told = [row for row in rows if isinstance(row, AccessInfo)]
    of_results = results.of_ids(
        actor, [one.subject_id for one in told if one.subject_kind == "result"], now=timezone.now()
    )
    codes = dossiers.codes_of(actor, [one.subject_id for one in told if one.subject_kind == "dossier"])
    return [_of_lookup(row) if isinstance(row, LookupInfo) else _of_access(row, of_results, codes) for row in rows]


def _of_lookup(row: LookupInfo) -> Line:
    unit = people.unit(row.unit_id).name if row.unit_id else ""
    role = ROLE_NAMES[Role(row.role)] if row.role else YOURSELF
    return Line(row.asked_at, said(role), unit, said(PURPOSE_NAMES[row.purpose]), lookup=row, code=row.subject_code)


def _of_access(row: AccessInfo, of_results: dict[int, ResultInfo], codes: dict[int, str]) -> Line:
    service = sharing.services().get((row.service, row.version))
    purpose = sharing.purposes().get(row.purpose)
    name = "portal:result" if row.subject_kind == "result" else "portal:dossier"
    return Line(
        row.at,
        row.consumer,
        "",
        purpose.name(current()) if purpose else row.purpose,
        access=row,
        service=service.name(current()) if service else row.service,
        result=of_results.get(row.subject_id) if row.subject_kind == "result" else None,
        code=codes.get(row.subject_id, "") if row.subject_kind == "dossier" else "",
        address=reverse(name, args=[row.subject_id]),
    )
