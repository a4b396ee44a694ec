from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.codes import queries as codes
from emoit.codes.types import CalendarVersionInfo, DayEntry, DayStatus, OffDayKind
from emoit.desk import frame
from emoit.desk.http import actor_of, number, officer_only
from emoit.lib.saying import vi
from emoit.people.types import Role
from emoit.ui.language import said
from emoit.ui.types import Link

KINDS = {
    OffDayKind.PUBLIC_HOLIDAY: vi("Nghỉ lễ, Tết"),
    OffDayKind.COMPENSATORY_DAY: vi("Nghỉ bù"),
    OffDayKind.SWAPPED_DAY_OFF: vi("Nghỉ hoán đổi"),
    OffDayKind.SWAPPED_WORKING_DAY: vi("Làm bù"),
}
STATUSES = {
    DayStatus.OFFICIAL: (vi("Đã công bố"), "success"),
    DayStatus.LIBRARY: (vi("Theo luật"), "info"),
    DayStatus.ANNOUNCED: (vi("Theo tin báo"), "warning"),
    DayStatus.PROJECTED: (vi("Dự kiến"), "warning"),
    DayStatus.UNVERIFIED: (vi("Chưa xác minh"), "neutral"),
}
WEEKDAYS = (vi("Thứ Hai"), vi("Thứ Ba"), vi("Thứ Tư"), vi("Thứ Năm"), vi("Thứ Sáu"), vi("Thứ Bảy"), vi("Chủ nhật"))


@dataclass(frozen=True, slots=True)
class Day:
    """One exception as the table shows it."""

    entry: DayEntry
    weekday: str
    kind: str
    status: str
    tone: str


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """The working calendar of a year, by month, in its newest version or an earlier one."""
    actor = actor_of(request)
    versions = codes.calendar_versions(actor.agency_id)
    chosen = _chosen(versions, number(request.GET.get("phien-ban")))
    year = _year(chosen, number(request.GET.get("nam")))
    days = [d for d in codes.days_of(chosen.id) if d.day.year == year] if chosen else []
    return frame.show(
        request,
        "desk/calendar.html",
        {
            "version": chosen,
            "newest": bool(versions and chosen == versions[0]),
            "versions": versions,
            "year": year,
            "years": _years(chosen, year, newest=bool(versions and chosen == versions[0])),
            "months": by_month(days),
            "weekdays": ", ".join(said(WEEKDAYS[d]) for d in sorted(chosen.weekdays)) if chosen else "",
            "may_edit": actor.has_role(Role.ADMINISTRATOR),
        },
    )


def shown(entry: DayEntry) -> Day:
    words, tone = STATUSES[entry.status]
    return Day(entry, WEEKDAYS[entry.day.weekday()], KINDS[entry.kind], words, tone)


def by_month(days: Iterable[DayEntry]) -> list[tuple[int, list[Day]]]:
    months: dict[int, list[Day]] = {}
    for entry in days:
        months.setdefault(entry.day.month, []).append(shown(entry))
    return sorted(months.items())


def _chosen(versions: list[CalendarVersionInfo], asked: int) -> CalendarVersionInfo | None:
    return next((v for v in versions if v.version == asked), versions[0] if versions else None)


def _year(version: CalendarVersionInfo | None, asked: int) -> int:
    today = timezone.localdate().year
    if version is None:
        return today
    wanted = asked or today
    return min(max(wanted, version.first_year), version.last_year)


def _years(version: CalendarVersionInfo | None, year: int, *, newest: bool) -> list[Link]:
    if version is None:
        return []
    suffix = "" if newest else f"&phien-ban={version.version}"
    return [
        Link(str(y), f"?nam={y}{suffix}", current=y == year) for y in range(version.first_year, version.last_year + 1)
    ]
