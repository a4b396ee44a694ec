"""A small subset of FEEL: what a cell of a decision table may hold.

    cell    := "-" | tests | "not(" tests ")"
    tests   := test ("," test)*
    test    := literal | ("<" | "<=" | ">" | ">=") literal | range
    range   := ("[" | "(" | "]") literal ".." literal ("]" | ")" | "[")
    literal := number | string | true | false | null | date("2026-05-12") | @"2026-05-12"

No names, no calls, no arithmetic: there is nothing in a cell that could run.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from emoit.lib.saying import say

Value = Decimal | str | bool | date | None
MAX_LENGTH = 500
MAX_TESTS = 100

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<date>date\(\s*"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"\s*\)|@"(?P<at>[0-9]{4}-[0-9]{2}-[0-9]{2})")
    | (?P<number>-?[0-9]{1,15}(?:\.(?!\.)[0-9]{1,6})?(?![0-9A-Za-z_.]))
    | (?P<number_before_range>-?[0-9]{1,15}(?:\.[0-9]{1,6})?(?=\s*\.\.))
    | (?P<string>"[^"\\\x00-\x1f]{0,200}")
    | (?P<word>true|false|null|not)(?![0-9A-Za-z_])
    | (?P<sign><=|>=|\.\.|[<>\[\](),])
    )""",
    re.VERBOSE | re.ASCII,
)


class BadCell(ValueError):
    """The text is not of the subset; the message (Vietnamese) says why."""


@dataclass(frozen=True, slots=True)
class Equal:
    value: Value

    def holds(self, asked: Value) -> bool:
        return type(asked) is type(self.value) and asked == self.value


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, None: without end. Numbers or dates alone."""

    low: Decimal | date | None
    high: Decimal | date | None
    low_in: bool
    high_in: bool

    def holds(self, asked: Value) -> bool:
        kind = type(self.low if self.low is not None else self.high)
        if type(asked) is not kind:
            return False
        above = self.low is None or asked > self.low or (self.low_in and asked == self.low)  # type: ignore[operator]
        below = self.high is None or asked < self.high or (self.high_in and asked == self.high)  # type: ignore[operator]
        return above and below


@dataclass(frozen=True, slots=True)
class Cell:
    """`tests` empty: any value ("-"). `negated`: none of the tests holds."""

    tests: tuple[Equal | Range, ...]
    negated: bool = False

    def holds(self, asked: Value) -> bool:
        if not self.tests:
            return True
        return any(test.holds(asked) for test in self.tests) is not self.negated

    @property
    def is_any(self) -> bool:
        return not self.tests


ANY = Cell(())
_KINDS: dict[str, type] = {"number": Decimal, "string": str, "boolean": bool, "date": date}


def cell(text: str, kind: str) -> Cell:
    """The condition written in an input cell, over values of `kind` (number, string, boolean, date). BadCell."""
    if text.strip() in {"", "-"}:
        return ANY
    reader = _Reader(_tokens(text))
    if reader.take("word", "not"):
        reader.need("sign", "(")
        tests = reader.tests(kind)
        reader.need("sign", ")")
        reader.end()
        return Cell(tests, negated=True)
    tests = reader.tests(kind)
    reader.end()
    return Cell(tests)


def literal(text: str, kind: str) -> Value:
    """The value written in an output cell. BadCell if it is none of that kind."""
    reader = _Reader(_tokens(text))
    value = reader.literal(kind)
    reader.end()
    return value


def _tokens(text: str) -> list[tuple[str, str]]:
    if len(text) > MAX_LENGTH:
        raise BadCell(say("ô quá dài"))
    found, at, text = [], 0, text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise BadCell(say("không hiểu «{text}»", text=text[at : at + 20]))
        kind = str(match.lastgroup)
        if match["date"]:
            found.append(("date", match["day"] or match["at"]))
        elif match["number"] or match["number_before_range"]:
            found.append(("number", match["number"] or match["number_before_range"]))
        else:
            found.append((kind, match[kind]))
        at = match.end()
    if not found:
        raise BadCell(say("ô trống"))
    return found


class _Reader:
    """Reads tokens from left to right; every rule of the grammar is one method without recursion."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def take(self, kind: str, text: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == (kind, text):
            self._at += 1
            return True
        return False

    def need(self, kind: str, text: str) -> None:
        if not self.take(kind, text):
            raise BadCell(say("thiếu «{text}»", text=text))

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise BadCell(say("thừa «{text}»", text=self._tokens[self._at][1]))

    def tests(self, kind: str) -> tuple[Equal | Range, ...]:
        found = [self.test(kind)]
        while self.take("sign", ","):
            found.append(self.test(kind))
        if len(found) > MAX_TESTS:
            raise BadCell(say("quá nhiều điều kiện trong một ô"))
        return tuple(found)

    def test(self, kind: str) -> Equal | Range:
        for sign, made in _COMPARED.items():
            if self.take("sign", sign):
                return made(self.ordered(kind))
        for opening in ("[", "(", "]"):
            if self.take("sign", opening):
                return self.range(kind, includes=opening == "[")
        return Equal(self.literal(kind))

    def range(self, kind: str, *, includes: bool) -> Range:
        low = self.ordered(kind)
        self.need("sign", "..")
        high = self.ordered(kind)
        for closing in ("]", ")", "["):
            if self.take("sign", closing):
                if low > high or (low == high and not (includes and closing == "]")):  # type: ignore[operator]
                    raise BadCell(say("khoảng rỗng"))
                return Range(low, high, includes, closing == "]")
        raise BadCell(say("khoảng chưa đóng"))

    def ordered(self, kind: str) -> Decimal | date:
        value = self.literal(kind)
        if isinstance(value, bool | str) or value is None:
            raise BadCell(say("chỉ so sánh lớn nhỏ với số và ngày"))
        return value

    def literal(self, kind: str) -> Value:
        if self._at >= len(self._tokens):
            raise BadCell(say("thiếu giá trị"))
        found, text = self._tokens[self._at]
        self._at += 1
        value = _value(found, text)
        if value is not None and type(value) is not _KINDS[kind]:
            raise BadCell(say("«{text}» không phải kiểu {kind}", text=text, kind=kind))
        return value


_COMPARED: dict[str, Callable[[Decimal | date], Range]] = {
    "<=": lambda v: Range(low=None, high=v, low_in=False, high_in=True),
    ">=": lambda v: Range(low=v, high=None, low_in=True, high_in=False),
    "<": lambda v: Range(low=None, high=v, low_in=False, high_in=False),
    ">": lambda v: Range(low=v, high=None, low_in=False, high_in=False),
}


def _value(kind: str, text: str) -> Value:
    match kind, text:
        case "number", _:
            return Decimal(text)
        case "string", _:
            return text[1:-1]
        case "date", _:
            try:
                return date.fromisoformat(text)
            except ValueError:
                raise BadCell(say("không có ngày {text}", text=text)) from None
        case "word", "true" | "false":
            return text == "true"
        case "word", "null":
            return None
    raise BadCell(say("không hiểu «{text}»", text=text))
