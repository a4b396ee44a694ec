"""From layout and schema to pages and fields in one language. Expects a form that `check_form` found clean."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from emoit.forms.rules import schemas
from emoit.forms.types import Field, Form, Json, Option, Page, Section, Widget

_AUTOCOMPLETE = {Widget.EMAIL: "email", Widget.PHONE: "tel"}
_WIDTH = {Widget.TAX_CODE: "20", Widget.PHONE: "20", Widget.NUMBER: "10", Widget.MONEY: "20"}


def say(text: Any, language: str) -> str:
    """The words in that language, Vietnamese where there are no others. A plain string is for every language."""
    if isinstance(text, str):
        return text
    if isinstance(text, dict):
        return str(text.get(language) or text.get("vi", ""))
    return ""


def known_fields(schema: Json) -> dict[str, tuple[Json, bool]]:
    """Pointer -> (sub-schema, required)."""
    return {pointer: (node, required) for pointer, node, required in schemas.leaves(schema)}


@lru_cache(maxsize=1024)
def read_pages(form: Form, language: str) -> tuple[Page, ...]:
    """The pages of a form, read once: what a form was read from is not changed afterwards."""
    known = known_fields(schemas.expand(form.schema))
    return tuple(
        Page(
            key=page["key"],
            title=say(page["title"], language),
            help=say(page.get("help"), language),
            sections=tuple(_section(section, known, language) for section in page["sections"]),
            language=language,
            show_when=page.get("show_when"),
        )
        for page in form.layout["pages"]
    )


def _section(section: Json, known: dict[str, tuple[Json, bool]], language: str) -> Section:
    fields = tuple(read_field(field, *known[field["at"]], language) for field in section["fields"])
    return Section(say(section.get("title"), language), say(section.get("help"), language), fields)


def read_field(field: Json, node: Json, required: bool, language: str) -> Field:
    widget = Widget(field["widget"])
    inner = known_fields(node["items"]) if widget is Widget.REPEAT else {}
    return Field(
        pointer=field["at"],
        widget=widget,
        label=say(field["label"], language),
        hint=say(field.get("hint"), language),
        help=say(field.get("help"), language),
        ask=say(field.get("ask"), language),
        mismatch=say(field.get("mismatch"), language),
        width=field.get("width") or _WIDTH.get(widget, ""),
        prefix=say(field.get("prefix"), language),
        suffix=say(field.get("suffix"), language) or ("đ" if widget is Widget.MONEY else ""),
        autocomplete=field.get("autocomplete") or _AUTOCOMPLETE.get(widget, ""),
        rows=int(field.get("rows", 5)),
        required=required,
        personal=node.get("x-personal") is True,
        kind=node["type"],
        max_length=node.get("maxLength"),
        options=tuple(Option(o["value"], say(o["label"], language)) for o in field.get("options", ())),
        prefill=field.get("prefill", ""),
        show_when=field.get("show_when"),
        row_label=say(field.get("row_label"), language),
        add_label=say(field.get("add_label"), language),
        min_items=node.get("minItems", 0),
        max_items=node.get("maxItems", 0),
        fields=tuple(read_field(f, *inner[f["at"]], language) for f in field.get("fields", ())),
    )
