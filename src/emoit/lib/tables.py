"""Rows of a file that people made elsewhere: CSV with a header, or JSON Lines. Plain Python."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from emoit.lib.working_time import VIET_NAM

MAX_CELL = 5_000_000  # characters


class TableError(ValueError):
    """The file as a whole cannot be read. The message is a sentence for the one who loads it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line where it ends (from 1), its values without blank ones, and what is wrong with the line itself.

    Texts are NFC and stripped. CSV knows only texts; JSON keeps its types.
    """

    line: int
    values: dict[str, Any]
    fault: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the values, however the columns are ordered."""
        written = json.dumps(self.values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(written.encode()).hexdigest()


def read(path: Path, *, required: Iterable[str], optional: Iterable[str] = ()) -> list[Row]:
    """The rows of a `.jsonl` file, or of a CSV file (UTF-8, with or without a byte order mark).

    TableError where it cannot be opened or read, or a CSV lacks a required column or has one that is not known. A line
    that cannot be read by itself is a row with its fault.
    """
    needed, known = list(required), {*required, *optional}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(_lines(file, known) if path.suffix.lower() == ".jsonl" else _cells(file, needed, known))
    except OSError as error:
        raise TableError(f"Không đọc được tệp {path.name}: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise TableError(f"Tệp {path.name} phải dùng bảng mã UTF-8.") from None
    except csv.Error as error:
        raise TableError(f"Tệp {path.name} không phải CSV: {error}.") from None


def read_moment(value: Any) -> datetime:
    """A day or a moment of Viet Nam: `2009-07-31`, `2009-07-31 14:30`, `31/07/2009`. ValueError otherwise."""
    text = str(value)
    if found := re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", text):
        day = date(int(found[3]), int(found[2]), int(found[1]))
        return datetime.combine(day, time(), VIET_NAM)
    moment = datetime.fromisoformat(text)
    return moment.astimezone(VIET_NAM) if moment.tzinfo else moment.replace(tzinfo=VIET_NAM)


def _cells(file: Iterable[str], required: list[str], known: set[str]) -> Iterator[Row]:
    csv.field_size_limit(MAX_CELL)
    reader = csv.DictReader(file)
    header = [name.strip() for name in reader.fieldnames or []]
    if missing := [name for name in required if name not in header]:
        raise TableError(f"Tệp thiếu cột: {', '.join(missing)}.")
    if unknown := sorted(set(header) - known):
        raise TableError(f"Tệp có cột không rõ: {', '.join(unknown)}.")
    reader.fieldnames = header
    for cells in reader:
        if None in cells or None in cells.values():
            yield Row(reader.line_num, {}, "Số ô của dòng không khớp với dòng đầu.")
        else:
            yield _row(reader.line_num, dict(cells), known)


def _lines(file: Iterable[str], known: set[str]) -> Iterator[Row]:
    for number, text in enumerate(file, start=1):
        if not text.strip():
            continue
        try:
            values = json.loads(text) if len(text) <= MAX_CELL else None
        except (ValueError, RecursionError):
            values = None
        if isinstance(values, dict):
            yield _row(number, values, known)
        else:
            yield Row(number, {}, "Dòng này không phải một đối tượng JSON.")


def _row(line: int, values: dict[str, Any], known: set[str]) -> Row:
    if unknown := sorted(set(values) - known):
        return Row(line, {}, f"Cột không rõ: {', '.join(unknown)}.")
    tidy = {name: _tidy(value) for name, value in values.items()}
    if _has_nul(tidy):
        return Row(line, {}, "Dòng này có ký tự không hợp lệ.")
    return Row(line, {name: value for name, value in tidy.items() if value not in (None, "", [], {})})


def _tidy(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).strip()
    if isinstance(value, list):
        return [_tidy(inner) for inner in value]
    if isinstance(value, dict):
        return {str(key): _tidy(inner) for key, inner in value.items()}
    return value


def _has_nul(value: Any) -> bool:
    """A NUL or half of a surrogate pair, which no text of a database can hold."""
    if isinstance(value, str):
        return any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, list):
        return any(map(_has_nul, value))
    return isinstance(value, dict) and any(map(_has_nul, [*value, *value.values()]))
