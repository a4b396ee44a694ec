"""Judging answers: every wrong field is named, in the words of the form."""

from __future__ import annotations

import copy
import json
import math
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError as SchemaMismatch

from emoit.forms.rules import crossfield, messages, pointers, schemas
from emoit.forms.rules.identifiers import CHECKS
from emoit.forms.rules.reading import known_fields, say
from emoit.forms.types import Answers, Field, Form, Json, Page, Widget

MAX_BYTES = 256 * 1024
MAX_STRING = 10_000
_MAX_DEPTH = 12
_MAX_NODES = 20_000
# Of several faults at one field the first of these is told.
_ORDER = ["required", "type", "const", "enum", "minLength", "maxLength", "format", "pattern", "minItems", "maxItems"]
_BAD_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")

_formats = FormatChecker(formats=())


@_formats.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    if isinstance(value, str):
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            return False
        date.fromisoformat(value)
    return True


@_formats.checks("email", raises=ValidationError)
def _is_email(value: object) -> bool:
    if isinstance(value, str):
        validate_email(value)
    return True


def within_bounds(answers: Any, language: str) -> dict[str, str]:
    """Errors of size and characters, before anything else looks at the answers."""
    if not isinstance(answers, dict):
        return {"": messages.message("object", language)}
    if not schemas.measure(answers, depth=_MAX_DEPTH, nodes=_MAX_NODES):
        return {"": messages.message("too_large", language)}
    errors = {}
    for pointer, value in _scalars(answers, ""):
        if isinstance(value, float) and not math.isfinite(value):
            errors[pointer] = messages.message("characters", language)
        elif isinstance(value, str) and len(value) > MAX_STRING:
            errors[pointer] = messages.message("too_long", language)
        elif isinstance(value, str) and _BAD_CHARACTER.search(value):
            errors[pointer] = messages.message("characters", language)
    if not errors and len(json.dumps(answers, ensure_ascii=False).encode()) > MAX_BYTES:
        return {"": messages.message("too_large", language)}
    return errors


def _scalars(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _scalars(inner, pointer + pointers.join([key]))
            yield pointer + pointers.join([key])[:200], key
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _scalars(inner, f"{pointer}/{index}")
    else:
        yield pointer, value


def judge(
    form: Form, pages: list[Page], hidden: set[str], answers: Answers, language: str, today: date | None
) -> dict[str, str]:
    """Pointer -> message for answers that are within bounds and without those of hidden fields."""
    schema = schemas.expand(form.schema)
    whole = copy.deepcopy(answers)
    _fill_objects(schema, whole)
    fields = {field.pointer: field for page in pages for field in page.fields}
    nodes = {pointer: node for pointer, (node, _) in known_fields(schema).items()}
    found: dict[str, tuple[int, str]] = {}
    validator = Draft202012Validator(schema, format_checker=_formats)
    for mismatch in validator.iter_errors(whole):
        for pointer, keyword, text in _told(mismatch, fields, language):
            rank = _ORDER.index(keyword) if keyword in _ORDER else len(_ORDER)
            if pointer not in hidden and (pointer not in found or rank < found[pointer][0]):
                found[pointer] = (rank, text)
    errors = {pointer: text for pointer, (_, text) in found.items()}
    for pointer, text in _checks(fields, nodes, whole, language):
        errors.setdefault(pointer, text)
    for rule in form.layout.get("rules", ()):
        if rule.get("severity") != "notice" and not _is_in_doubt(rule, errors):
            for pointer in crossfield.broken(rule, whole, today):
                errors.setdefault(pointer, _in_row(pointer, fields, say(rule["message"], language)))
    return errors


def _in_row(pointer: str, fields: dict[str, Field], text: str) -> str:
    """A rule's sentence, behind the words for the row it is about."""
    _, before = field_at(fields, pointer)
    return before + messages.noun(text) if before else text


def _is_in_doubt(rule: Json, errors: dict[str, str]) -> bool:
    """One of the answers that the rule compares is wrong in itself: told once is enough.

    What a rule says of each row stands beside what is wrong with other rows.
    """
    if rule["kind"].startswith("rows_"):
        return False
    return any(at == p or at.startswith(p + "/") for p in crossfield.looks_at(rule) for at in errors)


def _fill_objects(schema: Json, answers: Any) -> None:
    """Absent objects become empty ones, so that what is required inside them is told field by field."""
    for name, inner in schema.get("properties", {}).items():
        if inner.get("type") == "object" and isinstance(answers, dict):
            _fill_objects(inner, answers.setdefault(name, {}))


def field_at(fields: dict[str, Field], pointer: str) -> tuple[Field | None, str]:
    """The field of an answer's pointer, and the words before its label ("Giải thưởng 2: ") inside a repeat."""
    if pointer in fields:
        return fields[pointer], ""
    match = re.fullmatch(r"(.+?)/([0-9]+)((?:/.*)?)", pointer)
    group = fields.get(match[1]) if match else None
    if match is None or group is None:
        return None, ""
    if group.widget is not Widget.REPEAT:
        return group, ""
    column = next((c for c in group.fields if c.pointer == match[3]), None)
    return column, f"{group.row_label} {int(match[2]) + 1}: "


def _told(mismatch: SchemaMismatch, fields: dict[str, Field], language: str) -> Iterator[tuple[str, str, str]]:
    """(pointer, keyword, message) of one finding of the validator; several where several names are unknown."""
    at = pointers.join(mismatch.absolute_path)
    keyword = str(mismatch.validator)
    at_hand: Any = mismatch.instance
    if keyword == "required":
        asked: Any = mismatch.validator_value
        for name in (n for n in asked if n not in at_hand):
            yield from _said(f"{at}/{name}", keyword, None, None, fields, language)
    elif keyword == "additionalProperties":
        known = mismatch.schema.get("properties", {}) if isinstance(mismatch.schema, dict) else {}
        for name in at_hand:
            if name not in known:
                yield at + pointers.join([name]), keyword, messages.message("unknown", language, name=str(name)[:60])
    else:
        yield from _said(at, keyword, mismatch.validator_value, at_hand, fields, language)


def _said(
    pointer: str, keyword: str, limit: Any, value: Any, fields: dict[str, Field], language: str
) -> Iterator[tuple[str, str, str]]:
    field, before = field_at(fields, pointer)
    if field is None:
        yield pointer, keyword, before + messages.message("object", language)
        return
    told = pointer if before or pointer == field.pointer else field.pointer
    text = messages.wrong(field, keyword, limit, value, language)
    yield told, keyword, before + (messages.noun(text) if before else text)


def _checks(
    fields: dict[str, Field], nodes: dict[str, Json], answers: Answers, language: str
) -> Iterator[tuple[str, str]]:
    for pointer, node in nodes.items():
        value = pointers.get(answers, pointer)
        if node["type"] == "array" and isinstance(value, list) and node["items"].get("type") == "object":
            columns = known_fields(node["items"])
            for index, row in enumerate(value):
                for column, (inner, _) in columns.items():
                    at = f"{pointer}/{index}{column}"
                    yield from _check(fields, inner, at, pointers.get(row, column), language)
        else:
            yield from _check(fields, node, pointer, value, language)


def _check(fields: dict[str, Field], node: Json, pointer: str, value: Any, language: str) -> Iterator[tuple[str, str]]:
    name = node.get("x-check")
    if name and isinstance(value, str) and not CHECKS[name](value):
        field, before = field_at(fields, pointer)
        if field:
            text = messages.wrong(field, name, None, value, language)
            yield pointer, before + (messages.noun(text) if before else text)
