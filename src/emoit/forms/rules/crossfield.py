"""Rules between answers: a short list of kinds, written in the layout as data.

    {"kind": "after", "a": from, "b": to, "or_equal": true}         b is later than a (dates); the error stands at b
    {"kind": "days_at_most", "a": from, "b": to, "days": 180}       from a to b, both counted; at b
    {"kind": "sum_equals", "items": rows, "value": "/amount", "times": "/count", "total": pointer}    at total
    {"kind": "sum_at_most", "items": rows, "value": "/amount", "times": …, "total": pointer or number}  at rows
    {"kind": "at_least_one", "of": [pointer, …]}                    one of them is answered; at the first
    {"kind": "items_at_least", "at": list, "count": 2}              so many entries, when there are any; at it
    {"kind": "unique_rows", "items": rows, "value": "/cas"}         no two rows share it; at the later row
    {"kind": "rows_below", "items": rows, "value": "/mass", "limit": 10}   a notice for each row below the limit

Each has a `message` in both languages, may have `when` (a condition), and with `"severity": "notice"` it informs
instead of refusing. A rule whose answers are missing or of a wrong type says nothing: those have errors of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from emoit.forms.rules import conditions, pointers
from emoit.forms.types import Json

Judge = Callable[[Json, Json], Iterator[str]]

FIELDS: dict[str, set[str]] = {
    "after": {"a", "b", "or_equal"},
    "days_at_most": {"a", "b", "days"},
    "sum_equals": {"items", "value", "times", "total"},
    "sum_at_most": {"items", "value", "times", "total"},
    "at_least_one": {"of"},
    "items_at_least": {"at", "count"},
    "unique_rows": {"items", "value"},
    "rows_below": {"items", "value", "limit"},
}
OPTIONAL = {"or_equal", "times"}
COMMON = {"kind", "message", "severity", "when", "source", "unverified", "reason"}


def broken(rule: Json, answers: Json) -> list[str]:
    """The pointers at which the answers break the rule; empty if they keep it."""
    if not conditions.holds(rule.get("when"), answers):
        return []
    return list(_JUDGES[rule["kind"]](rule, answers))


def looks_at(rule: Json) -> list[str]:
    """The pointers of the answers that the rule compares."""
    named = [rule[name] for name in ("a", "b", "items", "at", "total") if isinstance(rule.get(name), str)]
    return [*named, *rule.get("of", ())]


def _day(answers: Json, pointer: str) -> date | None:
    value = pointers.get(answers, pointer)
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Decimal(str(value))


def _rows(rule: Json, answers: Json) -> list[Json]:
    rows = pointers.get(answers, rule["items"])
    return [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else []


def _after(rule: Json, answers: Json) -> Iterator[str]:
    a, b = _day(answers, rule["a"]), _day(answers, rule["b"])
    if a and b and (b < a or (b == a and not rule.get("or_equal"))):
        yield rule["b"]


def _days_at_most(rule: Json, answers: Json) -> Iterator[str]:
    a, b = _day(answers, rule["a"]), _day(answers, rule["b"])
    if a and b and (b - a).days + 1 > rule["days"]:
        yield rule["b"]


def _sum(rule: Json, answers: Json) -> Decimal | None:
    """Over the rows, value times count; None while a row is incomplete."""
    rows = _rows(rule, answers)
    total = Decimal(0)
    for row in rows:
        value = _number(pointers.get(row, rule["value"]))
        times = _number(pointers.get(row, rule["times"])) if "times" in rule else Decimal(1)
        if value is None or times is None:
            return None
        total += value * times
    return total if rows else None


def _total(rule: Json, answers: Json) -> Decimal | None:
    total = rule["total"]
    return _number(pointers.get(answers, total) if isinstance(total, str) else total)


def _sum_equals(rule: Json, answers: Json) -> Iterator[str]:
    added, total = _sum(rule, answers), _total(rule, answers)
    if added is not None and total is not None and added != total:
        yield rule["total"]


def _sum_at_most(rule: Json, answers: Json) -> Iterator[str]:
    added, total = _sum(rule, answers), _total(rule, answers)
    if added is not None and total is not None and added > total:
        yield rule["items"]


def _at_least_one(rule: Json, answers: Json) -> Iterator[str]:
    if all(pointers.get(answers, p) in (pointers.MISSING, "", [], False) for p in rule["of"]):
        yield rule["of"][0]


def _items_at_least(rule: Json, answers: Json) -> Iterator[str]:
    entries = pointers.get(answers, rule["at"])
    if isinstance(entries, list) and 0 < len(entries) < rule["count"]:
        yield rule["at"]


def _unique_rows(rule: Json, answers: Json) -> Iterator[str]:
    seen: set[str] = set()
    for index, row in enumerate(_rows(rule, answers)):
        value = pointers.get(row, rule["value"])
        if value is pointers.MISSING:
            continue
        if repr(value) in seen:
            yield f"{rule['items']}/{index}{rule['value']}"
        seen.add(repr(value))


def _rows_below(rule: Json, answers: Json) -> Iterator[str]:
    for index, row in enumerate(_rows(rule, answers)):
        value = _number(pointers.get(row, rule["value"]))
        if value is not None and value < Decimal(str(rule["limit"])):
            yield f"{rule['items']}/{index}{rule['value']}"


_JUDGES: dict[str, Judge] = {
    "after": _after,
    "days_at_most": _days_at_most,
    "sum_equals": _sum_equals,
    "sum_at_most": _sum_at_most,
    "at_least_one": _at_least_one,
    "items_at_least": _items_at_least,
    "unique_rows": _unique_rows,
    "rows_below": _rows_below,
}
