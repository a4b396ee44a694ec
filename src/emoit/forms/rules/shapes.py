"""The JSON types of a layout's parts, so that the linter proper may read them without asking each time."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

_WORD = {"type": "string"}
_WORD_OR_FIGURE = {"type": ["string", "number"]}
_FIELD: dict[str, Any] = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("at", "widget", "width", "autocomplete", "prefill"), _WORD),
        "rows": {"type": "integer", "minimum": 1, "maximum": 40},
        "options": {"type": "array", "items": {"type": "object", "properties": {"value": _WORD}}},
        "fields": {"type": "array", "items": {"$ref": "#/$defs/field"}},
    },
}
_SECTION = {"type": "object", "properties": {"fields": {"type": "array", "items": {"$ref": "#/$defs/field"}}}}
_PAGE = {"type": "object", "properties": {"key": _WORD, "sections": {"type": "array", "items": _SECTION}}}
_RULE = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("kind", "severity", "a", "items", "at", "value", "times", "name", "tell", "choice"), _WORD),
        "of": {"type": "array", "items": _WORD, "minItems": 1},
        "total": _WORD_OR_FIGURE,
        "b": _WORD_OR_FIGURE,
        "or_equal": {"type": "boolean"},
    },
}
_LAYOUT = {
    "$defs": {"field": _FIELD},
    "type": "object",
    "properties": {"pages": {"type": "array", "items": _PAGE}, "rules": {"type": "array", "items": _RULE}},
}
_validator = Draft202012Validator(_LAYOUT)


def misshapen(layout: Any) -> list[str]:
    """The paths in the layout whose value has a wrong JSON type."""
    return ["/".join(("", *map(str, error.absolute_path))) for error in _validator.iter_errors(layout)]
