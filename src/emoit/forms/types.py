"""What a form is made of. A form is data: JSON Schema 2020-12 for the answers, a layout for the screens."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Answers = dict[str, Any]


class Widget(enum.StrEnum):
    TEXT = "text"
    TEXTAREA = "textarea"
    NUMBER = "number"
    MONEY = "money"  # whole đồng
    DATE = "date"  # stored as ISO 8601, shown as 12/05/2026
    SELECT = "select"
    RADIOS = "radios"
    CHECKBOXES = "checkboxes"  # several of a list
    CHECKBOX = "checkbox"  # one statement to be confirmed
    YES_NO = "yes_no"
    TAX_CODE = "tax_code"
    PHONE = "phone"
    EMAIL = "email"
    REPEAT = "repeat"  # rows of the same fields


@dataclass(frozen=True, slots=True)
class Form:
    """`schema` judges the answers, `layout` says how they are asked. Both are JSON; see docs of `rules.check_form`."""

    schema: Json
    layout: Json

    def __hash__(self) -> int:
        """Of the names alone: forms are kept by what they are, and compared whole."""
        return hash((tuple(self.schema.get("properties", ())), len(self.layout.get("pages", ()))))


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault of a form or of a procedure's document. `path` is a JSON pointer into it, `code` is for programs."""

    path: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question, in one language.

    `pointer` is where the answer stands; inside a repeat it is relative to the row. `prefill` is a dotted path into
    the sources given to `queries.prefill`. `width` is a govuk-frontend width ("2", "10", "two-thirds", …).
    """

    pointer: str
    widget: Widget
    label: str
    hint: str = ""
    help: str = ""
    ask: str = ""
    mismatch: str = ""
    width: str = ""
    prefix: str = ""
    suffix: str = ""
    autocomplete: str = ""
    rows: int = 5
    required: bool = False
    personal: bool = False
    kind: str = "string"
    max_length: int | None = None
    options: tuple[Option, ...] = ()
    prefill: str = ""
    show_when: Json | None = None
    row_label: str = ""
    add_label: str = ""
    min_items: int = 0
    max_items: int = 0
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    help: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Page:
    key: str
    title: str
    help: str
    sections: tuple[Section, ...]
    language: str = "vi"
    show_when: Json | None = None

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for section in self.sections for field in section.fields)


@dataclass(frozen=True, slots=True)
class SummarySection:
    """One page's answers for "check your answers". A row is (label, display); a display may hold line breaks."""

    title: str
    page_key: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """One answer that was another one before, both as text. A display may hold line breaks."""

    pointer: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the applicant should know before submitting; it does not make the answers wrong."""

    pointer: str
    message: str
