"""Reads of the code lists: working calendars and legal limits."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from emoit.codes import rules
from emoit.codes.models import CalendarDay, CalendarVersion
from emoit.codes.types import (
    AgencyFinder,
    CalendarEdit,
    CalendarVersionInfo,
    DayEntry,
    DayStatus,
    LegalLimits,
    OffDayKind,
)
from emoit.kernel.access import NotFound
from emoit.lib.saying import say, vi
from emoit.lib.working_time import DEFAULT_WEEKDAYS, VIET_NAM, Window, WorkingCalendar

_LIMITS = Path(__file__).parent / "data" / "legal_limits.json"
_NO_CALENDAR = vi("Chưa có lịch làm việc nào được công bố.")


def calendar_of(agency_id: int, *, on: datetime | None = None) -> WorkingCalendar:
    """The agency's working calendar in force now, or at the moment `on` (before the first version: the first).

    Raises NotFound where none was published. One small query; the calendar itself is kept in memory per version,
    since a published version never changes.
    """
    published = CalendarVersion.objects.filter(agency_id=agency_id, published_at__isnull=False)
    ids = published.values_list("pk", flat=True)
    if on is None:
        version_id = ids.order_by("-version").first()
    else:
        version_id = ids.filter(published_at__lte=on).order_by("-version").first() or ids.order_by("version").first()
    if version_id is None:
        raise NotFound(_NO_CALENDAR)
    return _calendar(version_id)


@lru_cache(maxsize=128)
def _calendar(version_id: int) -> WorkingCalendar:
    return rules.to_calendar(calendar_version(version_id), days_of(version_id))


def calendar_versions(agency_id: int) -> list[CalendarVersionInfo]:
    """All published versions, newest first."""
    rows = CalendarVersion.objects.filter(agency_id=agency_id, published_at__isnull=False).order_by("-version")
    return [_info(row) for row in rows]


def calendar_version(version_id: int) -> CalendarVersionInfo:
    """One published version. Raises NotFound, also for another agency's."""
    row = CalendarVersion.objects.filter(pk=version_id, published_at__isnull=False).first()
    if row is None:
        raise NotFound(_NO_CALENDAR)
    return _info(row)


def days_of(version_id: int) -> list[DayEntry]:
    """Every day of a version by date, those not counted included. Raises NotFound where there is no such version."""
    calendar_version(version_id)
    return [
        DayEntry(
            day=row.day,
            kind=OffDayKind(row.kind),
            name=row.name,
            name_en=row.name_en,
            swap_with=row.swap_with,
            status=DayStatus(row.status),
            note=row.note,
            source=row.source,
        )
        for row in CalendarDay.objects.filter(version_id=version_id).order_by("day")
    ]


def proposed(agency_id: int, *, days: Collection[DayEntry], removed: Collection[date]) -> CalendarEdit:
    """What publishing these days would change in the newest version, and what would be wrong with it."""
    newest = next(iter(calendar_versions(agency_id)), None)
    current = {entry.day: entry for entry in days_of(newest.id)} if newest else {}
    weekdays = newest.weekdays if newest else DEFAULT_WEEKDAYS
    return CalendarEdit(
        added=tuple(d for d in days if d.day not in current),
        changed=tuple((current[d.day], d) for d in days if d.day in current and current[d.day] != d),
        removed=tuple(current[day] for day in sorted(removed) if day in current),
        problems=tuple(rules.check_days(rules.edited(current.values(), days, removed), weekdays)),
    )


def proposed_calendar(agency_id: int, *, days: Collection[DayEntry], removed: Collection[date]) -> WorkingCalendar:
    """The calendar as it would be with these days put in and those taken out; its version is the next one.

    NotFound where none was published; ask `proposed` for problems first.
    """
    newest = next(iter(calendar_versions(agency_id)), None)
    if newest is None:
        raise NotFound(_NO_CALENDAR)
    chosen = rules.edited(days_of(newest.id), days, removed)
    first_year, last_year = rules.years_of(chosen)
    following = replace(newest, version=newest.version + 1, first_year=first_year, last_year=last_year)
    return rules.to_calendar(following, chosen)


def legal_limits(on: date) -> LegalLimits:
    """The one-stop mechanism's limits on the day of receipt (of a moment: its day in Viet Nam).

    Decree 61/2018/NĐ-CP until 30/06/2025, Decree 118/2025/NĐ-CP from 01/07/2025; see `unconfirmed`. Raises NotFound
    before 21/06/2018.
    """
    if isinstance(on, datetime):
        on = on.astimezone(VIET_NAM).date()
    for period in _periods():
        if date.fromisoformat(period["from"]) <= on and (
            period["to"] is None or on <= date.fromisoformat(period["to"])
        ):
            return _limits(period)
    raise NotFound(say("Chưa có quy định về cơ chế một cửa cho ngày {on}.", on=on))


@lru_cache(maxsize=1)
def _periods() -> list[dict[str, Any]]:
    periods: list[dict[str, Any]] = json.loads(_LIMITS.read_text(encoding="utf-8"))["periods"]
    return periods


def _limits(period: dict[str, Any]) -> LegalLimits:
    limits: dict[str, dict[str, Any]] = period["limits"]
    unconfirmed = {name for name, limit in limits.items() if not limit["confirmed"]}
    if not all(limit["article_confirmed"] for limit in limits.values()):
        unconfirmed.add("article")
    return LegalLimits(
        cut_off=time.fromisoformat(limits["cut_off"]["value"]),
        apologies=limits["apologies"]["value"],
        decree=period["decree"],
        article="; ".join(limit["article"] for limit in limits.values() if limit["article"]),
        unconfirmed=frozenset(unconfirmed),
    )


def _info(row: CalendarVersion) -> CalendarVersionInfo:
    if row.published_at is None:
        raise NotFound(_NO_CALENDAR)
    return CalendarVersionInfo(
        id=row.pk,
        agency_id=row.agency_id,
        version=row.version,
        windows=(Window(row.morning_start, row.morning_end), Window(row.afternoon_start, row.afternoon_end)),
        weekdays=frozenset(row.weekdays),
        first_year=row.first_year,
        last_year=row.last_year,
        count_unverified=row.count_unverified,
        note=row.note,
        published_at=row.published_at,
        published_by=row.published_by_name,
    )


_finder: AgencyFinder | None = None


def bind_agencies(finder: AgencyFinder) -> None:
    """Called once by config: who knows the agencies."""
    global _finder  # noqa: PLW0603 - one binding for the process, made at start
    _finder = finder


def agency_id_of(code: str) -> int:
    """The agency with a code, by the bound finder. Raises NotFound where nothing is bound."""
    if _finder is None:
        raise NotFound(say("Chưa biết cơ quan {code}: hãy ghi rõ số của cơ quan.", code=code))
    return _finder(code)
