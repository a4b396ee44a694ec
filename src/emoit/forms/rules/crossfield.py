"""Rules between answers: a short list of kinds, written in the layout as data.

    {"kind": "after", "a": from, "b": to, "or_equal": true}         b is later than a (dates)
    {"kind": "days_at_most", "a": from, "b": to, "days": 180}       from a to b, both counted; at b
    {"kind": "apart", "a": from, "b": to, "least": 1, "most": 5, "unit": "year"}   b that long after a (one or both)
    {"kind": "at_least", "a": pointer, "b": pointer or number, "percent": 5}       a is 5 % of b or more; at a
    {"kind": "at_most", "a": pointer, "b": pointer or number, "percent": 40}       a is 40 % of b or less; at a
    {"kind": "sum_equals", "items": rows, "value": "/amount", "times": "/count", "total": pointer}    at total
    {"kind": "sum_at_most", "items": rows, "value": "/amount", "times": …, "total": pointer or number}  at rows
    {"kind": "at_least_one", "of": [pointer, …]}                    one of them is answered; at the first
    {"kind": "items_at_least", "at": list, "count": 2}              so many entries, when there are any; at it
    {"kind": "must_contain", "at": list, "choice": "x"}             the choice is ticked; at it
    {"kind": "mentions", "at": text, "words": "…"} or "name": text  the text holds the words, or that answer; at it
    {"kind": "unique_rows", "items": rows, "value": "/cas"}         no two rows share it; at the later row
    {"kind": "rows_below", "items": rows, "value": "/mass", "limit": 10}   a notice for each row below the limit
    {"kind": "rows_within", "items": rows, "value": "/share", "least": 40, "most": 100}   in each row
    {"kind": "rows_need", "items": rows, "value": "/fob"}           answered in each row
    {"kind": "rows_begin", "items": rows, "value": "/hs", "with": ["2402"]}    each begins with one of these
    {"kind": "rows_product", "items": rows, "value": "/price", "times": "/count", "total": "/amount"}
                                                                    value × times = total to the cent; at each total

Dates may be `@today`, the day of judgement in Viet Nam; two dates are told at b (at a, where b is today), or at `tell`.
The `rows_…` kinds may have `when_row`, a condition over the row.

Each has a `message` in both languages, may have `when` (a condition), and with `"severity": "notice"` it informs
instead of refusing. A rule whose answers are missing or of a wrong type says nothing: those have errors of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from emoit.forms.rules import conditions, judges
from emoit.forms.rules.judges import TODAY, UNITS, Given, Judge
from emoit.forms.types import Json
from emoit.lib.saying import say, vi

# What each argument of a kind must be: see `misused`.
ARGUMENTS: dict[str, dict[str, str]] = {
    "after": {"a": "date", "b": "date", "or_equal": "flag", "tell": "field"},
    "days_at_most": {"a": "answered_date", "b": "answered_date", "days": "figure"},
    "apart": {"a": "date", "b": "date", "least": "count", "most": "count", "unit": "unit", "tell": "field"},
    "at_least": {"a": "number", "b": "number_or_figure", "percent": "figure"},
    "at_most": {"a": "number", "b": "number_or_figure", "percent": "figure"},
    "sum_equals": {"items": "rows", "value": "number_column", "times": "number_column", "total": "number"},
    "sum_at_most": {"items": "rows", "value": "number_column", "times": "number_column", "total": "number_or_figure"},
    "at_least_one": {"of": "fields"},
    "items_at_least": {"at": "list", "count": "figure"},
    "must_contain": {"at": "list", "choice": "choice"},
    "mentions": {"at": "text", "words": "words", "name": "text"},
    "unique_rows": {"items": "rows", "value": "column"},
    "rows_below": {"items": "rows", "value": "number_column", "limit": "figure", "when_row": "row_condition"},
    "rows_within": {
        "items": "rows", "value": "number_column", "least": "figure", "most": "figure", "when_row": "row_condition",
    },
    "rows_need": {"items": "rows", "value": "column", "when_row": "row_condition"},
    "rows_begin": {"items": "rows", "value": "text_column", "with": "starts", "when_row": "row_condition"},
    "rows_product": {
        "items": "rows", "value": "number_column", "times": "number_column", "total": "number_column",
        "when_row": "row_condition",
    },
}  # fmt: skip
_OPTIONAL = {
    "after": {"or_equal", "tell"},
    "apart": {"least", "most", "tell"},
    "at_least": {"percent"},
    "at_most": {"percent"},
    "sum_equals": {"times"},
    "sum_at_most": {"times"},
    "mentions": {"words", "name"},
}
# Of these arguments one at least must be there.
_EITHER = {"apart": ("least", "most"), "mentions": ("words", "name")}
COMMON = {"kind", "message", "severity", "when", "source", "unverified", "reason"}
_JUDGES: dict[str, Judge] = {kind: getattr(judges, kind) for kind in ARGUMENTS}


def broken(rule: Json, answers: Json, today: date | None = None) -> list[str]:
    """The pointers at which the answers break the rule; empty if they keep it."""
    if not conditions.holds(rule.get("when"), answers):
        return []
    return list(_JUDGES[rule["kind"]](rule, Given(answers, today)))


def looks_at(rule: Json) -> list[str]:
    """The pointers of the answers that the rule compares."""
    named = [rule[name] for name in ("a", "b", "items", "at", "name") if isinstance(rule.get(name), str)]
    if isinstance(rule.get("total"), str) and rule["kind"] != "rows_product":
        named.append(rule["total"])
    return [*(pointer for pointer in named if pointer != TODAY), *rule.get("of", ())]


def missing(rule: Json) -> list[str]:
    """The arguments that the kind needs and the rule lacks."""
    kind = rule["kind"]
    optional = _OPTIONAL.get(kind, set()) | {"when_row"}
    lacking = sorted(ARGUMENTS[kind].keys() - optional - rule.keys())
    either = _EITHER.get(kind, ())
    if not either or any(name in rule for name in either):
        return lacking
    return [*lacking, say("{one} hoặc {other}", one=either[0], other=either[1])]


def misused(rule: Json, known: dict[str, Json], columns: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """(argument, what is wrong with it). `known`: pointer -> sub-schema of the form, `columns`: the same of a row."""
    for name, kind in ARGUMENTS[rule["kind"]].items():
        if name not in rule:
            continue
        value = rule[name]
        if kind in _CONSTANTS:
            if not _CONSTANTS[kind](value):
                yield name, say("{name} có giá trị sai.", name=name)
        elif kind == "row_condition":
            yield from _row_condition(name, value, columns)
        elif kind == "choice":
            if value not in known.get(str(rule.get("at")), {}).get("items", {}).get("enum", ()):
                yield name, say("Danh sách không có mục chọn này: {value}.", value=value)
        elif not (kind == "date" and value == TODAY) and not (kind == "number_or_figure" and _is_figure(value)):
            yield from _places(name, kind, value, columns if kind.endswith("column") else known)


def _places(name: str, kind: str, value: Any, among: dict[str, Json]) -> Iterator[tuple[str, str]]:
    for pointer in value if isinstance(value, list) else [value]:
        if not isinstance(pointer, str) or pointer not in among:
            yield name, say("Quy tắc dựa vào trường không có: {pointer}.", pointer=pointer)
        elif not _fits(kind, among[pointer]):
            yield name, say("Trường {pointer} không hợp với quy tắc này.", pointer=pointer)


def _row_condition(name: str, condition: Any, columns: dict[str, Json]) -> Iterator[tuple[str, str]]:
    if not conditions.is_wellformed(condition):
        yield name, vi("Điều kiện không đúng dạng.")
    elif any(pointer not in columns for pointer in conditions.asks(condition)):
        yield name, vi("Điều kiện dựa vào trường không có trong dòng.")
    elif list(conditions.impossible(condition, columns)):
        yield name, vi("Không câu trả lời nào thỏa điều kiện này.")


def _fits(kind: str, node: Json) -> bool:
    if kind in {"date", "answered_date"}:
        return bool(node.get("format") == "date")
    if kind == "rows":
        return bool(node["type"] == "array" and node["items"].get("type") == "object")
    return node["type"] in _TYPES.get(kind, {node["type"]})


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_NUMBERS, _TEXTS = {"integer", "number"}, {"string"}
_TYPES = {
    "number": _NUMBERS,
    "number_or_figure": _NUMBERS,
    "number_column": _NUMBERS,
    "text": _TEXTS,
    "text_column": _TEXTS,
    "list": {"array"},
}
_CONSTANTS: dict[str, Callable[[Any], bool]] = {
    "flag": lambda value: isinstance(value, bool),
    "figure": _is_figure,
    "count": lambda value: isinstance(value, int) and _is_figure(value) and 0 <= value <= 36_500,
    "unit": lambda value: value in UNITS,
    "words": lambda value: isinstance(value, str) and bool(value.strip()),
    "starts": lambda value: isinstance(value, list) and bool(value) and all(isinstance(v, str) and v for v in value),
}
