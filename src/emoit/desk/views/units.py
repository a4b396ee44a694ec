from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import frame
from emoit.desk.days import read_day, write_day
from emoit.desk.http import actor_of, number, officer_only, require
from emoit.kernel.access import Refusal
from emoit.lib.saying import vi
from emoit.people import actions
from emoit.people import queries as people
from emoit.people.types import Role
from emoit.ui.language import said, said_all

ADMINISTRATORS = vi("Chỉ quản trị viên xem và sửa cơ cấu đơn vị.")
_BAD_DAY = vi("Nhập ngày đúng, ví dụ 01/06/2026")


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """The tree of units, with their days; ended ones on demand."""
    actor = actor_of(request)
    require(actor, Role.ADMINISTRATOR, ADMINISTRATORS)
    ended = request.GET.get("da-ket-thuc") == "1"
    today = timezone.localdate()
    lines = [
        (min(depth, 5), unit, unit.valid_to is not None and unit.valid_to <= today)
        for depth, unit in people.unit_tree(actor.agency_id)
    ]
    shown = [line for line in lines if ended or not line[2]]
    return frame.show(request, "desk/units.html", {"lines": shown, "ended": ended, "hidden": len(lines) - len(shown)})


@officer_only
def add(request: HttpRequest) -> HttpResponse:
    def act(typed: dict[str, str]) -> None:
        actions.add_unit(
            by=actor_of(request),
            now=timezone.now(),
            code=typed["code"],
            name=typed["name"],
            kind=typed["kind"],
            abbr=typed["abbr"],
            parent_id=number(typed["parent"]),
            valid_from=_day(typed["valid_from"], "valid_from"),
        )

    return _form(request, "desk/unit_add.html", act, {}, _("Đã thêm đơn vị."))


@officer_only
def rename(request: HttpRequest, unit_id: int) -> HttpResponse:
    def act(typed: dict[str, str]) -> None:
        actions.rename_unit(
            by=actor_of(request), now=timezone.now(), unit_id=unit_id, name=typed["name"], basis=typed["basis"]
        )

    return _form(request, "desk/unit_rename.html", act, {"unit": people.unit(unit_id)}, _("Đã đổi tên đơn vị."))


@officer_only
def end(request: HttpRequest, unit_id: int) -> HttpResponse:
    def act(typed: dict[str, str]) -> None:
        actions.end_unit(
            by=actor_of(request),
            now=timezone.now(),
            unit_id=unit_id,
            on=_day(typed["on"], "on"),
            successor_id=number(typed["successor"]) or None,
        )

    return _form(request, "desk/unit_end.html", act, {"unit": people.unit(unit_id)}, _("Đã ghi ngày kết thúc đơn vị."))


FIELDS = ("code", "name", "kind", "abbr", "parent", "valid_from", "basis", "on", "successor")


def _day(text: str, field: str) -> date:
    day = read_day(text)
    if day is None or not 1945 <= day.year <= 2200:
        raise Refusal(_BAD_DAY, code="bad_day", fields={field: _BAD_DAY})
    return day


def _form(
    request: HttpRequest, template: str, act: Callable[[dict[str, str]], None], context: dict[str, Any], words: str
) -> HttpResponse:
    """A form about units: empty, refused with what was typed, or done."""
    actor = actor_of(request)
    require(actor, Role.ADMINISTRATOR, ADMINISTRATORS)
    typed = {name: request.POST.get(name, "").strip()[:300] for name in FIELDS}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            act(typed)
        except Refusal as refusal:
            errors = said_all(refusal.fields) or {"": said(refusal.message)}
        else:
            messages.success(request, words)
            return redirect("desk:units")
    else:
        today = write_day(timezone.localdate())
        typed |= {"valid_from": today, "on": today, "parent": request.GET.get("duoi", "")}
    units = people.units(actor.agency_id, on=timezone.localdate())
    filled = {"typed": typed, "errors": errors, "units": units, **context}
    return frame.show(request, template, filled, status=422 if errors else 200)
