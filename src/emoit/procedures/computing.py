"""The linter of what a procedure computes or promises by workflow: fees and routes by decision table, step times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from emoit.forms.rules.pointers import get
from emoit.forms.types import Problem
from emoit.lib.saying import say
from emoit.lib.working_time import Unit
from emoit.procedures.types import Known
from emoit.workflow.types import CHANNELS, Column, DecisionTable

Json = dict[str, Any]
FindTable = Callable[[str], DecisionTable | None]
_DAYS = {Unit.WORKING_DAY: Fraction(1), Unit.WORKING_HOUR: Fraction(1, 8)}
# JSON Schema's types that give a column its kind.
_TYPES = {"number": {"number", "integer"}, "string": {"string"}, "boolean": {"boolean"}, "date": {"string"}}


_OUTPUTS = {"fee": "number", "unit": "string", "channel": "string"}


def _is_amount(value: Any) -> bool:
    """Whole đồng, not negative."""
    return isinstance(value, Decimal) and value >= 0 and value == value.to_integral_value()


def check(
    document: Json, *, known_unit: Known, find_table: FindTable, working_days: Callable[[str], Fraction]
) -> list[Problem]:
    """Faults of a document that is right in itself: a fee that cannot be computed, a route that leads nowhere, steps
    that take longer than the law allows."""
    return [
        *_computed(document, "/fee", document["fee"], "fee", _is_amount, find_table),
        *_computed(document, "/route", document.get("route"), "unit", known_unit, find_table),
        *_computed(document, "/channel", document.get("channel"), "channel", CHANNELS.__contains__, find_table),
        *_step_times(document, working_days),
    ]


def _computed(
    document: Json, at: str, holder: Any, output: str, fits: Callable[[Any], bool], find_table: FindTable
) -> Iterator[Problem]:
    if holder is None or (at == "/fee" and "decision" not in holder):
        return
    key = holder.get("decision") if isinstance(holder, dict) else None
    table = find_table(key) if isinstance(key, str) else None
    if table is None:
        yield Problem(f"{at}/decision", "unknown_decision", say("Không có bảng quyết định {key}.", key=key))
        return
    kind = _OUTPUTS[output]
    if table.outputs.get(output) != kind:
        yield Problem(
            f"{at}/decision",
            "decision",
            say("Bảng {key} không có cột ra {output} kiểu {kind}.", key=key, output=output, kind=kind),
        )
    wrong = [value for value in table.values.get(output, ()) if not fits(value)]
    if wrong:
        yield Problem(
            f"{at}/decision", "decision", say("Bảng {key} cho giá trị không dùng được: {what}.", key=key, what=wrong[0])
        )
    if not table.complete:
        yield Problem(f"{at}/decision", "decision", say("Bảng {key} có trường hợp không dòng nào trả lời.", key=key))
    for column in table.inputs:
        yield from _column(document, at, table, column)


def _column(document: Json, at: str, table: DecisionTable, column: Column) -> Iterator[Problem]:
    schema = document["form"].get("schema")
    steps = column.path.split(".")
    field = get(schema, "".join(f"/properties/{step}" for step in steps))
    if not isinstance(field, dict) or not _fits(field, column.kind):
        yield Problem(
            f"{at}/decision",
            "decision",
            say(
                "Bảng {key} cần dữ kiện {path} kiểu {kind} mà biểu mẫu không có.",
                key=table.key,
                path=column.path,
                kind=column.kind,
            ),
        )
    elif column.needed and not _always_given(schema, steps):
        yield Problem(
            f"{at}/decision",
            "decision",
            say("Bảng {key} cần dữ kiện {path} mà biểu mẫu không bắt buộc.", key=table.key, path=column.path),
        )


def _fits(field: Json, kind: str) -> bool:
    return field.get("type") in _TYPES[kind] and (kind != "date" or field.get("format") == "date")


def _always_given(schema: Any, steps: list[str]) -> bool:
    for step in steps:
        if step not in schema.get("required", []):
            return False
        schema = schema["properties"][step]
    return True


def _step_times(document: Json, working_days: Callable[[str], Fraction]) -> Iterator[Problem]:
    """The sum of the step times along the longest way, against a term that is counted in working time."""
    term = document["term"]
    if term is None or term["unit"] not in _DAYS:
        return
    allowed, planned = term["value"] * _DAYS[Unit(term["unit"])], working_days(document["process_key"])
    if planned > allowed:
        yield Problem(
            "/process_key",
            "step_times",
            say(
                "Các bước của quy trình cộng lại {planned} ngày làm việc, quá thời hạn {allowed} ngày.",
                planned=f"{float(planned):g}",
                allowed=f"{float(allowed):g}",
            ),
        )
