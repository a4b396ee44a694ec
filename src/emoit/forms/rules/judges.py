"""How each kind of rule is judged: a rule and answers in, the pointers at which they break it out.

An answer that is missing or of a wrong type breaks nothing here: it has an error of its own.
"""

from __future__ import annotations

import calendar
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from emoit.forms.rules import conditions, pointers
from emoit.forms.types import Json

TODAY = "@today"  # where a rule names a date: the day on which the answers are judged
UNITS = ("day", "month", "year")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Given:
    """The answers, and the day of judgement in Viet Nam (None: rules that look at it say nothing)."""

    answers: Json
    today: date | None


Judge = Callable[[Json, Given], Iterator[str]]


def _day(given: Given, pointer: str) -> date | None:
    if pointer == TODAY:
        return given.today
    value = pointers.get(given.answers, pointer)
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Decimal(str(value))


def _figure(given: Given, place: Any) -> Decimal | None:
    """The number under a pointer, or the number itself."""
    return _number(pointers.get(given.answers, place) if isinstance(place, str) else place)


def _rows(rule: Json, given: Given) -> list[Json]:
    rows = pointers.get(given.answers, rule["items"])
    return [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else []


def _place(rule: Json) -> str:
    """Where a rule about two dates is told: at the later one, unless that is no answer."""
    return str(rule.get("tell") or (rule["b"] if rule["b"] != TODAY else rule["a"]))


def after(rule: Json, given: Given) -> Iterator[str]:
    a, b = _day(given, rule["a"]), _day(given, rule["b"])
    if a and b and (b < a or (b == a and not rule.get("or_equal"))):
        yield _place(rule)


def days_at_most(rule: Json, given: Given) -> Iterator[str]:
    a, b = _day(given, rule["a"]), _day(given, rule["b"])
    if a and b and (b - a).days + 1 > rule["days"]:
        yield rule["b"]


def later(start: date, count: int, unit: str) -> date:
    """So many days, months or years after `start`: the same day of that month, or its last (Civil Code 2015, 148)."""
    if unit == "day":
        return start + timedelta(days=count)
    months = start.month - 1 + (12 * count if unit == "year" else count)
    year, month = start.year + months // 12, months % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def apart(rule: Json, given: Given) -> Iterator[str]:
    a, b = _day(given, rule["a"]), _day(given, rule["b"])
    if a is None or b is None:
        return
    try:
        too_soon = "least" in rule and b < later(a, rule["least"], rule["unit"])
        too_late = "most" in rule and b > later(a, rule["most"], rule["unit"])
    except (ValueError, OverflowError):  # beyond the year 9999
        return
    if too_soon or too_late:
        yield _place(rule)


def _compared(rule: Json, given: Given) -> tuple[Decimal, Decimal] | None:
    a, b = _number(pointers.get(given.answers, rule["a"])), _figure(given, rule["b"])
    if a is None or b is None:
        return None
    return a, b * Decimal(str(rule.get("percent", 100))) / 100


def at_least(rule: Json, given: Given) -> Iterator[str]:
    pair = _compared(rule, given)
    if pair and pair[0] < pair[1]:
        yield rule["a"]


def at_most(rule: Json, given: Given) -> Iterator[str]:
    pair = _compared(rule, given)
    if pair and pair[0] > pair[1]:
        yield rule["a"]


def _sum(rule: Json, given: Given) -> Decimal | None:
    """Over the rows, value times count; None while a row is incomplete."""
    rows = _rows(rule, given)
    total = Decimal(0)
    for row in rows:
        value = _number(pointers.get(row, rule["value"]))
        times = _number(pointers.get(row, rule["times"])) if "times" in rule else Decimal(1)
        if value is None or times is None:
            return None
        total += value * times
    return total if rows else None


def sum_equals(rule: Json, given: Given) -> Iterator[str]:
    added, total = _sum(rule, given), _figure(given, rule["total"])
    if added is not None and total is not None and added != total:
        yield rule["total"]


def sum_at_most(rule: Json, given: Given) -> Iterator[str]:
    added, total = _sum(rule, given), _figure(given, rule["total"])
    if added is not None and total is not None and added > total:
        yield rule["items"]


def at_least_one(rule: Json, given: Given) -> Iterator[str]:
    if all(pointers.get(given.answers, p) in (pointers.MISSING, "", [], False) for p in rule["of"]):
        yield rule["of"][0]


def items_at_least(rule: Json, given: Given) -> Iterator[str]:
    entries = pointers.get(given.answers, rule["at"])
    if isinstance(entries, list) and 0 < len(entries) < rule["count"]:
        yield rule["at"]


def must_contain(rule: Json, given: Given) -> Iterator[str]:
    entries = pointers.get(given.answers, rule["at"])
    if rule["choice"] not in (entries if isinstance(entries, list) else []):
        yield rule["at"]


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def mentions(rule: Json, given: Given) -> Iterator[str]:
    text = pointers.get(given.answers, rule["at"])
    wanted = rule["words"] if "words" in rule else pointers.get(given.answers, rule["name"])
    if isinstance(text, str) and isinstance(wanted, str) and _plain(wanted) not in _plain(text):
        yield rule["at"]


def unique_rows(rule: Json, given: Given) -> Iterator[str]:
    seen: set[str] = set()
    for index, row in enumerate(_rows(rule, given)):
        value = pointers.get(row, rule["value"])
        if value is pointers.MISSING:
            continue
        if repr(value) in seen:
            yield f"{rule['items']}/{index}{rule['value']}"
        seen.add(repr(value))


def _each(rule: Json, given: Given) -> Iterator[tuple[str, Json]]:
    """(pointer of the judged column, row) of the rows that the rule is about."""
    column = rule["total"] if rule["kind"] == "rows_product" else rule["value"]
    for index, row in enumerate(_rows(rule, given)):
        if conditions.holds(rule.get("when_row"), row):
            yield f"{rule['items']}/{index}{column}", row


def rows_below(rule: Json, given: Given) -> Iterator[str]:
    for at, row in _each(rule, given):
        value = _number(pointers.get(row, rule["value"]))
        if value is not None and value < Decimal(str(rule["limit"])):
            yield at


def rows_within(rule: Json, given: Given) -> Iterator[str]:
    for at, row in _each(rule, given):
        value = _number(pointers.get(row, rule["value"]))
        if value is not None and not Decimal(str(rule["least"])) <= value <= Decimal(str(rule["most"])):
            yield at


def rows_need(rule: Json, given: Given) -> Iterator[str]:
    for at, row in _each(rule, given):
        if pointers.get(row, rule["value"]) in (pointers.MISSING, "", []):
            yield at


def rows_begin(rule: Json, given: Given) -> Iterator[str]:
    for at, row in _each(rule, given):
        value = pointers.get(row, rule["value"])
        if isinstance(value, str) and not value.startswith(tuple(rule["with"])):
            yield at


def rows_product(rule: Json, given: Given) -> Iterator[str]:
    for at, row in _each(rule, given):
        value, times, total = (_number(pointers.get(row, rule[name])) for name in ("value", "times", "total"))
        if value is None or times is None or total is None:
            continue
        if (value * times).quantize(_CENT, ROUND_HALF_UP) != total.quantize(_CENT, ROUND_HALF_UP):
            yield at
