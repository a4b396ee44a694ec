"""Fields with their values and errors, ready for the widget templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from emoit.forms import parsing
from emoit.forms.rules import pointers
from emoit.forms.rules.messages import figure
from emoit.forms.types import Answers, Field, Option, Page, Widget

_OPTIONAL = {"vi": " (không bắt buộc)", "en": " (optional)"}
_YES_NO = {
    "vi": (Option("yes", "Có"), Option("no", "Không")),
    "en": (Option("yes", "Yes"), Option("no", "No")),
}
_PARTS = {"vi": ("Ngày", "Tháng", "Năm"), "en": ("Day", "Month", "Year")}
_WORDS = {
    "vi": {"error": "Lỗi:", "choose": "— Chọn —", "remove": "Xóa", "count": "Tối đa %{count} ký tự"},
    "en": {"error": "Error:", "choose": "— Select —", "remove": "Remove", "count": "At most %{count} characters"},
}


@dataclass(frozen=True, slots=True)
class Choice:
    id: str
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class DatePart:
    id: str
    name: str
    label: str
    value: str
    width: str


@dataclass(frozen=True, slots=True)
class Row:
    index: int
    title: str
    id: str
    remove: str
    remove_label: str
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Control:
    """One field as its template needs it. `template` names the partial; `described` fills aria-describedby."""

    field: Field
    template: str
    id: str
    name: str
    label: str
    value: str
    error: str
    described: str
    words: Mapping[str, str]
    choices: tuple[Choice, ...] = ()
    parts: tuple[DatePart, ...] = ()
    rows: tuple[Row, ...] = ()
    add: str = ""

    @property
    def width_class(self) -> str:
        width = self.field.width
        if not width:
            return ""
        return f"govuk-input--width-{width}" if width.isdecimal() else f"govuk-!-width-{width}"

    @property
    def inputmode(self) -> str:
        if self.field.widget in {Widget.MONEY, Widget.TAX_CODE}:
            return "numeric"
        return "decimal" if self.field.widget is Widget.NUMBER else ""

    @property
    def type(self) -> str:
        return {Widget.EMAIL: "email", Widget.PHONE: "tel"}.get(self.field.widget, "text")

    @property
    def count_text(self) -> str:
        return self.words["count"].replace("%{count}", figure(self.field.max_length or 0))


def controls(page: Page, fields: tuple[Field, ...], answers: Answers, errors: Mapping[str, str]) -> list[Control]:
    return [_control(f, f.pointer, pointers.get(answers, f.pointer), errors, page.language) for f in fields]


def _control(field: Field, pointer: str, value: Any, errors: Mapping[str, str], language: str) -> Control:
    value = None if value is pointers.MISSING else value
    at, name, error = parsing.id_of(pointer), parsing.name_of(pointer), errors.get(pointer, "")
    described = [f"{at}-hint"] * bool(field.hint) + [f"{at}-error"] * bool(error)
    if field.widget is Widget.TEXTAREA and field.max_length:
        described.append(f"{at}-info")
    is_optional = not field.required and field.widget is not Widget.CHECKBOX
    return Control(
        field=field,
        template=f"forms/widgets/{_TEMPLATE.get(field.widget, 'text')}.html",
        id=at,
        name=name,
        label=field.label + (_OPTIONAL[language] if is_optional else ""),
        value=_written(value),
        error=error,
        described=" ".join(described),
        words=_WORDS[language],
        choices=_choices(field, at, value, language),
        parts=_date_parts(at, name, value, language) if field.widget is Widget.DATE else (),
        rows=_rows(field, pointer, value, errors, language) if field.widget is Widget.REPEAT else (),
        add=f"add:{name}" if field.widget is Widget.REPEAT else "",
    )


_TEMPLATE = {
    Widget.TEXTAREA: "textarea",
    Widget.DATE: "date",
    Widget.SELECT: "select",
    Widget.RADIOS: "radios",
    Widget.YES_NO: "radios",
    Widget.CHECKBOXES: "checkboxes",
    Widget.CHECKBOX: "checkbox",
    Widget.REPEAT: "repeat",
}


def _written(value: Any) -> str:
    """The answer as it stands in the control: figures as Vietnamese write them."""
    if value is None or isinstance(value, bool | list | dict):
        return ""
    return figure(value) if isinstance(value, int | float) else str(value)


def _choices(field: Field, at: str, value: Any, language: str) -> tuple[Choice, ...]:
    options = _YES_NO[language] if field.widget is Widget.YES_NO else field.options
    if field.widget is Widget.CHECKBOX:
        options = (Option("yes", field.label),)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    chosen = set(map(str, value)) if isinstance(value, list) else {str(value)}
    return tuple(
        Choice(at if n == 0 else f"{at}-{n}", option.value, option.label, option.value in chosen)
        for n, option in enumerate(options)
    )


def _date_parts(at: str, name: str, value: Any, language: str) -> tuple[DatePart, ...]:
    try:
        day = date.fromisoformat(str(value))
        typed = [str(day.day), str(day.month), str(day.year)]
    except ValueError:
        typed = [*str(value or "").split("/"), "", "", ""][:3]
    keys, widths = ("day", "month", "year"), ("2", "2", "4")
    return tuple(
        DatePart(f"{at}-{key}", f"{name}-{key}", label, text, width)
        for key, label, text, width in zip(keys, _PARTS[language], typed, widths, strict=True)
    )


def _rows(group: Field, pointer: str, value: Any, errors: Mapping[str, str], language: str) -> tuple[Row, ...]:
    """The rows with their controls, at least as many as must be given (one blank row to begin with)."""
    rows = [row if isinstance(row, dict) else {} for row in value] if isinstance(value, list) else []
    rows += [{} for _ in range(max(group.min_items, 1) - len(rows))]
    name = parsing.name_of(pointer)
    made = []
    for index, row in enumerate(rows):
        title = f"{group.row_label} {index + 1}"
        inner = tuple(
            _control(c, f"{pointer}/{index}{c.pointer}", pointers.get(row, c.pointer), errors, language)
            for c in group.fields
        )
        label = f"{_WORDS[language]['remove']} {title[:1].lower()}{title[1:]}"
        made.append(Row(index, title, f"{parsing.id_of(pointer)}-{index}", f"remove:{name}:{index}", label, inner))
    return tuple(made)
