"""Publishing a calendar: who may, what is refused, and that a published version stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError, ProgrammingError

from emoit.codes import queries
from emoit.codes.actions import CalendarRefused, publish_calendar
from emoit.codes.models import CalendarDay, CalendarVersion
from emoit.codes.types import DayEntry, DayStatus, OffDayKind
from emoit.kernel.access import Actor, ActorKind, Forbidden, Holding, NotFound, acting_as, anonymous, platform, process
from emoit.kernel.models import AuditEntry, Event
from emoit.lib.working_time import Term, Unit, Window, add
from tests.lib.calendars import at

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
AGENCY = 7


def off(text: str, name: str = "Ngày lễ", status: DayStatus = DayStatus.OFFICIAL) -> DayEntry:
    return DayEntry(date.fromisoformat(text), OffDayKind.PUBLIC_HOLIDAY, name, status, "QĐ 1", name_en="Holiday")


YEAR = [off(f"2026-{day}") for day in ("01-01", "04-30", "05-01", "09-02")]
ADMINISTRATOR = Actor(
    kind=ActorKind.OFFICER,
    agency_id=AGENCY,
    name="Lê Quản Trị",
    account_id=31,
    readers=frozenset({"a:31", "u:5"}),
    holdings=(Holding(unit_id=5, role="administrator", principal_id=30, delegation_id=2),),
)
CLERK = replace(ADMINISTRATOR, holdings=(Holding(unit_id=5, role="one_stop_clerk"),))


@pytest.fixture
def by() -> Iterator[Actor]:
    with acting_as(process("test", AGENCY)) as actor:
        yield actor


def traces() -> tuple[int, int, int, int]:
    return (
        CalendarVersion.objects.count(),
        CalendarDay.objects.count(),
        AuditEntry.objects.count(),
        Event.objects.count(),
    )


def test_the_first_version_has_the_usual_hours(by: Actor) -> None:
    info = publish_calendar(by=by, now=NOW, days=YEAR, note="Lịch năm 2026")
    assert (info.version, info.first_year, info.last_year, info.published_at, info.published_by) == (
        1,
        2026,
        2026,
        NOW,
        "test",
    )
    assert info.windows == (Window(time(8), time(12)), Window(time(13), time(17)))
    assert info.weekdays == {0, 1, 2, 3, 4}
    assert queries.days_of(info.id) == YEAR
    calendar = queries.calendar_of(AGENCY)
    assert calendar is queries.calendar_of(AGENCY)
    assert add(calendar, at("29/04/2026 09:30"), Term(1, Unit.WORKING_DAY)) == at("04/05/2026 09:30")
    assert calendar.exceptions[date(2026, 4, 30)].name_en == "Holiday"
    event = Event.objects.get()
    assert (event.kind, event.payload) == (
        "codes.CalendarPublished",
        {"agency_id": AGENCY, "version_id": info.id, "version": 1, "first_year": 2026, "last_year": 2026},
    )


def test_a_new_version_copies_the_current_one_with_edits(by: Actor) -> None:
    first = publish_calendar(by=by, now=NOW, days=YEAR, note="Lịch năm 2026")
    renamed = off("2026-05-01", "Ngày Quốc tế Lao động")
    hours = (Window(time(7, 30), time(11, 30)), Window(time(13, 30), time(17, 30)))
    second = publish_calendar(
        by=by, now=NOW + timedelta(days=1), days=[renamed, off("2026-03-02")], note="Thêm một ngày", windows=hours
    )
    assert (second.version, second.windows) == (2, hours)
    assert [entry.day for entry in queries.days_of(second.id)] == [
        date(2026, 1, 1),
        date(2026, 3, 2),
        date(2026, 4, 30),
        date(2026, 5, 1),
        date(2026, 9, 2),
    ]
    third = publish_calendar(by=by, now=NOW + timedelta(days=2), removed={date(2026, 3, 2)}, note="Bỏ ngày thêm")
    assert (third.version, third.windows) == (3, hours)
    assert renamed in queries.days_of(third.id)
    assert queries.days_of(first.id) == YEAR
    assert [info.version for info in queries.calendar_versions(AGENCY)] == [3, 2, 1]
    assert queries.calendar_of(AGENCY).version == 3
    assert queries.calendar_of(AGENCY, on=NOW + timedelta(days=1, hours=1)).version == 2
    assert queries.calendar_of(AGENCY, on=NOW - timedelta(days=400)).version == 1


def test_an_agency_without_a_calendar_is_told_so(by: Actor) -> None:
    for moment in (None, NOW):
        with pytest.raises(NotFound, match="Chưa có lịch làm việc"):
            queries.calendar_of(by.agency_id, on=moment)


def test_an_unverified_day_is_kept_but_counts_only_where_the_version_says_so(by: Actor) -> None:
    culture = off("2026-11-24", "Ngày Văn hóa Việt Nam", DayStatus.UNVERIFIED)
    info = publish_calendar(by=by, now=NOW, days=[*YEAR, culture], note="Lịch năm 2026")
    assert culture in queries.days_of(info.id)
    assert queries.calendar_of(AGENCY).is_working(culture.day)
    publish_calendar(by=by, now=NOW, count_unverified=True, note="Tính cả ngày 24/11")
    assert not queries.calendar_of(AGENCY).is_working(culture.day)


def test_an_administrator_publishes_and_the_trail_says_on_whose_behalf() -> None:
    with acting_as(ADMINISTRATOR):
        info = publish_calendar(by=ADMINISTRATOR, now=NOW, days=YEAR, note="Lịch năm 2026")
        entry = AuditEntry.objects.get()
    assert (entry.verb, entry.subject_kind, entry.subject_id) == ("publish_calendar", "calendar", str(info.id))
    assert (entry.account_id, entry.on_behalf_of_id, entry.details) == (31, 30, {"version": 1, "days": 4, "changed": 4})


@pytest.mark.parametrize(
    "actor", [CLERK, anonymous(AGENCY), platform("sweeper")], ids=["clerk", "anonymous", "platform"]
)
def test_nobody_else_may_publish(actor: Actor) -> None:
    with acting_as(actor), pytest.raises(Forbidden, match="Chỉ quản trị viên"):
        publish_calendar(by=actor, now=NOW, days=YEAR, note="Lịch năm 2026")
    with acting_as(process("test", AGENCY)):
        assert traces() == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("arguments", "code", "field"),
    [
        ({"days": []}, "nothing_changed", None),
        ({"days": YEAR[:1]}, "nothing_changed", None),
        ({"days": [off("2026-03-02")], "note": " "}, "note_missing", None),
        ({"days": [off("2026-03-02", "")]}, "bad_calendar", "2026-03-02"),
        ({"days": [off("2026-03-02"), off("2026-03-02", "Khác")]}, "bad_calendar", "2026-03-02"),
        ({"days": [off("2029-03-02")]}, "bad_calendar", "2029-03-02"),
        ({"removed": {date(2026, 9, 2)}}, "bad_calendar", "2026-01-01"),
        ({"windows": (Window(time(8), time(12)), Window(time(13), time(18)))}, "bad_calendar", None),
    ],
)
def test_a_wrong_calendar_is_refused_and_nothing_is_left(
    by: Actor, arguments: dict[str, object], code: str, field: str | None
) -> None:
    publish_calendar(by=by, now=NOW, days=YEAR, note="Lịch năm 2026")
    before = traces()
    with pytest.raises(CalendarRefused) as refusal:
        publish_calendar(**{"by": by, "now": NOW, "note": "Sửa", **arguments})  # type: ignore[arg-type]
    assert refusal.value.code == code
    assert field is None or field in refusal.value.fields
    assert traces() == before


@pytest.mark.parametrize(
    "statement",
    [
        "update codes_calendar_version set note = 'x'",
        "delete from codes_calendar_day where day = '2026-04-30'",
        "update codes_calendar_day set kind = 'swapped_working_day' where day = '2026-04-30'",
        """
        insert into codes_calendar_day (agency_id, version_id, day, kind, name, name_en, status, note, source)
        select agency_id, id, '2026-06-01', 'public_holiday', 'x', '', 'official', '', 'x' from codes_calendar_version
        """,
    ],
)
def test_a_published_version_cannot_be_changed(by: Actor, statement: str) -> None:
    info = publish_calendar(by=by, now=NOW, days=YEAR, note="Lịch năm 2026")
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert queries.days_of(info.id) == YEAR


def test_days_cannot_be_moved_into_a_published_version(by: Actor) -> None:
    info = publish_calendar(by=by, now=NOW, days=YEAR, note="Lịch năm 2026")
    draft = CalendarVersion.objects.create(
        agency_id=AGENCY,
        version=2,
        morning_start=time(8),
        morning_end=time(12),
        afternoon_start=time(13),
        afternoon_end=time(17),
        weekdays=[0],
        first_year=2026,
        last_year=2026,
        note="nháp",
    )
    day = CalendarDay.objects.create(
        agency_id=AGENCY, version=draft, day=date(2026, 6, 1), kind="public_holiday", name="x", status="official"
    )
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        CalendarDay.objects.filter(pk=day.pk).update(version_id=info.id)
    with pytest.raises(NotFound):
        queries.calendar_version(draft.pk)
    assert queries.calendar_of(AGENCY).version == 1


def test_another_agency_sees_and_touches_nothing(by: Actor) -> None:
    info = publish_calendar(by=by, now=NOW, days=YEAR, note="Lịch năm 2026")
    with acting_as(process("test", AGENCY + 1)):
        for read in (lambda: queries.calendar_of(AGENCY), lambda: queries.days_of(info.id)):
            with pytest.raises(NotFound):
                read()
        with pytest.raises((ProgrammingError, DatabaseError)), transaction.atomic():
            CalendarDay.objects.create(
                agency_id=AGENCY, version_id=info.id, day=date(2026, 6, 1), kind="public_holiday", name="x"
            )
    assert len(queries.days_of(info.id)) == 4
