"""./emoit load holidays: the product's own facts, twice, and files that are half wrong."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from emoit.codes import queries
from emoit.codes.models import CalendarVersion
from emoit.kernel.access import acting_as, process
from emoit.kernel.models import AuditEntry, Event
from emoit.lib.working_time import Term, Unit, add
from tests.lib.calendars import CALENDAR, at

pytestmark = pytest.mark.django_db
AGENCY = 7
OWN = Path(queries.__file__).parent / "data" / "holidays.csv"


def load(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("load_holidays", *arguments, f"--agency-id={AGENCY}", stdout=out)
    return out.getvalue().splitlines()


def own_rows() -> list[dict[str, str]]:
    with OWN.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, str]]) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def test_our_own_file_loads_whole_and_a_second_time_changes_nothing() -> None:
    assert load() == [
        "Đã công bố lịch số 1, năm 2018 đến 2027.",
        "loaded 147: published 147, usable 147, on defaults 126, refused 0",
    ]
    with acting_as(process("test", AGENCY)):
        before = (CalendarVersion.objects.count(), AuditEntry.objects.count(), Event.objects.count())
    assert load() == ["loaded 147: published 0, usable 147, on defaults 126, refused 0"]
    with acting_as(process("test", AGENCY)):
        assert (
            (CalendarVersion.objects.count(), AuditEntry.objects.count(), Event.objects.count()) == before == (1, 1, 1)
        )


def test_the_loaded_calendar_of_2026_is_the_real_one() -> None:
    load()
    with acting_as(process("test", AGENCY)):
        calendar = queries.calendar_of(AGENCY)
    days = [date(2026, 1, 1).toordinal() + n for n in range(365)]
    differences = [d for d in map(date.fromordinal, days) if calendar.is_working(d) != CALENDAR.is_working(d)]
    assert differences == []
    assert calendar.is_working(date(2026, 11, 24))
    assert add(calendar, at("24/04/2026 09:30"), Term(5, Unit.WORKING_DAY)) == at("06/05/2026 09:30")


def test_every_row_of_ours_has_a_source_and_the_doubtful_ones_say_so() -> None:
    rows = own_rows()
    assert all(row["source"] for row in rows)
    assert {row["date"] for row in rows if row["status"] == "unverified"} == {"2026-11-24", "2027-11-24"}
    assert {row["status"] for row in rows if row["year"] == "2027"} == {"projected", "unverified"}


def test_the_good_half_loads_and_the_rest_is_listed(tmp_path: Path) -> None:
    rows = own_rows()
    line = {row["date"]: n for n, row in enumerate(rows)}
    rows[line["2026-02-16"]] |= {"date": "2026-02-30"}
    rows[line["2026-02-17"]] |= {"weekday": "Thứ Hai"}
    rows[line["2026-02-18"]] |= {"type": "party"}
    rows[line["2026-02-19"]] |= {"source": ""}
    rows[line["2026-08-31"]] |= {"is_working_day": "1"}  # its partner 22/08 falls with it
    rows.append(rows[line["2026-05-01"]])
    with pytest.raises(SystemExit) as stop:
        load(write(tmp_path / "half.csv", rows))
    assert stop.value.code == 1
    with acting_as(process("test", AGENCY)):
        [info] = queries.calendar_versions(AGENCY)
        loaded = {entry.day.isoformat() for entry in queries.days_of(info.id)}
    gone = {"2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-08-31", "2026-08-22"}
    assert loaded == set(line) - gone


def test_the_last_line_counts_and_gives_the_reasons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load()
    rows = own_rows()[-2:]
    rows[0] |= {"date": "2027-09-31"}
    with pytest.raises(SystemExit):
        call_command("load_holidays", write(tmp_path / "two.csv", rows), f"--agency-id={AGENCY}")
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "dòng 2: 2027-09-31: '2027-09-31' không phải ngày (viết như 2026-04-30)",
        (
            "loaded 1: published 0, usable 1, on defaults 1, refused 1 "
            "(dòng 2: '2027-09-31' không phải ngày (viết như 2026-04-30))"
        ),
    ]


def test_a_year_without_its_fixed_holidays_is_refused_whole(tmp_path: Path) -> None:
    rows = [row for row in own_rows() if row["date"] != "2018-09-02"]
    with pytest.raises(SystemExit):
        load(write(tmp_path / "short.csv", rows))
    with acting_as(process("test", AGENCY)):
        calendar = queries.calendar_of(AGENCY)
    assert (calendar.first_year, calendar.last_year) == (2019, 2027)


def test_one_changed_day_makes_a_new_version(tmp_path: Path) -> None:
    load()
    rows = [row for row in own_rows() if row["date"] == "2026-11-24"]
    rows[0] |= {"status": "official", "name_vi": "Ngày Văn hóa Việt Nam", "source": "Luật số 1/2026/QH16"}
    assert load(write(tmp_path / "one.csv", rows)) == [
        "Đã công bố lịch số 2, năm 2018 đến 2027.",
        "loaded 1: published 1, usable 1, on defaults 0, refused 0",
    ]
    with acting_as(process("test", AGENCY)):
        assert not queries.calendar_of(AGENCY).is_working(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "thiếu cột: date, type, name_vi, status, source"),
        (b"date,type\n2026-01-01,public_holiday\n", "thiếu cột: name_vi, status, source"),
        ("date,type,name_vi,status,source\n2026-01-01,public_holiday,T\u1ebft,official,x".encode("utf-16"), "UTF-8"),
    ],
)
def test_a_file_that_is_no_list_of_days_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        load(str(path))
    with acting_as(process("test", AGENCY)):
        assert CalendarVersion.objects.count() == 0


def test_a_missing_file_and_an_unknown_agency_are_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"Không đọc được tệp .*none\.csv"):
        load(str(tmp_path / "none.csv"))
    with pytest.raises(CommandError, match="Chưa có dữ liệu của cơ quan này"):
        call_command("load_holidays", "--agency=G99")


def test_the_installations_own_agency_is_found_by_its_code() -> None:
    call_command("load_organisation", stdout=StringIO())
    call_command("load_holidays", stdout=StringIO())
    agency_id = queries.agency_id_of(settings.EMOIT_AGENCY_CODE)
    with acting_as(process("test", agency_id)):
        assert queries.calendar_of(agency_id).version == 1
