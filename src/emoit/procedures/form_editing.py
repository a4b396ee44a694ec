"""Changing a form's fields one at a time: schema and layout together, so that they keep fitting. Pure.

Every function takes a form ({"schema", "layout"}) and gives another; the argument is not changed. Fields inside a
repeat, conditions and rules are changed in the files of the form.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

from emoit.forms.rules.pointers import split
from emoit.kernel.access import NotFound, Refusal
from emoit.lib.saying import Both, say, vi
from emoit.lib.vietnamese import fold
from emoit.procedures.types import FormField, FormPage

Json = dict[str, Any]
ADDED = "more"  # the object of the answers that holds the fields added on screen
SIMPLE = {"text": vi("Chữ"), "number": vi("Số"), "date": vi("Ngày"), "choice": vi("Chọn một")}
_WIDGETS = {"text": "text", "number": "number", "date": "date", "choice": "radios"}
_MOST_OPTIONS = 100
_MOST_PAGES = 30


def placed(form: Json) -> Iterator[tuple[Json, Json, list[Json], int]]:
    """(page, field, the list that holds it, its place there) for every field, in order."""
    for page in form["layout"]["pages"]:
        for section in page["sections"]:
            for n, field in enumerate(section["fields"]):
                yield page, field, section["fields"], n


def pages(form: Json) -> list[FormPage]:
    """The pages with their fields, as lists of them are shown."""
    made = []
    for page in form["layout"]["pages"]:
        fields = [_field(form, field) for section in page["sections"] for field in section["fields"]]
        made.append(FormPage(str(page.get("key", "")), _vi(page.get("title")), tuple(fields)))
    return made


def _field(form: Json, field: Json) -> FormField:
    pointer = str(field.get("at", ""))
    try:
        required = is_required(form, pointer)
    except Refusal:
        required = False
    words = {name: field[name] for name in ("label", "hint", "help") if isinstance(field.get(name), dict)}
    return FormField(pointer, _vi(field.get("label")), str(field.get("widget", "")), required, words)


def _vi(text: Any) -> str:
    return Both(str(text.get("vi", "")), str(text.get("en") or "")) if isinstance(text, dict) else str(text or "")


def found(form: Json, pointer: str) -> Json:
    """The field of the layout that asks for that answer. NotFound if none does."""
    for _, field, _, _ in placed(form):
        if field.get("at") == pointer:
            return field
    raise NotFound("Tờ khai không có trường này.")


def is_required(form: Json, pointer: str) -> bool:
    parent, name = _parent(form["schema"], pointer)
    return name in parent.get("required", [])


def add(form: Json, *, page: str, kind: str, label: Json, required: bool, options: list[Json]) -> Json:
    """A new simple field at the end of a page. `options` are the labels ({"vi", "en"}) of a choice.

    Refusal for an unknown page or kind, a choice with fewer than two options, or words that make no name.
    """
    made = copy.deepcopy(form)
    target = next((p for p in made["layout"]["pages"] if p.get("key") == page), None)
    if target is None or kind not in SIMPLE:
        raise NotFound("Không có trang hoặc kiểu trường này.")
    if kind == "choice" and not 2 <= len(options) <= _MOST_OPTIONS:
        raise Refusal(
            say("Trường chọn cần từ 2 đến {most} mục.", most=_MOST_OPTIONS),
            code="options",
            fields={"options": "Ghi ít nhất hai mục chọn."},
        )
    holder = (
        made["schema"]
        .setdefault("properties", {})
        .setdefault(ADDED, {"type": "object", "additionalProperties": False, "required": [], "properties": {}})
    )
    name = _free(str(label["vi"]), holder["properties"])
    node, field = _simple(kind, options)
    holder["properties"][name] = node
    if required:
        holder.setdefault("required", []).append(name)
    target["sections"][-1]["fields"].append(
        {"at": f"/{ADDED}/{name}", "widget": _WIDGETS[kind], "label": label, **field}
    )
    return made


def add_page(form: Json, title: Json) -> Json:
    """A page without fields before the last one, which is where applicants promise; its key is made of its title."""
    made = copy.deepcopy(form)
    listed = made["layout"]["pages"]
    if len(listed) >= _MOST_PAGES:
        raise Refusal(say("Tờ khai có nhiều nhất {most} trang.", most=_MOST_PAGES), code="pages")
    key = _free(str(title["vi"]), {str(page.get("key", "")).replace("-", "_"): page for page in listed})
    listed.insert(max(len(listed) - 1, 0), {"key": key.replace("_", "-"), "title": title, "sections": [{"fields": []}]})
    return made


def _simple(kind: str, options: list[Json]) -> tuple[Json, Json]:
    """(its schema, what its field in the layout has besides)."""
    if kind == "number":
        return {"type": "number", "minimum": 0, "maximum": 10**12}, {}
    if kind == "date":
        return {"type": "string", "format": "date"}, {
            "hint": {"vi": vi("Ví dụ 12/05/2026"), "en": "For example 12/05/2026"}
        }
    if kind == "text":
        return {"type": "string", "minLength": 1, "maxLength": 500}, {}
    values: Json = {}
    for option in options:
        values[_free(str(option["vi"]), values)] = option
    return {"type": "string", "enum": list(values)}, {
        "options": [{"value": value, "label": option} for value, option in values.items()]
    }


def _free(words: str, taken: Json) -> str:
    """A name made of the words, that is not taken yet."""
    base = re.sub(r"[^a-z0-9]+", "_", fold(words)).strip("_")[:36].strip("_")
    if not base or not base[0].isalpha():
        base = f"f_{base}".rstrip("_")
    name, n = base, 2
    while name in taken:
        name, n = f"{base}_{n}", n + 1
    return name


def change(form: Json, pointer: str, *, words: Json, required: bool) -> Json:
    """The field with other words: label, hint, help ({"vi", "en"}; None takes one away), and required or not."""
    made = copy.deepcopy(form)
    field = found(made, pointer)
    for name in ("label", "hint", "help"):
        if words.get(name):
            field[name] = words[name]
        elif name in words:
            field.pop(name, None)
    _require(made["schema"], pointer, required)
    return made


def _require(schema: Json, pointer: str, required: bool) -> None:
    parent, name = _parent(schema, pointer)
    names = [n for n in parent.get("required", []) if n != name]
    if required:
        names.append(name)
    if set(names) != set(parent.get("required", [])):
        parent["required"] = names


def _parent(schema: Json, pointer: str) -> tuple[Json, str]:
    *way, name = split(pointer)
    node = schema
    for part in way:
        node = node.get("properties", {}).get(part, {})
        if "$ref" in node:
            raise Refusal("Trường này dùng chung định nghĩa: sửa trong tệp của tờ khai.", code="shared")
    if name not in node.get("properties", {}):
        raise NotFound("Tờ khai không có trường này.")
    return node, name


def move(form: Json, pointer: str, steps: int) -> Json:
    """The field so many places further down its section (up: negative); it stays within."""
    made = copy.deepcopy(form)
    for _, field, fields, n in placed(made):
        if field.get("at") == pointer:
            fields.insert(min(max(n + steps, 0), len(fields) - 1), fields.pop(n))
            return made
    raise NotFound("Tờ khai không có trường này.")


def remove(form: Json, pointer: str) -> Json:
    """The form without the field. A section or page that it leaves empty goes too; the rules that look at it stay, and
    the linter names them."""
    made = copy.deepcopy(form)
    parent, name = _parent(made["schema"], pointer)
    del parent["properties"][name]
    parent["required"] = [n for n in parent.get("required", []) if n != name]
    _drop_empty(made["schema"], split(pointer)[:-1])
    for _, field, fields, n in list(placed(made)):
        if field.get("at") == pointer:
            del fields[n]
            break
    for page in made["layout"]["pages"]:
        page["sections"] = [section for section in page["sections"] if section["fields"]]
    made["layout"]["pages"] = [page for page in made["layout"]["pages"] if page["sections"]]
    return made


def _drop_empty(schema: Json, way: list[str]) -> None:
    while way:
        above = schema
        for part in way[:-1]:
            above = above["properties"][part]
        if above["properties"][way[-1]].get("properties"):
            return
        del above["properties"][way[-1]]
        above["required"] = [n for n in above.get("required", []) if n != way[-1]]
        way = way[:-1]
