"""The linter of forms: the gate before a form may be used."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from emoit.forms.rules import conditions, crossfield, schemas
from emoit.forms.rules.reading import known_fields
from emoit.forms.rules.shapes import misshapen as misshapen_in
from emoit.forms.types import Form, Json, Problem, Widget
from emoit.lib.saying import listed, say, vi

_PAGE = {"key", "title", "help", "show_when", "sections"}
_SECTION = {"title", "help", "fields"}
_FIELD = {
    "at", "widget", "label", "hint", "help", "ask", "mismatch", "width", "prefix", "suffix", "autocomplete", "rows",
    "options", "prefill", "show_when", "row_label", "add_label", "fields", "source", "unverified", "reason",
}  # fmt: skip
_TEXTS = ("title", "label", "hint", "help", "ask", "mismatch", "prefix", "suffix", "row_label", "add_label", "message")
_WIDTHS = {"", "2", "3", "4", "5", "10", "20", "30", "full", "three-quarters", "two-thirds", "one-half", "one-third"}
MAX_RULES = 200
_LAYOUT = {"pages", "rules", "source"}
_CHOICES = {Widget.SELECT, Widget.RADIOS, Widget.CHECKBOXES}
_FITS = {
    Widget.TEXT: {"string"}, Widget.TEXTAREA: {"string"}, Widget.NUMBER: {"integer", "number"},
    Widget.MONEY: {"integer"}, Widget.DATE: {"string"}, Widget.SELECT: {"string"}, Widget.RADIOS: {"string"},
    Widget.CHECKBOXES: {"array"}, Widget.CHECKBOX: {"boolean"}, Widget.YES_NO: {"boolean"},
    Widget.TAX_CODE: {"string"}, Widget.PHONE: {"string"}, Widget.EMAIL: {"string"}, Widget.REPEAT: {"array"},
}  # fmt: skip


def check_form(form: Form) -> list[Problem]:
    """Every fault of the form; empty when it may be published.

    The schema is a closed and bounded subset of JSON Schema 2020-12 (see `schemas`), at most 8 levels deep and 500
    fields; every field stands on exactly one page, by a widget that fits its type, with its words in Vietnamese and
    English; conditions look only at earlier pages; rules are of the known kinds and look at fields that exist.
    """
    schema, problems = schemas.check_schema(form.schema)
    problems = [Problem("/schema" + p.path, p.code, p.message) for p in problems]
    if schema is None or problems:
        return problems
    if not isinstance(form.layout, dict) or not schemas.measure(form.layout, depth=16, nodes=100_000):
        return [Problem("/layout", "layout", vi("Bố cục phải là một đối tượng JSON vừa phải."))]
    if len(json.dumps(form.layout)) > schemas.MAX_BYTES:
        return [Problem("/layout", "too_large", say("Bố cục dài quá {most} ký tự.", most=schemas.MAX_BYTES))]
    misshapen = [
        Problem(f"/layout{path}", "shape", vi("Phần này có kiểu dữ liệu sai.")) for path in misshapen_in(form.layout)
    ]
    return misshapen or list(_Layout(schema, form.layout).problems())


class _Layout:
    def __init__(self, schema: Json, layout: Json) -> None:
        self.layout = layout
        self.known = known_fields(schema)
        self.nodes = _nodes(self.known)
        self.placed: dict[str, int] = {}

    def problems(self) -> Iterator[Problem]:
        yield from _unknown_keys(self.layout, _LAYOUT, "/layout")
        pages = self.layout.get("pages")
        if not isinstance(pages, list) or not pages:
            yield Problem("/layout/pages", "pages", vi("Biểu mẫu phải có ít nhất một trang."))
            return
        keys: set[str] = set()
        for number, page in enumerate(pages):
            path = f"/layout/pages/{number}"
            if not isinstance(page, dict) or not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", str(page.get("key", ""))):
                yield Problem(path, "page_key", vi("Trang phải có key gồm chữ thường, số và gạch nối."))
                continue
            if page["key"] in keys:
                yield Problem(path, "page_key", say("Hai trang cùng có key “{what}”.", what=page["key"]))
            keys.add(page["key"])
            yield from self.page(page, path, number)
        unplaced = [pointer for pointer in self.known if pointer not in self.placed]
        used = self.used() if unplaced else set()
        for pointer in unplaced:
            if pointer in used:
                yield Problem(
                    "/schema", "not_in_layout", say("Trường {pointer} không có trên trang nào.", pointer=pointer)
                )
            else:
                yield Problem(
                    "/schema",
                    "unused_field",
                    say("Trường {pointer} không hiện ở đâu và không ai dùng.", pointer=pointer),
                )
        yield from self.rules()

    def page(self, page: Json, path: str, number: int) -> Iterator[Problem]:
        yield from _unknown_keys(page, _PAGE, path)
        yield from _texts(page, path, needed={"title"})
        yield from self.condition(page, path)
        sections = page.get("sections")
        if not isinstance(sections, list) or not sections:
            yield Problem(f"{path}/sections", "sections", vi("Trang phải có ít nhất một phần."))
            return
        found: dict[str, int] = {}
        for s, section in enumerate(sections):
            at = f"{path}/sections/{s}"
            if not isinstance(section, dict) or not isinstance(section.get("fields"), list) or not section["fields"]:
                yield Problem(at, "fields", vi("Phần phải có ít nhất một trường."))
                continue
            yield from _unknown_keys(section, _SECTION, at)
            yield from _texts(section, at)
            for f, field in enumerate(section["fields"]):
                yield from self.field(field, f"{at}/fields/{f}", self.known, found, number)
                if isinstance(field, dict) and conditions.contradict(page.get("show_when"), field.get("show_when")):
                    yield Problem(f"{at}/fields/{f}/show_when", "unreachable", vi("Không bao giờ hiện trên trang này."))
        self.placed |= found

    def field(
        self, field: Any, path: str, known: dict[str, tuple[Json, bool]], found: dict[str, int], number: int
    ) -> Iterator[Problem]:
        if not isinstance(field, dict) or field.get("at") not in known:
            yield Problem(path, "not_in_schema", vi("Trường này không có trong lược đồ."))
            return
        if field["at"] in found or (known is self.known and field["at"] in self.placed):
            yield Problem(path, "placed_twice", say("Trường {what} đứng hai chỗ.", what=field["at"]))
        found[field["at"]] = number
        yield from _unknown_keys(field, _FIELD, path)
        yield from _texts(field, path, needed={"label"})
        yield from self.condition(field, path)
        if field.get("width", "") not in _WIDTHS:
            yield Problem(f"{path}/width", "width", vi("Độ rộng này không có."))
        node = known[field["at"]][0]
        if field.get("widget") not in list(Widget):
            yield Problem(f"{path}/widget", "widget", vi("Kiểu ô nhập này không có."))
            return
        yield from _fit(field, node, path)
        if field["widget"] == Widget.REPEAT and node["items"]["type"] == "object":
            yield from self.repeat(field, node, path, number)

    def repeat(self, field: Json, node: Json, path: str, number: int) -> Iterator[Problem]:
        yield from _texts(field, path, needed={"row_label", "add_label"})
        inner = known_fields(node["items"])
        found: dict[str, int] = {}
        for f, column in enumerate(field.get("fields", ())):
            yield from self.field(column, f"{path}/fields/{f}", inner, found, number)
            if isinstance(column, dict) and ("show_when" in column or "prefill" in column):
                yield Problem(f"{path}/fields/{f}", "row_condition", vi("Trường trong dòng không có điều kiện riêng."))
        for pointer in inner.keys() - found.keys():
            yield Problem(
                path, "not_in_layout", say("Trường {pointer} của dòng không có trong bố cục.", pointer=pointer)
            )

    def condition(self, thing: Json, path: str) -> Iterator[Problem]:
        if "show_when" not in thing:
            return
        if not conditions.is_wellformed(thing["show_when"]):
            yield Problem(f"{path}/show_when", "condition", vi("Điều kiện không đúng dạng."))
            return
        for pointer in conditions.asks(thing["show_when"]):
            if pointer not in self.placed:
                yield Problem(
                    f"{path}/show_when",
                    "condition",
                    say("Điều kiện phải dựa vào trang trước: {pointer}.", pointer=pointer),
                )
        for pointer in conditions.impossible(thing["show_when"], self.nodes):
            yield Problem(
                f"{path}/show_when",
                "unreachable",
                say("Không câu trả lời nào ở {pointer} thỏa điều kiện này.", pointer=pointer),
            )

    def rules(self) -> Iterator[Problem]:
        if len(self.layout.get("rules", ())) > MAX_RULES:
            yield Problem("/layout/rules", "too_many_rules", say("Có tối đa {most} quy tắc.", most=MAX_RULES))
            return
        for number, rule in enumerate(self.layout.get("rules", ())):
            path = f"/layout/rules/{number}"
            if not isinstance(rule, dict) or rule.get("kind") not in crossfield.ARGUMENTS:
                yield Problem(path, "rule_kind", vi("Loại quy tắc này không có."))
                continue
            yield from _unknown_keys(rule, crossfield.ARGUMENTS[rule["kind"]].keys() | crossfield.COMMON, path)
            yield from _texts(rule, path, needed={"message"})
            if rule.get("severity", "error") not in {"error", "notice"}:
                yield Problem(f"{path}/severity", "severity", vi("severity là error hoặc notice."))
            yield from self.rule_condition(rule, path)
            missing = crossfield.missing(rule)
            if missing:
                yield Problem(path, "rule_field", say("Quy tắc thiếu {names}.", names=listed(missing)))
                continue
            row = self.nodes.get(str(rule.get("items")), {}).get("items", {})
            columns = _nodes(known_fields(row)) if row.get("type") == "object" else {}
            for name, words in crossfield.misused(rule, self.nodes, columns):
                yield Problem(f"{path}/{name}", "rule_field", words)

    def rule_condition(self, rule: Json, path: str) -> Iterator[Problem]:
        if "when" not in rule:
            return
        if not conditions.is_wellformed(rule["when"]):
            yield Problem(f"{path}/when", "condition", vi("Điều kiện không đúng dạng."))
            return
        for pointer in conditions.asks(rule["when"]):
            if pointer not in self.nodes:
                yield Problem(
                    f"{path}/when", "condition", say("Điều kiện dựa vào trường không có: {pointer}.", pointer=pointer)
                )
        for pointer in conditions.impossible(rule["when"], self.nodes):
            yield Problem(
                f"{path}/when",
                "unreachable",
                say("Không câu trả lời nào ở {pointer} thỏa điều kiện này.", pointer=pointer),
            )

    def used(self) -> set[str]:
        """The fields that a rule or a condition looks at."""
        rules = [rule for rule in self.layout.get("rules", ()) if rule.get("kind") in crossfield.ARGUMENTS]
        asked = [rule.get("when") for rule in rules]
        for page in self.layout["pages"]:
            asked += [page.get("show_when")]
            asked += [f.get("show_when") for section in page.get("sections", ()) for f in section.get("fields", ())]
        looked_at = {pointer for rule in rules for pointer in crossfield.looks_at(rule)}
        return looked_at | {p for when in asked if conditions.is_wellformed(when) for p in conditions.asks(when)}


def _nodes(known: dict[str, tuple[Json, bool]]) -> dict[str, Json]:
    return {pointer: node for pointer, (node, _) in known.items()}


def _fit(field: Json, node: Json, path: str) -> Iterator[Problem]:
    """The widget can show and read what the schema asks for."""
    widget = Widget(field["widget"])
    if node["type"] not in _FITS[widget]:
        yield Problem(
            f"{path}/widget", "widget", say("Ô {widget} không dùng được cho {what}.", widget=widget, what=node["type"])
        )
        return
    if (widget is Widget.DATE) != (node.get("format") == "date"):
        yield Problem(f"{path}/widget", "widget", vi("Ô ngày và format date đi cùng nhau."))
    if widget is Widget.CHECKBOX and node.get("const") is not True:
        yield Problem(f"{path}/widget", "widget", vi("Ô xác nhận cần const: true; câu hỏi có/không dùng yes_no."))
    if widget is Widget.REPEAT and node["items"].get("type") != "object":
        yield Problem(f"{path}/widget", "widget", vi("Nhóm lặp cần các dòng là đối tượng."))
    if widget not in _CHOICES:
        if "enum" in node:
            yield Problem(f"{path}/widget", "widget", vi("Trường có enum phải dùng select, radios hoặc checkboxes."))
        return
    asked = (node["items"] if widget is Widget.CHECKBOXES else node).get("enum")
    options = field.get("options", [])
    offered = [o.get("value") for o in options if isinstance(o, dict)] if isinstance(options, list) else []
    if asked is None or offered != asked:
        yield Problem(f"{path}/options", "options", vi("Các mục chọn phải trùng với enum của lược đồ, đúng thứ tự."))
    for i, option in enumerate(options):
        yield from _text(option.get("label") if isinstance(option, dict) else None, f"{path}/options/{i}/label")


def _unknown_keys(thing: Json, allowed: set[str], path: str) -> Iterator[Problem]:
    for key in sorted(set(thing) - allowed):
        yield Problem(f"{path}/{key}", "unknown_key", say("Khóa “{key}” không có trong bố cục.", key=key))


def _texts(thing: Json, path: str, *, needed: set[str] = frozenset()) -> Iterator[Problem]:  # type: ignore[assignment]
    for name in _TEXTS:
        if name in needed or name in thing:
            yield from _text(thing.get(name), f"{path}/{name}")


def _text(text: Any, path: str) -> Iterator[Problem]:
    """Words are one string for both languages (a symbol, a name) or a pair of vi and en."""
    if isinstance(text, str) and text.strip():
        return
    words = text.values() if isinstance(text, dict) and set(text) == {"vi", "en"} else [None]
    if all(isinstance(word, str) and word.strip() for word in words):
        return
    yield Problem(path, "translation", vi("Thiếu lời bằng tiếng Việt hoặc tiếng Anh."))
