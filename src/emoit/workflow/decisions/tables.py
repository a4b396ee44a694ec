"""A decision table as data, and what it decides."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from emoit.lib.saying import say
from emoit.workflow.decisions.feel import ANY, Cell, Value


class Hit(enum.StrEnum):
    """Which of the rules that match counts."""

    UNIQUE = "UNIQUE"
    FIRST = "FIRST"
    SUM = "COLLECT SUM"
    MAX = "COLLECT MAX"


@dataclass(frozen=True, slots=True)
class Input:
    """`path` leads through nested objects: `programme.value`. `kind`: number, string, boolean, date.

    `allowed` holds for the values that there can be; `whole`: a number without a fraction.
    """

    path: str
    label: str
    kind: str
    allowed: Cell = ANY
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    cells: tuple[Cell, ...]
    outputs: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    key: str
    name: str
    hit: Hit
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


class WrongInput(ValueError):
    """A value is not of the input's kind; the message (Vietnamese) names it."""


def decide(table: Table, data: Mapping[str, Any]) -> tuple[dict[str, Value], tuple[str, ...]]:
    """The outputs and the ids of the rules that gave them; nothing and none where no rule matches. WrongInput.

    `data` is JSON: numbers, strings, dates as 2026-05-12; a path that is not there counts as null.
    """
    asked = [_asked(column, data) for column in table.inputs]
    matching = [r for r in table.rules if all(c.holds(v) for c, v in zip(r.cells, asked, strict=True))]
    if not matching:
        return {}, ()
    if table.hit is Hit.UNIQUE and len(matching) > 1:
        raise WrongInput(say("Bảng {key}: nhiều dòng cùng khớp.", key=table.key))
    names = [output.name for output in table.outputs]
    if table.hit in {Hit.UNIQUE, Hit.FIRST}:
        return dict(zip(names, matching[0].outputs, strict=True)), (matching[0].id,)
    amounts = [r.outputs[0] for r in matching if isinstance(r.outputs[0], Decimal)]
    total = sum(amounts, Decimal(0)) if table.hit is Hit.SUM else max(amounts)
    return {names[0]: total}, tuple(r.id for r in matching)


def _asked(column: Input, data: Mapping[str, Any]) -> Value:
    value: Any = data
    for step in column.path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return _of_kind(column, value)


def _of_kind(column: Input, value: Any) -> Value:
    if value is None or value == "":
        return None
    try:
        match column.kind, value:
            case "boolean", bool():
                return value
            case "string", str():
                return value
            case "date", str():
                return date.fromisoformat(value)
            case "date", date():
                return value
            case "number", int() | float() | Decimal() if not isinstance(value, bool):
                number = Decimal(str(value))
                if number.is_finite() and (not column.whole or number == number.to_integral_value()):
                    return number
    except (ValueError, InvalidOperation):
        pass
    raise WrongInput(say("{name}: giá trị không phải kiểu {kind}.", name=column.label or column.path, kind=column.kind))
