"""Answers as a person reads them."""

from __future__ import annotations

from datetime import date
from typing import Any

from emoit.forms.rules.messages import figure
from emoit.forms.rules.reading import say
from emoit.forms.types import Field, Widget

_WORDS = {
    True: {"vi": "Có", "en": "Yes"},
    False: {"vi": "Không", "en": "No"},
    None: {"vi": "Chưa khai", "en": "Not given"},
}


def show(field: Field, value: Any, language: str) -> str:
    """One answer: `60.000 đ`, `12/05/2026`, the label of a choice, `Có`; a value of a wrong type as it stands."""
    if value in (None, "", []):
        return _WORDS[None][language]
    if isinstance(value, bool):
        return _WORDS[value][language]
    if isinstance(value, int | float):
        return " ".join(part for part in (figure(value), field.suffix) if part)
    if isinstance(value, list):
        return "\n".join(_choice(field, str(item)) for item in value)
    if field.widget is Widget.DATE:
        return _date(str(value))
    return _choice(field, str(value))


def show_row(group: Field, row: dict[str, Any], language: str) -> str:
    """A row of a repeat, one line per answer."""
    lines = []
    for column in group.fields:
        value = row.get(column.pointer.removeprefix("/"))
        if value not in (None, "", []):
            lines.append(f"{column.label}: {show(column, value, language)}")
    return "\n".join(lines) or say(_WORDS[None], language)


def _date(value: str) -> str:
    try:
        return date.fromisoformat(value).strftime("%d/%m/%Y")
    except ValueError:
        return value


def _choice(field: Field, value: str) -> str:
    return next((option.label for option in field.options if option.value == value), value)
