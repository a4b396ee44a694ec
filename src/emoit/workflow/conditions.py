"""The only evaluator of conditions: comparisons over names, nothing else. Never Python's eval."""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from emoit.lib.saying import say

MAX_LENGTH = 500
MAX_DEPTH = 12
MAX_NUMBER = 10**15

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
_PLAIN = re.compile(r"[ -\"$-~]+")  # printable ASCII but #
_CONSTANTS = (str, int, float, bool, type(None))


class BadCondition(ValueError):
    """The text is not a comparison of the permitted kind."""


@lru_cache(maxsize=1024)
def parse(text: str) -> ast.expr:
    """The checked tree of a condition. BadCondition if it holds anything but names, constants, and/or/not, compares."""
    if len(text) > MAX_LENGTH:
        raise BadCondition(say("điều kiện quá dài"))
    if not _PLAIN.fullmatch(text.strip()):  # no look-alike letters, no line that hides another, no comment
        raise BadCondition(say("điều kiện chỉ viết bằng chữ không dấu trên một dòng"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what Python only frowns at, such as 1is 2, is refused
            tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError, Warning) as error:
        raise BadCondition(say("điều kiện không đọc được")) from error
    _check(tree, 0)
    return tree


def _check(node: ast.expr, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise BadCondition(say("điều kiện lồng nhau quá sâu"))
    match node:
        case ast.BoolOp(values=values):
            parts: list[ast.expr] = values
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            parts = [operand]
        case ast.Compare(left=left, ops=ops, comparators=right) if all(type(op) in _COMPARE for op in ops):
            parts = [left, *right]
        case ast.List(elts=elts) | ast.Tuple(elts=elts) if all(isinstance(e, ast.Constant) for e in elts):
            parts = list(elts)
        case ast.Constant(value=value) if isinstance(value, _CONSTANTS) and not _is_huge(value):
            parts = []
        case ast.Name(id=name) if not name.startswith("__"):
            parts = []
        case _:
            raise BadCondition(say("điều kiện không được dùng {node}", node=type(node).__name__))
    for part in parts:
        _check(part, depth + 1)


def _is_huge(value: Any) -> bool:
    return isinstance(value, int | float) and not -MAX_NUMBER <= value <= MAX_NUMBER


def names_in(text: str) -> frozenset[str]:
    """The names that a condition asks about. BadCondition if it is none."""
    return frozenset(node.id for node in ast.walk(parse(text)) if isinstance(node, ast.Name))


def outcomes_named(text: str) -> frozenset[str]:
    """The words that a condition compares `outcome` with; none where it is empty or not a condition."""
    return words_named(text, "outcome")


def words_named(text: str, name: str) -> frozenset[str]:
    """The words that a condition compares that name with; none where it is empty or not a condition."""
    try:
        tree = parse(text) if text else None
    except BadCondition:
        return frozenset()
    words: set[str] = set()
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Compare) and any(
            isinstance(side, ast.Name) and side.id == name for side in (node.left, *node.comparators)
        ):
            words |= {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return frozenset(words)


def evaluate(text: str, data: Mapping[str, Any]) -> bool:
    """Whether the condition holds for `data`. A name that is not there counts as None."""
    return bool(_value(parse(text), data))


def _value(node: ast.expr, data: Mapping[str, Any]) -> Any:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_value(v, data) for v in values)
        case ast.BoolOp(values=values):
            return any(_value(v, data) for v in values)
        case ast.UnaryOp(operand=operand):
            return not _value(operand, data)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            return _compare(_value(left, data), ops, [_value(c, data) for c in comparators])
        case ast.List(elts=elts) | ast.Tuple(elts=elts):
            return [_value(e, data) for e in elts]
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return data.get(name)
    raise BadCondition(type(node).__name__)


def _compare(left: Any, ops: list[ast.cmpop], rights: list[Any]) -> bool:
    for op, right in zip(ops, rights, strict=True):
        try:
            if not _COMPARE[type(op)](left, right):
                return False
        except TypeError:  # None < 3: a comparison that makes no sense does not hold
            return False
        left = right
    return True
