"""The linter of tables: rules that overlap, that are never reached, cases that no rule answers.

Every column is cut into pieces in which all cells answer alike (each bound, and a value between two bounds). A cell is
then a set of pieces, a rule a box of such sets, and the questions are about boxes: exact, without trying the product.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise

from emoit.lib.saying import Said, say, vi
from emoit.workflow.decisions.feel import Cell, Equal, Range, Value
from emoit.workflow.decisions.tables import Hit, Input, Table
from emoit.workflow.types import Problem

MAX_BOXES = 200_000
Box = tuple[int, ...]  # for each column the pieces as bits


class TooWide(Exception):
    """The table has too many pieces to be judged."""


def check(table: Table) -> list[Problem]:
    """Every fault that keeps the table from being published."""
    boxes, _ = _boxes(table)
    found = [*_names(table), *_empty(table, boxes)]
    if table.hit is Hit.UNIQUE:
        found += _overlaps(table, boxes)
    if table.hit is Hit.FIRST:
        try:
            found += _unreached(table, boxes)
        except (TooWide, RecursionError):
            found.append(Problem("", vi("Bảng quá rộng, không kiểm tra được dòng nào bị che.")))
    return found


def warnings(table: Table) -> list[Problem]:
    """What its author should know: cases that no rule answers, a missing answer left out."""
    return [] if is_complete(table) else [Problem("", vi("Có trường hợp không dòng nào trả lời."))]


def is_complete(table: Table, *, missing: str = "") -> bool:
    """Whether every case has an answer; with `missing` (a path) the cases in which that input is not given."""
    boxes, whole = _boxes(table, missing=missing)
    try:
        return _covered(boxes, whole, [0])
    except (TooWide, RecursionError):
        return False


def _names(table: Table) -> Iterator[Problem]:
    for names, words in (
        ([i.path for i in table.inputs], vi("Hai cột vào cùng tên {name}.")),
        ([o.name for o in table.outputs], vi("Hai cột ra cùng tên {name}.")),
    ):
        for name in sorted({n for n in names if names.count(n) > 1}):
            yield Problem("", Said(words, {"name": name}))


def _empty(table: Table, boxes: list[Box]) -> Iterator[Problem]:
    for number, (rule, box) in enumerate(zip(table.rules, boxes, strict=True), start=1):
        if not all(box):
            yield Problem(rule.id, say("Dòng {number} không bao giờ khớp.", number=number))


def _overlaps(table: Table, boxes: list[Box]) -> Iterator[Problem]:
    for later, box in enumerate(boxes):
        for earlier in range(later):
            if all(a & b for a, b in zip(boxes[earlier], box, strict=True)):
                yield Problem(
                    table.rules[later].id,
                    say("Dòng {number} trùng trường hợp với dòng {earlier}.", number=later + 1, earlier=earlier + 1),
                )
                break


def _unreached(table: Table, boxes: list[Box]) -> Iterator[Problem]:
    spent = [0]
    for number, box in enumerate(boxes):
        if all(box) and _covered(boxes[:number], box, spent):
            yield Problem(table.rules[number].id, say("Dòng {number} bị các dòng trên che hết.", number=number + 1))


def _covered(boxes: Sequence[Box], whole: Box, spent: list[int]) -> bool:
    """Whether the boxes together fill `whole`. TooWide if that takes too long to say."""
    spent[0] += 1
    if spent[0] > MAX_BOXES:
        raise TooWide
    touching = [box for box in boxes if all(a & b for a, b in zip(box, whole, strict=True))]
    if not touching:
        return not all(whole)
    first = touching[0]
    rest = list(whole)
    for column, bits in enumerate(first):  # what of `whole` lies outside the first box, slice by slice
        outside = rest[column] & ~bits
        if outside and not _covered(touching[1:], (*rest[:column], outside, *rest[column + 1 :]), spent):
            return False
        rest[column] &= bits
    return True


def _boxes(table: Table, *, missing: str = "") -> tuple[list[Box], Box]:
    pieces: list[list[Value]] = [
        [None] if column.path == missing else _pieces(column, [rule.cells[n] for rule in table.rules])
        for n, column in enumerate(table.inputs)
    ]
    whole = tuple((1 << len(found)) - 1 for found in pieces)
    boxes = [tuple(_bits(cell, found) for cell, found in zip(rule.cells, pieces, strict=True)) for rule in table.rules]
    return boxes, whole


def _bits(cell: Cell, pieces: list[Value]) -> int:
    return sum(1 << n for n, value in enumerate(pieces) if cell.holds(value))


def _pieces(column: Input, cells: list[Cell]) -> list[Value]:
    """One value of every piece of the column, among those that are allowed."""
    tests = [test for cell in (*cells, column.allowed) for test in cell.tests]
    if column.kind == "boolean":
        values: list[Value] = [True, False]
    elif column.kind == "string":
        words = {t.value for t in tests if isinstance(t, Equal) and isinstance(t.value, str)}
        values = [*sorted(words), "\x00"]  # and any other word
    else:
        values = _around(tests, column)
    return [value for value in values if column.allowed.holds(value)]


def _around(tests: list[Equal | Range], column: Input) -> list[Value]:
    """Each bound, a value between each two, and one beyond either end."""
    bounds = {b for t in tests for b in ((t.value,) if isinstance(t, Equal) else (t.low, t.high))}
    if column.kind == "date":
        days = {b for b in bounds if isinstance(b, date)} or {date(2000, 1, 1)}
        return list({_shifted(day, by) for day in days for by in (-_DAY, timedelta(0), _DAY)})
    numbers = sorted(b for b in bounds if isinstance(b, Decimal)) or [Decimal(0)]
    if column.whole:
        around = (number.to_integral_value(rounding=ROUND_FLOOR) + by for number in numbers for by in (-1, 0, 1))
        return list(set(around))
    return [numbers[0] - 1, *numbers, numbers[-1] + 1, *((a + b) / 2 for a, b in pairwise(numbers))]


_DAY = timedelta(days=1)


def _shifted(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return day
