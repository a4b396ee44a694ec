"""From what a browser posts to typed answers.

Names are the pointer with dots: `/programme/name` is `programme.name`, row 2 of `/prizes` has `prizes.2.title`, a date
has `…-day`, `…-month`, `…-year`. What cannot be read as its type stays as typed, so that it can be shown again and
`validate` can say what is wrong with it; what is blank is left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from emoit.forms.rules import pointers
from emoit.forms.rules.schemas import MAX_ITEMS
from emoit.forms.types import Answers, Field, Page, Widget

REPEAT_BUTTON = "_repeat"
_GROUPED = re.compile(r"(-?)([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,([0-9]+))?")
_DATE = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MAX_DIGITS = 15
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Posted(Protocol):
    """A QueryDict, or anything like it."""

    def get(self, key: str, default: Any = None, /) -> Any: ...
    def getlist(self, key: str, /) -> list[Any]: ...
    def __iter__(self) -> Any: ...


def name_of(pointer: str) -> str:
    return ".".join(pointers.split(pointer))


def id_of(pointer: str) -> str:
    return "f-" + "-".join(pointers.split(pointer)).replace("_", "-")


def read_text(raw: object) -> str:
    """NFC, without blanks at the ends, without control characters but line breaks, and without the marks that turn the
    direction of what follows: a name must not be able to reorder the page or the document around it."""
    text = unicodedata.normalize("NFC", str(raw)).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        c for c in text if c in "\n\t" or (unicodedata.category(c) not in {"Cc", "Cs"} and c not in _TURNS)
    ).strip()


def read_number(text: str) -> int | float | str:
    """`1.000.000` is a million, `12,5` twelve and a half; anything else stays as typed. At most 15 digits."""
    bare = re.sub(r"[\s\u00a0]+", "", re.sub(r"(?i)\s*(đồng|vnđ|vnd|đ|kg)$", "", text))
    match = _GROUPED.fullmatch(bare)
    if match is None or sum(c.isdigit() for c in bare) > _MAX_DIGITS:
        return text
    sign, whole, part = match[1], match[2].replace(".", ""), match[3]
    return float(f"{sign}{whole}.{part}") if part and part.strip("0") else int(sign + whole)


def read_date(text: str) -> str:
    """ISO 8601 of `12/05/2026`; a date that does not exist stays as typed."""
    match = _DATE.fullmatch(text)
    if match is None:
        return text
    try:
        return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
    except ValueError:
        return text


def _posted_date(posted: Posted, name: str) -> str:
    parts = [read_text(posted.get(f"{name}-{part}") or "") for part in ("day", "month", "year")]
    if not any(parts):
        return read_date(read_text(posted.get(name) or ""))
    return read_date("/".join(parts))


def _scalar(field: Field, posted: Posted, name: str) -> Any:
    """The typed answer, or "" for none."""
    if field.widget is Widget.DATE:
        return _posted_date(posted, name)
    if field.widget is Widget.CHECKBOXES:
        return [read_text(value) for value in posted.getlist(name) if read_text(value)] or ""
    text = read_text(posted.get(name) or "")
    if field.widget in {Widget.NUMBER, Widget.MONEY}:
        return read_number(text)
    if field.widget in {Widget.YES_NO, Widget.CHECKBOX}:
        return {"yes": True, "no": False}.get(text, text)
    if field.widget is Widget.TAX_CODE:
        return re.sub(r"\s", "", text)
    return text


def _rows(field: Field, posted: Posted, name: str) -> list[Answers]:
    """Every row that was posted, blank ones too, in order."""
    found = {
        int(match[1])
        for key in posted
        if (match := re.match(re.escape(name) + r"\.([0-9]{1,3})\.", key)) and int(match[1]) < 2 * MAX_ITEMS
    }
    rows = []
    for index in range(max(found) + 1 if found else 0):
        row: Answers = {}
        for column in field.fields:
            value = _scalar(column, posted, f"{name}.{index}.{name_of(column.pointer)}")
            if value != "":
                pointers.put(row, column.pointer, value)
        rows.append(row)
    return rows


def _button(posted: Posted) -> tuple[str, str, int]:
    """(verb, name of the group, index) of the pressed button; ("", "", 0) if another was pressed."""
    match = re.fullmatch(r"(add|remove):([a-z0-9_.]{1,300}?)(?::([0-9]{1,3}))?", str(posted.get(REPEAT_BUTTON) or ""))
    return (match[1], match[2], int(match[3] or 0)) if match else ("", "", 0)


def parse(page: Page, posted: Posted) -> Answers:
    answers: Answers = {}
    verb, group, index = _button(posted)
    for field in page.fields:
        name = name_of(field.pointer)
        if field.widget is not Widget.REPEAT:
            value = _scalar(field, posted, name)
        else:
            rows = _rows(field, posted, name)
            if (verb, group) == ("remove", name) and index < len(rows):
                del rows[index]
            rows = [row for row in rows if row]
            if (verb, group) == ("add", name) and len(rows) < field.max_items:
                rows.append({})
            value = rows or ""
        if value != "":
            pointers.put(answers, field.pointer, value)
    return answers


def lookup(sources: Mapping[str, Any], path: str) -> Any:
    """`party.name` in {"party": {"name": …}}, also through attributes of frozen values; None if absent."""
    value: Any = sources
    for part in path.split("."):
        if part.startswith("_"):
            return None
        value = value.get(part) if isinstance(value, Mapping) else getattr(value, part, None)
    return value
