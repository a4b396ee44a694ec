"""The real calendar of 2026 (and quiet neighbours), as published for state agencies, for tests."""

from __future__ import annotations

from datetime import date, datetime, time

from emoit.lib.working_time import DEFAULT_WEEKDAYS, DEFAULT_WINDOWS, VIET_NAM, CalendarDay, Window, WorkingCalendar

_OFF = {
    "2026-01-01": "Tết Dương lịch",
    "2026-01-02": "Nghỉ hoán đổi (làm bù ngày 10/01/2026)",
    "2026-02-16": "Giao thừa Tết Nguyên Đán",
    "2026-02-17": "Tết Nguyên Đán",
    "2026-02-18": "Mùng hai Tết Nguyên Đán",
    "2026-02-19": "Mùng ba Tết Nguyên Đán",
    "2026-02-20": "Mùng bốn Tết Nguyên Đán",
    "2026-04-26": "Ngày Giỗ Tổ Hùng Vương",
    "2026-04-27": "Nghỉ bù Ngày Giỗ Tổ Hùng Vương",
    "2026-04-30": "Ngày Chiến thắng",
    "2026-05-01": "Ngày Quốc tế Lao động",
    "2026-08-31": "Nghỉ hoán đổi (làm bù ngày 22/08/2026)",
    "2026-09-01": "Quốc khánh (ngày liền kề)",
    "2026-09-02": "Quốc khánh",
}
_WORKED = {
    "2026-01-10": "Làm bù cho ngày nghỉ 02/01/2026",
    "2026-08-22": "Làm bù cho ngày nghỉ 31/08/2026",
}
_ENGLISH = {"2026-04-30": "Reunification Day", "2026-05-01": "International Labour Day"}

EXCEPTIONS = {
    date.fromisoformat(day): CalendarDay(date.fromisoformat(day), working, name, _ENGLISH.get(day, ""))
    for working, names in ((False, _OFF), (True, _WORKED))
    for day, name in names.items()
}

CALENDAR = WorkingCalendar(
    version=1,
    windows=DEFAULT_WINDOWS,
    weekdays=DEFAULT_WEEKDAYS,
    exceptions=EXCEPTIONS,
    first_year=2025,
    last_year=2027,
)
# The hours of many agencies; the afternoon is as long as the morning, the lunch an hour and a half.
EARLY = WorkingCalendar(
    version=2,
    windows=(Window(time(7, 30), time(11, 30)), Window(time(13), time(17))),
    weekdays=DEFAULT_WEEKDAYS,
    exceptions=EXCEPTIONS,
    first_year=2025,
    last_year=2027,
)


def at(text: str) -> datetime:
    """A moment in Viet Nam: at("29/04/2026 09:30")."""
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=VIET_NAM)
