from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from emoit.codes import queries, rules
from emoit.codes.actions.publish_calendar import current_version, lock_calendar, publish_calendar
from emoit.codes.reading import read_days
from emoit.codes.types import DayEntry, LoadReport, RefusedRow
from emoit.kernel.access import Actor, Forbidden
from emoit.lib.working_time import DEFAULT_WEEKDAYS


@transaction.atomic
def load_holidays(*, by: Actor, now: datetime, rows: Iterable[Mapping[str, str | None]], note: str) -> LoadReport:
    """Publish a version with the days of a file put in: the good rows, while the others are reported with their reason.

    Rows that say what is already in force change nothing; where all do, no version is published. Days that the file
    does not name stay. Raises Forbidden for anyone but an administrator or a process of the agency.
    """
    if not rules.may_publish(by):
        raise Forbidden("Chỉ quản trị viên được nạp lịch làm việc.")
    lock_calendar(by.agency_id)
    current = current_version(by.agency_id)
    days = queries.days_of(current.id) if current else []
    entries, refused = read_days(rows)
    known = set(days)
    fresh = {line: entry for line, entry in entries.items() if entry not in known}
    good, broken = _sift(days, fresh, current.weekdays if current else DEFAULT_WEEKDAYS)
    version = publish_calendar(by=by, now=now, note=note, days=list(good.values())) if good else None
    return LoadReport(
        loaded=len(good),
        unchanged=len(entries) - len(fresh),
        refused=tuple(sorted(refused + broken, key=lambda row: row.line)),
        version=version,
    )


def _sift(
    days: list[DayEntry], fresh: dict[int, DayEntry], weekdays: frozenset[int]
) -> tuple[dict[int, DayEntry], list[RefusedRow]]:
    """Take out the rows that make the calendar wrong, until what is left makes it right."""
    good, refused = dict(fresh), list[RefusedRow]()
    while good:
        problems = rules.check_days(rules.edited(days, good.values()), weekdays)
        reasons = {day: problem.message for problem in reversed(problems) for day in problem.days}
        broken = {line: entry for line, entry in good.items() if entry.day in reasons}
        if not broken:
            break
        refused += [RefusedRow(line, entry.day.isoformat(), reasons[entry.day]) for line, entry in broken.items()]
        good = {line: entry for line, entry in good.items() if line not in broken}
    return good, refused
