from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import connection, transaction

from emoit.codes import queries, rules
from emoit.codes.events import CalendarPublished
from emoit.codes.models import CalendarDay, CalendarVersion
from emoit.codes.types import CalendarVersionInfo, DayEntry, Problem
from emoit.kernel import audit, outbox
from emoit.kernel.access import Actor, Forbidden, Refusal
from emoit.lib.saying import say
from emoit.lib.working_time import DEFAULT_WEEKDAYS, DEFAULT_WINDOWS, Window


class CalendarRefused(Refusal):
    """The calendar would be wrong. `fields` maps the days concerned (ISO) to their messages."""

    code = "bad_calendar"
    status = 422


@transaction.atomic
def publish_calendar(
    *,
    by: Actor,
    now: datetime,
    note: str,
    days: Sequence[DayEntry] = (),
    removed: Collection[date] = (),
    windows: tuple[Window, Window] | None = None,
    weekdays: Collection[int] | None = None,
    count_unverified: bool | None = None,
) -> CalendarVersionInfo:
    """Publish a new version of the agency's calendar: the current one with `days` put in and `removed` taken out.

    What is not given stays as in the current version (first version: 08:00-12:00, 13:00-17:00, Monday to Friday,
    unverified days not counted). The years are those of the days. Raises Forbidden for anyone but an administrator or
    a process of the agency, CalendarRefused for a calendar that breaks the rules or changes nothing.
    """
    if not rules.may_publish(by):
        raise Forbidden("Chỉ quản trị viên được công bố lịch làm việc.")
    if not note.strip():
        raise CalendarRefused("Cần ghi lý do công bố lịch làm việc.", code="note_missing")
    lock_calendar(by.agency_id)
    current = current_version(by.agency_id)
    current_days = queries.days_of(current.id) if current else []
    chosen = rules.edited(current_days, days, removed)
    shape = (
        windows or (current.windows if current else DEFAULT_WINDOWS),
        frozenset(weekdays if weekdays is not None else current.weekdays if current else DEFAULT_WEEKDAYS),
        count_unverified if count_unverified is not None else bool(current and current.count_unverified),
    )
    _refuse(rules.check_windows(*shape[:2]) + _repeated(days) + rules.check_days(chosen, shape[1]))
    if current and chosen == current_days and shape == (current.windows, current.weekdays, current.count_unverified):
        raise CalendarRefused("Lịch làm việc không có gì thay đổi.", code="nothing_changed")
    row = _write(by, now, note, (current.version if current else 0) + 1, chosen, shape)
    audit.record(
        by=by,
        now=now,
        verb="publish_calendar",
        subject_kind="calendar",
        subject_id=row.pk,
        holding=rules.holding_used(by),
        details={"version": row.version, "days": len(chosen), "changed": len(set(chosen) - set(current_days))},
    )
    outbox.publish(
        CalendarPublished(
            agency_id=by.agency_id,
            version_id=row.pk,
            version=row.version,
            first_year=row.first_year,
            last_year=row.last_year,
        ),
        now=now,
    )
    return queries.calendar_version(row.pk)


def lock_calendar(agency_id: int) -> None:
    """One publisher at a time in an agency, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('codes.calendar', %s))", [agency_id])


def current_version(agency_id: int) -> CalendarVersionInfo | None:
    return next(iter(queries.calendar_versions(agency_id)), None)


def _repeated(days: Sequence[DayEntry]) -> list[Problem]:
    """`edited` keeps one entry a day, so a day given twice would be lost without a word."""
    return [
        Problem(say("Ngày {day} có hai lần.", day=day), frozenset({day}))
        for day in sorted({entry.day for entry in days})
        if sum(entry.day == day for entry in days) > 1
    ]


def _refuse(problems: list[Problem]) -> None:
    if not problems:
        return
    fields: dict[str, str] = {}
    for problem in problems:
        for day in sorted(problem.days):
            fields.setdefault(day.isoformat(), problem.message)
    raise CalendarRefused(" ".join(dict.fromkeys(p.message for p in problems[:5])), fields=fields)


def _write(
    by: Actor,
    now: datetime,
    note: str,
    version: int,
    days: list[DayEntry],
    shape: tuple[tuple[Window, Window], frozenset[int], bool],
) -> CalendarVersion:
    """The version is filled while unpublished, then sealed by its moment of publication."""
    (morning, afternoon), weekdays, count_unverified = shape
    first_year, last_year = rules.years_of(days)
    row = CalendarVersion.objects.create(
        agency_id=by.agency_id,
        version=version,
        morning_start=morning.start,
        morning_end=morning.end,
        afternoon_start=afternoon.start,
        afternoon_end=afternoon.end,
        weekdays=sorted(weekdays),
        first_year=first_year,
        last_year=last_year,
        count_unverified=count_unverified,
        note=note,
        published_by_id=by.account_id,
        published_by_name=by.name,
    )
    CalendarDay.objects.bulk_create(
        CalendarDay(
            agency_id=by.agency_id,
            version=row,
            day=entry.day,
            kind=entry.kind,
            name=entry.name,
            name_en=entry.name_en,
            swap_with=entry.swap_with,
            status=entry.status,
            note=entry.note,
            source=entry.source,
        )
        for entry in days
    )
    row.published_at = now
    row.save(update_fields=["published_at"])
    return row
