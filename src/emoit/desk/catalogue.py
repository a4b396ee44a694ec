"""What the screens of the catalogue share: who may come in, the draft at hand, the linter's words with links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk.catalogue_parts import PROCESSES, SLUGS, Choices
from emoit.desk.http import actor_of, number
from emoit.forms.types import Problem
from emoit.kernel.access import Actor, Forbidden, NotFound
from emoit.lib.saying import Both, vi
from emoit.people import queries as people
from emoit.people.types import Role
from emoit.procedures import queries
from emoit.procedures.types import DraftInfo, Verdict
from emoit.ui.language import said

Json = dict[str, Any]
CLOSED = vi("Chỉ quản trị viên được sửa danh mục thủ tục.")


def reader(request: HttpRequest) -> Actor:
    """The actor, who may read the catalogue's workshop. Forbidden for others."""
    actor = actor_of(request)
    queries.require_reader(actor)
    return actor


def editor(request: HttpRequest) -> Actor:
    """The actor, who may change the catalogue. Forbidden for others."""
    actor = actor_of(request)
    if not actor.has_role(Role.ADMINISTRATOR):
        raise Forbidden(CLOSED)
    return actor


def may_edit(actor: Actor) -> bool:
    return actor.has_role(Role.ADMINISTRATOR)


def draft_of(actor: Actor, code: str) -> DraftInfo:
    """The open draft. NotFound if there is none."""
    draft = queries.draft_of(actor, code)
    if draft is None:
        raise NotFound("Thủ tục này không có bản nháp nào đang mở.")
    return draft


def lock_of(request: HttpRequest) -> int:
    return number(request.POST.get("lock"))


def name_of(document: Json) -> str:
    """What the procedure is called, also in a faulty draft."""
    name = document.get("name")
    own = name.get("vi") if isinstance(name, dict) else ""
    english = str(name.get("en") or "") if isinstance(name, dict) else ""
    return Both(own, english) if isinstance(own, str) and own.strip() else _("Thủ tục chưa có tên")


@dataclass(frozen=True, slots=True)
class Told:
    """A problem with the part where it is mended."""

    message: str
    href: str
    part: str


def told(document: Json, code: str, problems: Iterable[Problem]) -> list[Told]:
    """Each problem once, with its place in words and the address of its part."""
    found: dict[tuple[str, str], Told] = {}
    for problem in problems:
        part = queries.part_of(problem.path)
        place = said(queries.place_of(problem.path, document)) if problem.path else ""
        message = f"{place}. {said(problem.message)}" if place else said(problem.message)
        found.setdefault((part, message), Told(message, address(code, part), part))
    return list(found.values())


def address(code: str, part: str) -> str:
    """Where a part of the draft is edited."""
    slug = SLUGS[part]
    names = {"form": "desk:catalogue-form", "doubts": "desk:catalogue-doubts"}
    if part in names:
        return reverse(names[part], args=[code])
    return reverse("desk:catalogue-part", args=[code, slug])


def at_part(verdict: Verdict, part: str) -> list[Problem]:
    return [problem for problem in verdict.errors if queries.part_of(problem.path) == part]


def choices(actor: Actor) -> Choices:
    """The units and processes that exist in the agency now."""
    known_unit, known_process = queries.known_places(actor.agency_id)
    units = people.units(actor.agency_id, on=timezone.localdate())
    place = (("@place", _("Theo địa phương của người nộp")),) if known_unit("@place") else ()
    return Choices(
        units=(*place, *((unit.code, f"{unit.name} ({unit.code})") for unit in units)),
        processes=tuple(choice for choice in PROCESSES if known_process(choice[0])),
    )


def download(name: str, content: bytes, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
