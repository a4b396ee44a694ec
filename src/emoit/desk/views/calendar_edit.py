from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext

from emoit.codes import actions
from emoit.codes import queries as codes
from emoit.codes.types import CalendarEdit, DayEntry, DayStatus, OffDayKind
from emoit.desk import frame, moved_deadlines
from emoit.desk.days import read_day, write_day
from emoit.desk.http import actor_of, number, officer_only
from emoit.desk.views.calendar import KINDS, STATUSES, by_month, shown
from emoit.kernel.access import Actor, Forbidden, Refusal
from emoit.lib.saying import say
from emoit.people.types import Role
from emoit.ui.language import said

COLUMNS = ("day", "kind", "name", "status", "source", "swap_with")
BLANK_ROWS, MAX_ROWS = 2, 40
SHOWN = 100  # dossiers listed on the preview; the file holds them all


@dataclass(frozen=True, slots=True)
class Edit:
    """What was typed: rows of the table as text, days to take out, the reason; and what cannot be read."""

    rows: list[dict[str, str]]
    removed: frozenset[date]
    note: str
    entries: list[DayEntry]
    errors: dict[str, str]


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """Put exception days in, change or remove them; see the differences; publish a new version. Administrators only."""
    actor = actor_of(request)
    if not actor.has_role(Role.ADMINISTRATOR):
        raise Forbidden("Chỉ quản trị viên được sửa lịch làm việc.")
    if request.method != "POST":
        return _form(request, actor, _first(request, actor), preview=None)
    edit = read(request.POST)
    if "them" in request.POST:
        edit.rows.extend(_blank() for _ in range(BLANK_ROWS))
        return _form(request, actor, edit, preview=None, judged=False)
    if "sua" in request.POST:
        return _form(request, actor, edit, preview=None, judged=False)
    preview = codes.proposed(actor.agency_id, days=edit.entries, removed=edit.removed)
    errors = {**edit.errors, **_problems(preview, edit)}
    if not errors and "danh-sach" in request.POST:
        return moved_deadlines.as_file(moved_deadlines.under(actor, days=edit.entries, removed=edit.removed))
    if errors or "cong-bo" not in request.POST:
        return _form(request, actor, edit, preview=None if errors else preview, errors=errors)
    return _publish(request, actor, edit, preview)


def _publish(request: HttpRequest, actor: Actor, edit: Edit, preview: CalendarEdit) -> HttpResponse:
    newest = codes.calendar_versions(actor.agency_id)
    if newest and number(request.POST.get("version")) != newest[0].version:
        stale = gettext("Vừa có phiên bản lịch mới được công bố. Hãy xem lại các thay đổi dưới đây rồi công bố lại.")
        return _form(request, actor, edit, preview=preview, stale=stale)
    try:
        made = actions.publish_calendar(
            by=actor, now=timezone.now(), note=edit.note, days=edit.entries, removed=edit.removed
        )
    except Refusal as refusal:
        errors = {"note" if refusal.code == "note_missing" else "": said(refusal.message)}
        return _form(request, actor, edit, preview=preview, errors=errors)
    published = say(
        "Đã công bố lịch làm việc phiên bản {version}. Hạn của các hồ sơ đang giải quyết được tính lại ngay sau đây.",
        version=made.version,
    )
    messages.success(request, said(published))
    return redirect("desk:calendar")


def _first(request: HttpRequest, actor: Actor) -> Edit:
    """A fresh form: the day to be changed where one was chosen, and blank rows."""
    wanted = read_day(request.GET.get("ngay", ""))
    current = _current(actor)
    rows = [_as_row(current[wanted])] if wanted in current else []
    return Edit([*rows, *(_blank() for _ in range(BLANK_ROWS))], frozenset(), "", [], {})


def _blank() -> dict[str, str]:
    return dict.fromkeys(COLUMNS, "")


def _as_row(entry: DayEntry) -> dict[str, str]:
    return {
        "day": write_day(entry.day),
        "kind": entry.kind.value,
        "name": entry.name,
        "status": entry.status.value,
        "source": entry.source,
        "swap_with": write_day(entry.swap_with) if entry.swap_with else "",
    }


def _current(actor: Actor) -> dict[date, DayEntry]:
    newest = next(iter(codes.calendar_versions(actor.agency_id)), None)
    return {d.day: d for d in codes.days_of(newest.id)} if newest else {}


def read(posted: QueryDict) -> Edit:
    """The typed rows; a row without a single mark is none. Errors by the id of their control."""
    columns = {name: posted.getlist(name)[:MAX_ROWS] for name in COLUMNS}
    count = max((len(values) for values in columns.values()), default=0)
    rows = [{n: (v[at].strip() if at < len(v) else "") for n, v in columns.items()} for at in range(count)]
    entries: list[DayEntry] = []
    errors: dict[str, str] = {}
    for at, row in enumerate(rows):
        if row["day"] or row["name"]:
            entry = _entry(row, at, errors)
            if entry:
                entries.append(entry)
    removed = frozenset(day for text in posted.getlist("removed") if (day := read_day(text)))
    return Edit(rows, removed, posted.get("note", "").strip()[:1000], entries, errors)


def _entry(row: Mapping[str, str], at: int, errors: dict[str, str]) -> DayEntry | None:
    day, other = read_day(row["day"]), read_day(row["swap_with"])
    before = len(errors)
    if day is None:
        errors[f"day-{at}"] = said(say("Dòng {line}: nhập ngày đúng, ví dụ 01/05/2026", line=at + 1))
    if row["kind"] not in set(OffDayKind):
        errors[f"kind-{at}"] = said(say("Dòng {line}: chọn loại ngày", line=at + 1))
    if row["status"] not in set(DayStatus):
        errors[f"status-{at}"] = said(say("Dòng {line}: chọn tình trạng xác nhận", line=at + 1))
    if row["swap_with"] and other is None:
        errors[f"swap_with-{at}"] = said(say("Dòng {line}: nhập đúng ngày hoán đổi", line=at + 1))
    if len(errors) > before or day is None:
        return None
    return DayEntry(
        day=day,
        kind=OffDayKind(row["kind"]),
        name=row["name"][:200],
        status=DayStatus(row["status"]),
        source=row["source"],
        swap_with=other,
    )


def _problems(preview: CalendarEdit, edit: Edit) -> dict[str, str]:
    """The rules' objections, each at the row of its day where it was typed."""
    if edit.errors:
        return {}
    if preview.is_empty:
        return {"": gettext("Chưa có thay đổi nào so với lịch đang dùng")}
    at_row = {read_day(row["day"]): f"day-{at}" for at, row in enumerate(edit.rows) if row["day"]}
    found: dict[str, str] = {}
    for problem in preview.problems:
        place = next((at_row[day] for day in sorted(problem.days) if day in at_row), "")
        found[place] = f"{found[place]} {said(problem.message)}" if place in found else said(problem.message)
    return found


def _form(
    request: HttpRequest,
    actor: Actor,
    edit: Edit,
    *,
    preview: CalendarEdit | None,
    errors: dict[str, str] | None = None,
    stale: str = "",
    judged: bool = True,
) -> HttpResponse:
    errors = (errors or {}) if judged else {}
    newest = next(iter(codes.calendar_versions(actor.agency_id)), None)
    found = moved_deadlines.under(actor, days=edit.entries, removed=edit.removed) if preview else []
    year = number(request.GET.get("nam")) or timezone.localdate().year
    return frame.show(
        request,
        "desk/calendar_preview.html" if preview else "desk/calendar_edit.html",
        {
            "edit": edit,
            "rows": [(at, row, _errors_of(at, errors)) for at, row in enumerate(edit.rows)],
            "errors": errors,
            "stale": stale,
            "version": newest,
            "year": year,
            "kinds": KINDS,
            "statuses": STATUSES,
            "months": by_month(d for d in _current(actor).values() if d.day.year == year),
            "removed": edit.removed,
            "added": [shown(d) for d in preview.added] if preview else [],
            "changed": [(shown(a), shown(b)) for a, b in preview.changed] if preview else [],
            "taken_out": [shown(d) for d in preview.removed] if preview else [],
            "moved": [(m, *moved_deadlines.moments(m)) for m in found[:SHOWN]],
            "moved_count": len(found),
        },
        status=409 if stale else 422 if errors else 200,
    )


def _errors_of(at: int, errors: Mapping[str, str]) -> dict[str, str]:
    return {name: errors[f"{name}-{at}"] for name in COLUMNS if f"{name}-{at}" in errors}
