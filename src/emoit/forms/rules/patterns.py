"""Which regular expressions a form may use: those whose matching cannot explode.

A pattern is anchored at both ends and every repetition is bounded, so the ways in which a text can be tried are
countable from the pattern alone. `paths` counts them; more than MAX_PATHS is refused, whatever the text.
"""

from __future__ import annotations

import re

from emoit.lib.saying import say

MAX_LENGTH = 200
MAX_PATHS = 20_000
_CLASS_ESCAPES = "dDwWsS"
_MAX_DEPTH = 5


class PatternError(ValueError):
    """The pattern is outside the allowed subset; the message says where."""


class _Reader:
    """Recursive descent over the subset: literals, classes, groups, |, ?, {n}, {m,n}."""

    def __init__(self, body: str) -> None:
        self.body = body
        self.at = 0

    def peek(self) -> str:
        return self.body[self.at] if self.at < len(self.body) else ""

    def take(self) -> str:
        char = self.peek()
        if not char:
            raise PatternError(say("kết thúc giữa chừng"))
        self.at += 1
        return char

    def alternatives(self, depth: int) -> int:
        if depth > _MAX_DEPTH:
            raise PatternError(say("lồng nhóm quá sâu"))
        paths = self.sequence(depth)
        while self.peek() == "|":
            self.take()
            paths += self.sequence(depth)
        return paths

    def sequence(self, depth: int) -> int:
        paths = 1
        while self.peek() not in {"", "|", ")"}:
            paths *= self.repeated(self.atom(depth))
            if paths > MAX_PATHS:
                raise PatternError(say("có quá nhiều cách khớp"))
        return paths

    def atom(self, depth: int) -> int:
        char = self.take()
        if char == "(":
            return self.group(depth)
        if char == "[":
            return self.character_class()
        if char == "\\":
            return self.escape()
        if char in "*+?{}^$]":
            raise PatternError(say("ký hiệu {char} ở vị trí {at} không được phép", char=char, at=self.at))
        return 1

    def group(self, depth: int) -> int:
        if self.peek() == "?":
            self.take()
            if self.take() != ":":
                raise PatternError(say("chỉ cho phép nhóm (…) và (?:…)"))
        paths = self.alternatives(depth + 1)
        if self.peek() != ")":
            raise PatternError(say("thiếu dấu đóng nhóm"))
        self.take()
        return paths

    def character_class(self) -> int:
        if self.peek() == "^":
            self.take()
        if self.peek() == "]":
            raise PatternError(say("lớp ký tự rỗng"))
        while (char := self.take()) != "]":
            if char == "[":
                raise PatternError(say("lớp ký tự lồng nhau"))
            if char == "\\":
                self.escape()
        return 1

    def escape(self) -> int:
        char = self.take()
        if char.isalnum() and char not in _CLASS_ESCAPES:
            raise PatternError(say(r"\{char} không được phép", char=char))
        return 1

    def repeated(self, inner: int) -> int:
        if self.peek() in {"*", "+"}:
            raise PatternError(say("phải ghi số lần lặp tối đa thay cho {sign}", sign=self.peek()))
        low, high = self.bounds()
        if self.peek() in {"?", "*", "+", "{"} and (low, high) != (1, 1):
            raise PatternError(say("không lặp một phần đã lặp"))
        if high > 500 or low > high:
            raise PatternError(say("số lần lặp không hợp lệ"))
        if inner > 1 and high > 20:
            raise PatternError(say("lặp một nhóm quá nhiều lần"))
        return sum(inner**times for times in range(low, high + 1)) if (low, high) != (1, 1) else inner

    def bounds(self) -> tuple[int, int]:
        if self.peek() == "?":
            self.take()
            return 0, 1
        if self.peek() != "{":
            return 1, 1
        match = re.compile(r"\{([0-9]{1,3})(?:,([0-9]{1,3}))?\}").match(self.body, self.at)
        if match is None:
            raise PatternError(say("số lần lặp phải có dạng {m} hoặc {m,n}"))
        self.at = match.end()
        return int(match[1]), int(match[2] or match[1])


def paths(pattern: str) -> int:
    """In how many ways the pattern can be tried at most. PatternError if it is outside the subset."""
    if len(pattern) > MAX_LENGTH:
        raise PatternError(say("dài quá {most} ký tự", most=MAX_LENGTH))
    if not (pattern.startswith("^") and pattern.endswith("$") and not pattern.endswith("\\$")):
        raise PatternError(say("phải bắt đầu bằng ^ và kết thúc bằng $"))
    reader = _Reader(pattern[1:-1])
    count = reader.alternatives(0) if "|" not in _top_level(pattern[1:-1]) else 0
    if not count:
        raise PatternError(say("lựa chọn | phải nằm trong một nhóm"))
    if reader.peek():
        raise PatternError(say("ký hiệu {sign} thừa", sign=reader.peek()))
    try:
        re.compile(pattern)
    except re.error as error:
        raise PatternError(say("không phải biểu thức chính quy")) from error
    return count


def _top_level(body: str) -> str:
    """The characters outside groups, classes and escapes: a | there would escape the anchors."""
    kept, depth, at, in_class = [], 0, 0, False
    while at < len(body):
        char = body[at]
        if char == "\\":
            at += 2
            continue
        if in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif depth == 0:
            kept.append(char)
        at += 1
    return "".join(kept)
