"""The rows of a catalogue index: reading the file, and what must hold before a row can be compiled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from emoit.procedures.catalogue.names import own_code

Row = Mapping[str, Any]

CODE = re.compile(r"[0-9]\.[0-9]{6}(?:\.[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.H[0-9]{2})?")
LONGEST = 2_000
UNITS = {"working_hour", "working_day", "calendar_day", "month", "day_unspecified", ""}
_TEXTS = (
    "code", "name_vi", "name_en", "field_vi", "field_en", "field_code", "unit_2026", "unit_2023", "level_portal_2026",
    "online_level", "statutory_time_text", "statutory_time_unit", "fee_text", "result_document", "result_code",
    "source", "notes", "verification",
)  # fmt: skip
_LISTS = ("applicants", "legal_basis", "legal_basis_2026", "dossier", "inferred_fields")
_NEEDED = ("name_vi", "field_vi", "source")
_COUNTS = ("statutory_time_value", "fee_vnd")


def rows_of(data: Any) -> list[Any]:
    """The rows of a file of the form `{"procedures": [...]}`. ValueError if it has no such list."""
    rows = data.get("procedures") if isinstance(data, Mapping) else None
    if not isinstance(rows, list):
        raise ValueError("tệp phải là một đối tượng JSON có danh sách “procedures”")
    return rows


def faults(row: Any, known_applicants: Mapping[str, Any]) -> list[str]:
    """Why a row cannot be compiled, in words; empty when it can. Holes are no faults, wrong types are."""
    if not isinstance(row, Mapping):
        return ["không phải một đối tượng JSON"]
    return list(_faults(row, known_applicants))


def _faults(row: Row, known_applicants: Mapping[str, Any]) -> Iterator[str]:
    yield from _wrong_types(row)
    for name in _NEEDED:
        if not str(row.get(name) or "").strip():
            yield f"thiếu {name}"
    code = row.get("code")
    if isinstance(code, str) and code and not CODE.fullmatch(code):
        yield f"mã thủ tục {code!r} không đúng dạng 2.000138"
    if str(row.get("statutory_time_unit") or "") not in UNITS:
        yield f"đơn vị thời hạn {row['statutory_time_unit']!r} không có"
    applicants = row.get("applicants")
    strange = [str(a) for a in applicants if str(a) not in known_applicants] if isinstance(applicants, list) else []
    if strange:
        yield f"đối tượng nộp {', '.join(strange)} không có"


def _wrong_types(row: Row) -> Iterator[str]:
    for name in _TEXTS:
        value = row.get(name)
        if value is not None and (not isinstance(value, str) or len(value) > LONGEST or "\0" in value):
            yield f"{name} phải là chữ, tối đa {LONGEST} ký tự"
    for name in _LISTS:
        value = row.get(name)
        if value is not None and not (isinstance(value, list) and all(_is_words(item) for item in value)):
            yield f"{name} phải là danh sách chữ"
    for name in _COUNTS:
        value = row.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10**12):
            yield f"{name} phải là số nguyên không âm"
    if not isinstance(row.get("field_sources", {}), Mapping):
        yield "field_sources phải là một đối tượng"


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= LONGEST and "\0" not in value


def code_of(row: Row) -> str:
    """The national code, or the row's own stable key."""
    return row.get("code") or own_code(row["name_vi"], row["field_vi"])


def text(row: Row, name: str) -> str:
    return str(row.get(name) or "").strip()


def texts(row: Row, name: str) -> list[str]:
    return [item.strip() for item in row.get(name) or []]
