"""JSON pointers (RFC 6901) over answers and schemas. Property names here need no escaping: see `schemas.NAME`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

MISSING = object()


def split(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def join(parts: Iterable[object]) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _step(value: Any, part: str) -> Any:
    if isinstance(value, dict):
        return value.get(part, MISSING)
    if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
        return value[int(part)]
    return MISSING


def get(value: Any, pointer: str) -> Any:
    """The value there, or MISSING."""
    for part in split(pointer):
        value = _step(value, part)
        if value is MISSING:
            return MISSING
    return value


def put(answers: dict[str, Any], pointer: str, value: Any) -> None:
    """Write below objects, making those that are missing. A non-object on the way is replaced."""
    *way, last = split(pointer)
    for part in way:
        inner = answers.get(part)
        if not isinstance(inner, dict):
            inner = answers[part] = {}
        answers = inner
    answers[last] = value


def drop(answers: dict[str, Any], pointer: str) -> None:
    """Remove the value, and the objects that it leaves empty."""
    first, *rest = split(pointer)
    if not rest:
        answers.pop(first, None)
    elif isinstance(inner := answers.get(first), dict):
        drop(inner, join(rest))
        if not inner:
            del answers[first]
