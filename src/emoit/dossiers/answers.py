"""Answers at rest: the fields that the form marks as personal are encrypted one by one, the rest stays readable.

A sealed value is `{"$personal": "<cipher text>"}`; pointers are JSON pointers in which `*` stands for every row.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable
from typing import Any

from emoit.kernel import personal

_MARK = "$personal"


def seal(answers: dict[str, Any], pointers: Iterable[str]) -> dict[str, Any]:
    """A copy of `answers` with the values under `pointers` encrypted."""
    return _each(answers, pointers, _seal_value)


def unseal(answers: dict[str, Any]) -> dict[str, Any]:
    """A copy of sealed answers in clear. ValueError if a value cannot be opened."""
    opened: dict[str, Any] = _open(answers)
    return opened


def without_personal(answers: dict[str, Any]) -> dict[str, Any]:
    """A copy of sealed answers without the personal values: for papers and eyes that are public."""
    dropped: dict[str, Any] = _drop(answers)
    return dropped


def take_over(answers: dict[str, Any], corrected: dict[str, Any], pointers: Iterable[str]) -> dict[str, Any]:
    """A copy of clear answers in which only the values under `pointers` come from `corrected`."""
    result = copy.deepcopy(answers)
    for pointer in pointers:
        *path, last = pointer.strip("/").split("/")
        source, target = corrected, result
        for key in path:
            source, target = source.get(key, {}), target.setdefault(key, {})
        if last in source:
            target[last] = copy.deepcopy(source[last])
        else:
            target.pop(last, None)
    return result


def _drop(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _drop(v) for k, v in value.items() if not (isinstance(v, dict) and set(v) == {_MARK})}
    if isinstance(value, list):
        return [_drop(v) for v in value]
    return value


def _seal_value(value: Any) -> Any:
    if value in (None, "") or (isinstance(value, dict) and _MARK in value):
        return value
    return {_MARK: personal.encrypt(json.dumps(value, ensure_ascii=False))}


def _open(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {_MARK}:
            return json.loads(personal.decrypt(value[_MARK]))
        return {key: _open(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_open(inner) for inner in value]
    return value


def _each(answers: dict[str, Any], pointers: Iterable[str], change: Callable[[Any], Any]) -> dict[str, Any]:
    result = copy.deepcopy(answers)
    for pointer in pointers:
        _at(result, pointer.strip("/").split("/"), change)
    return result


def _at(node: Any, path: list[str], change: Callable[[Any], Any]) -> None:
    head, rest = path[0], path[1:]
    if isinstance(node, list):
        for inner in node:
            if head == "*":
                _at(inner, rest, change)
        return
    if not isinstance(node, dict) or head not in node:
        return
    if rest:
        _at(node[head], rest, change)
    else:
        node[head] = change(node[head])
