"""When a page or a field is asked. Conditions are data over answers of earlier pages; nothing is evaluated as code.

{"at": "/programme/lucky", "equals": true}      {"at": "/kind", "in": ["a", "b"]}
{"at": "/forms", "contains": "lucky_draw"}      {"at": "/note", "answered": true}
{"at": "/goods", "any_row": {"at": "/criterion", "equals": "PC"}}    a row for which the inner condition holds
{"all": [...]}   {"any": [...]}   {"not": {...}}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emoit.forms.rules import pointers
from emoit.forms.types import Json

_TESTS = {"equals", "in", "contains", "answered", "any_row"}
_MAX_DEPTH = 5
_MAX_PARTS = 20  # of one "all" or "any"; with the depth it bounds the whole, see _MAX_TESTS
_MAX_TESTS = 100


def holds(condition: Json | None, answers: Json) -> bool:
    if condition is None:
        return True
    if "all" in condition:
        return all(holds(inner, answers) for inner in condition["all"])
    if "any" in condition:
        return any(holds(inner, answers) for inner in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], answers)
    return _test(condition, pointers.get(answers, condition["at"]))


def _test(condition: Json, value: Any) -> bool:
    if "equals" in condition:
        return bool(value == condition["equals"] and type(value) is type(condition["equals"]))
    if "in" in condition:
        return value in condition["in"]
    if "contains" in condition:
        return isinstance(value, list) and condition["contains"] in value
    if "any_row" in condition:
        rows = value if isinstance(value, list) else []
        return any(holds(condition["any_row"], row) for row in rows if isinstance(row, dict))
    return (value is not pointers.MISSING) is condition["answered"]


def asks(condition: Json | None) -> Iterator[str]:
    """The pointers that the condition looks at."""
    if condition is None:
        return
    for key in ("all", "any"):
        for inner in condition.get(key, ()):
            yield from asks(inner)
    if "not" in condition:
        yield from asks(condition["not"])
    if "at" in condition:
        yield condition["at"]


def impossible(condition: Json, known: dict[str, Json]) -> Iterator[str]:
    """The pointers whose answer can never be what the condition waits for. `known`: pointer -> sub-schema."""
    for key in ("all", "any"):
        for inner in condition.get(key, ()):
            yield from impossible(inner, known)
    if "not" in condition:
        yield from impossible(condition["not"], known)
    node = known.get(condition.get("at", ""))
    if node is None:
        return
    if "any_row" in condition:
        columns = node.get("items", {}).get("properties", {})
        of_row = {f"/{name}": column for name, column in columns.items()}
        inner = condition["any_row"]
        if not set(asks(inner)) <= of_row.keys() or any(impossible(inner, of_row)):
            yield condition["at"]
        return
    awaited = condition.get("in", [condition[key] for key in ("equals", "contains") if key in condition])
    possible = node.get("items", node).get("enum", [True, False] if node["type"] == "boolean" else None)
    if (("contains" in condition) is not (node["type"] == "array") and "answered" not in condition) or (
        possible is not None and not all(value in possible for value in awaited)
    ):
        yield condition["at"]


def is_wellformed(condition: Any) -> bool:
    return _is_wellformed(condition, 0) and sum(1 for _ in asks(condition)) <= _MAX_TESTS


def _is_wellformed(condition: Any, depth: int) -> bool:
    if not isinstance(condition, dict) or depth > _MAX_DEPTH:
        return False
    keys = set(condition)
    if keys in ({"all"}, {"any"}):
        inner = next(iter(condition.values()))
        return (
            isinstance(inner, list)
            and 0 < len(inner) <= _MAX_PARTS
            and all(_is_wellformed(c, depth + 1) for c in inner)
        )
    if keys == {"not"}:
        return _is_wellformed(condition["not"], depth + 1)
    if "at" not in keys or len(keys) != 2 or not isinstance(condition["at"], str):
        return False
    (test,) = keys - {"at"}
    return (
        test in _TESTS
        and (test != "in" or isinstance(condition["in"], list))
        and (test != "answered" or isinstance(condition["answered"], bool))
        and (test != "any_row" or _is_wellformed(condition["any_row"], depth + 1))
    )


def contradict(page: Any, field: Any) -> bool:
    """Whether no answers fulfil both: they wait for different values at one place. Other contradictions pass."""
    wanted: dict[str, list[Any]] = {}
    for condition in (*_together(page), *_together(field)):
        if not is_wellformed(condition) or not {"equals", "in"} & condition.keys():
            continue
        values = condition.get("in", [condition.get("equals")])
        earlier = wanted.get(condition["at"], values)
        wanted[condition["at"]] = [v for v in values if any(v == e and type(v) is type(e) for e in earlier)]
    return any(not values for values in wanted.values())


def _together(condition: Any) -> list[Any]:
    """The conditions that must all hold for it."""
    if isinstance(condition, dict) and isinstance(condition.get("all"), list):
        return [inner for one in condition["all"][:100] for inner in _together(one)] if is_wellformed(condition) else []
    return [condition] if isinstance(condition, dict) else []
