"""Reads a file of days.

Columns: date, year, weekday, type, name_vi, name_en, is_working_day, swap_with, status, note, source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from emoit.codes.types import DayEntry, DayStatus, OffDayKind, RefusedRow

COLUMNS = ("date", "type", "name_vi", "status", "source")  # those that must be there
_WEEKDAYS = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")


def read_days(rows: Iterable[Mapping[str, str | None]]) -> tuple[dict[int, DayEntry], list[RefusedRow]]:
    """Entries by line of the file (the header is line 1), and the rows that say something impossible."""
    entries: dict[int, DayEntry] = {}
    refused: list[RefusedRow] = []
    seen: dict[date, int] = {}
    for line, row in enumerate(rows, 2):
        cells = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
        try:
            entry = _entry(cells)
            if entry.day in seen:
                raise ValueError(f"ngày {entry.day:%d/%m/%Y} đã có ở dòng {seen[entry.day]}")
        except ValueError as error:
            refused.append(RefusedRow(line, cells.get("date", ""), str(error)))
            continue
        seen[entry.day] = line
        entries[line] = entry
    return entries, refused


def _entry(cells: Mapping[str, str]) -> DayEntry:
    day = _day(cells, "date")
    try:
        kind = OffDayKind(cells.get("type", ""))
    except ValueError:
        raise ValueError(f"không có loại ngày '{cells.get('type', '')}'") from None
    try:
        status = DayStatus(cells.get("status", "").split(",")[0])
    except ValueError:
        raise ValueError(f"không có tình trạng '{cells.get('status', '')}'") from None
    _refuse_contradictions(cells, day, kind)
    return DayEntry(
        day=day,
        kind=kind,
        name=_needed(cells, "name_vi", "tên ngày"),
        name_en=cells.get("name_en", ""),
        swap_with=_day(cells, "swap_with") if cells.get("swap_with") else None,
        status=status,
        note=cells.get("note", ""),
        source=_needed(cells, "source", "căn cứ"),
    )


def _refuse_contradictions(cells: Mapping[str, str], day: date, kind: OffDayKind) -> None:
    """Columns that repeat what the date and the type say must agree with them."""
    year, weekday, working = (cells.get(name, "") for name in ("year", "weekday", "is_working_day"))
    if year and year != str(day.year):
        raise ValueError(f"cột năm ghi {year}, không khớp ngày {day:%d/%m/%Y}")
    if weekday and weekday.lower() != _WEEKDAYS[day.weekday()]:
        raise ValueError(f"ngày {day:%d/%m/%Y} là {_WEEKDAYS[day.weekday()]}, không phải {weekday}")
    if working and working != str(int(kind.working)):
        raise ValueError(f"cột is_working_day ghi {working}, không khớp loại {kind.value}")


def _day(cells: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(cells.get(name, ""))
    except ValueError:
        raise ValueError(f"'{cells.get(name, '')}' không phải ngày (viết như 2026-04-30)") from None


def _needed(cells: Mapping[str, str], name: str, what: str) -> str:
    if not cells.get(name):
        raise ValueError(f"thiếu {what}")
    return cells[name]
