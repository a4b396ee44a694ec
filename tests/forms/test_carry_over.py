"""What goes from one declaration to another, and what is told to have changed."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from emoit.forms import queries
from emoit.forms.types import Form

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "maxLength": 50},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "until": {"type": "string", "format": "date"},
        "goods": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"what": {"type": "string"}, "count": {"type": "integer"}},
            },
        },
    },
}
LAYOUT: dict[str, Any] = {
    "pages": [
        {
            "key": "one",
            "title": {"vi": "Trang"},
            "sections": [
                {
                    "fields": [
                        {"at": "/name", "widget": "text", "label": {"vi": "Tên"}},
                        {
                            "at": "/kind",
                            "widget": "radios",
                            "label": {"vi": "Loại"},
                            "options": [{"value": "a", "label": "Loại A"}, {"value": "b", "label": "Loại B"}],
                        },
                        {"at": "/until", "widget": "date", "label": {"vi": "Đến ngày"}},
                        {
                            "at": "/goods",
                            "widget": "repeat",
                            "label": {"vi": "Hàng"},
                            "row_label": {"vi": "Hàng"},
                            "add_label": {"vi": "Thêm"},
                            "fields": [
                                {"at": "/what", "widget": "text", "label": {"vi": "Gì"}},
                                {"at": "/count", "widget": "number", "label": {"vi": "Bao nhiêu"}},
                            ],
                        },
                    ]
                }
            ],
        }
    ]
}
FORM = Form(SCHEMA, LAYOUT)
ANSWERS = {"name": "Cũ", "kind": "a", "until": "2026-06-30", "goods": [{"what": "Xe", "count": 2}]}


def other(**properties: Any) -> Form:
    """The form as it was earlier, with other schemas for some fields (None: it did not ask)."""
    schema = copy.deepcopy(SCHEMA)
    for name, node in properties.items():
        if node is None:
            del schema["properties"][name]
        else:
            schema["properties"][name] = node
    return Form(schema, LAYOUT)


@pytest.mark.parametrize(
    ("earlier", "left_out"),
    [
        ({}, set()),
        ({"name": None}, {"name"}),
        ({"kind": {"type": "string", "enum": ["a", "b", "c"]}}, {"kind"}),
        ({"until": {"type": "string"}}, {"until"}),
        ({"goods": {"type": "array", "items": {"type": "object", "properties": {}}}}, {"goods"}),
    ],
)
def test_only_what_both_ask_alike_is_carried(earlier: dict[str, Any], left_out: set[str]) -> None:
    carried = queries.carry_over(FORM, other(**earlier), ANSWERS)
    assert carried == {key: value for key, value in ANSWERS.items() if key not in left_out}


def test_what_is_carried_is_a_copy() -> None:
    carried = queries.carry_over(FORM, FORM, ANSWERS)
    carried["goods"][0]["what"] = "Khác"
    assert ANSWERS["goods"] == [{"what": "Xe", "count": 2}]


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ({}, []),
        ({"name": "Mới"}, [("Tên", "Cũ", "Mới")]),
        ({"kind": "b"}, [("Loại", "Loại A", "Loại B")]),
        ({"until": "2026-07-15"}, [("Đến ngày", "30/06/2026", "15/07/2026")]),
        ({"until": None}, [("Đến ngày", "30/06/2026", "Chưa khai")]),
        (
            {"goods": [{"what": "Xe", "count": 2}, {"what": "Vé"}]},
            [("Hàng", "1. Gì: Xe; Bao nhiêu: 2", "1. Gì: Xe; Bao nhiêu: 2\n2. Gì: Vé")],
        ),
    ],
)
def test_changes_are_told_before_and_after(after: dict[str, Any], told: list[tuple[str, str, str]]) -> None:
    later = {key: value for key, value in {**ANSWERS, **after}.items() if value is not None}
    assert [(c.label, c.before, c.after) for c in queries.changes(FORM, ANSWERS, later)] == told


def test_what_was_never_asked_has_not_changed() -> None:
    assert queries.changes(FORM, {"name": "Cũ"}, ANSWERS) == []


def test_what_is_given_is_judged_and_what_is_missing_is_not() -> None:
    schema = {**SCHEMA, "required": ["name", "kind"]}
    assert queries.validate_given(Form(schema, LAYOUT), {}) == {}
    assert set(queries.validate_given(Form(schema, LAYOUT), {"kind": "c", "la": 1})) == {"/kind", "/la"}
    assert queries.validate_given(Form(schema, LAYOUT), [1]) != {}
