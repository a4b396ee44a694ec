"""Hostile and broken forms are refused before they can be used."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from emoit.forms import queries
from emoit.forms.rules import check_form, patterns
from emoit.forms.types import Form
from tests.forms.examples import closed, form, good

Change = Callable[[dict[str, Any], dict[str, Any]], object]


def test_the_example_is_clean() -> None:
    assert check_form(form()) == []


def _deep() -> dict[str, Any]:
    inner: dict[str, Any] = {"type": "string"}
    for _ in range(9):
        inner = closed({"a": inner}, [])
    return inner


def _endless() -> dict[str, Any]:
    inner: dict[str, Any] = {"type": "string"}
    for _ in range(100_000):
        inner = {"properties": {"a": inner}}
    return inner


def _field(layout: dict[str, Any], page: int, section: int, field: int) -> dict[str, Any]:
    return layout["pages"][page]["sections"][section]["fields"][field]  # type: ignore[no-any-return]


def _set(of: str, value: Any) -> Change:
    return lambda schema, _: schema["properties"].__setitem__(of, value)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_set("note", {"$ref": "https://evil.example/schema.json"}), "external_ref"),
        (_set("note", {"$ref": "file:///etc/passwd"}), "external_ref"),
        (_set("note", {"$ref": "#/properties/kind"}), "external_ref"),
        (_set("note", {"$ref": "#/$defs/none"}), "missing_ref"),
        (_set("note", {"$ref": "#/$defs/day", "title": "x"}), "ref_with_siblings"),
        (lambda s, _: s["$defs"].update(day=closed({"a": {"$ref": "#/$defs/day"}}, [])), "circular_ref"),
        (
            lambda s, _: s["$defs"].update(
                {f"d{n}": closed({f"a{k}": {"$ref": f"#/$defs/d{n + 1}"} for k in range(9)}, []) for n in range(6)},
                d6={"type": "string"},
                day={"$ref": "#/$defs/d0"},
            ),
            "too_large",
        ),
        (_set("note", {"$dynamicRef": "#x"}), "type"),
        (_set("note", {"type": "string", "$dynamicRef": "#x"}), "keyword"),
        (_set("note", {"type": "string", "anyOf": [{}]}), "keyword"),
        (_set("note", {"type": ["string", "null"]}), "type"),
        (_set("note", {"type": "strung"}), "invalid_schema"),
        (_set("note", {"type": "string", "maxLength": -1}), "invalid_schema"),
        (_set("note", True), "type"),
        (_set("note", _deep()), "too_deep"),
        (_set("note", _endless()), "too_deep"),
        (lambda s, _: s["properties"].update({f"f{n}": {"type": "string"} for n in range(501)}), "too_many_fields"),
        (_set("Bad Name", {"type": "string"}), "name"),
        (_set("__proto__", {"type": "string"}), "name"),
        (lambda s, _: s.pop("additionalProperties"), "open_object"),
        (lambda s, _: s.update(required=["nothing"]), "unknown_required"),
        (lambda s, _: s["properties"]["prizes"].pop("maxItems"), "unbounded_array"),
        (lambda s, _: s["properties"]["prizes"].update(maxItems=10_000), "unbounded_array"),
        (lambda s, _: s.update({"$schema": "http://json-schema.org/draft-07/schema#"}), "wrong_dialect"),
        (_set("note", {"type": "string", "x-check": "eval"}), "unknown_check"),
        (_set("note", {"type": "string", "format": "regex"}), "format"),
        (_set("note", {"type": "string", "pattern": "^(a+)+$"}), "unsafe_pattern"),
        (_set("extra", {"type": "string"}), "unused_field"),
        (
            lambda s, y: (
                s["properties"].update(extra={"type": "string", "format": "date"}),
                y["rules"][0].update(b="/extra"),
            ),
            "not_in_layout",
        ),
        (lambda _, y: _field(y, 0, 0, 0).update(at="/trader/none"), "not_in_schema"),
        (lambda _, y: _field(y, 0, 0, 0).update(at="/trader/phone"), "placed_twice"),
        (lambda _, y: _field(y, 0, 0, 0).update(label={"vi": "Tên"}), "translation"),
        (lambda _, y: _field(y, 0, 0, 0).update(label=""), "translation"),
        (lambda _, y: _field(y, 0, 0, 0).update(widget="script"), "widget"),
        (lambda _, y: _field(y, 0, 0, 0).update(widget="money"), "widget"),
        (lambda _, y: _field(y, 1, 0, 0).update(widget="text"), "widget"),
        (lambda _, y: _field(y, 0, 0, 0).update(width="99 onload=x"), "width"),
        (lambda _, y: _field(y, 0, 0, 0).update(onclick="x"), "unknown_key"),
        (lambda _, y: _field(y, 0, 0, 4)["options"].pop(), "options"),
        (lambda _, y: _field(y, 0, 0, 4)["options"][0].update(label=None), "translation"),
        (lambda _, y: _field(y, 2, 0, 0)["fields"].pop(), "not_in_layout"),
        (lambda _, y: y["pages"][0].update(show_when={"at": "/kind", "equals": "lucky"}), "condition"),
        (lambda _, y: y["pages"][2].update(show_when={"at": "/kind", "eval": "1"}), "condition"),
        (lambda _, y: y["pages"][2].update(show_when={"at": "/kind", "equals": "third"}), "unreachable"),
        (lambda _, y: y["pages"][2].update(show_when={"at": "/provinces", "equals": "01"}), "unreachable"),
        (lambda _, y: y["pages"][1].update(key="trader"), "page_key"),
        (lambda _, y: y["pages"][1].update(key="../x"), "page_key"),
        (lambda _, y: y.update(pages=[]), "pages"),
        (lambda _, y: y["pages"][0].update(sections=[]), "sections"),
        (lambda _, y: y["rules"][0].update(kind="python"), "rule_kind"),
        (lambda _, y: y["rules"][0].update(b="/nowhere"), "rule_field"),
        (lambda _, y: y["rules"][0].pop("b"), "rule_field"),
        (lambda _, y: y["rules"][1].update(days="180"), "rule_field"),
        (lambda _, y: y["rules"][2].update(value="/none"), "rule_field"),
        (lambda _, y: y["rules"][0].pop("message"), "translation"),
    ],
)
def test_a_broken_form_is_refused(change: Change, code: str) -> None:
    broken = form()
    change(broken.schema, broken.layout)
    assert code in {problem.code for problem in check_form(broken)}


@pytest.mark.parametrize("schema", [None, [], "x", {}, {"type": "string"}])
def test_what_is_no_schema(schema: Any) -> None:
    assert [p.code for p in check_form(Form(schema, form().layout))] == ["not_an_object"]


@pytest.mark.parametrize(
    "pattern",
    [
        "^[0-9]{8}$",
        "^[A-Z]{2}-[0-9]{3}$",
        "^(?:[0-9]{10}|[0-9]{10}-?[0-9]{3})$",
        "^\\d{1,20}(?:,\\d{1,5})?$",
        "^(?:[A-Z]{2}){1,5}$",
    ],
)
def test_safe_patterns(pattern: str) -> None:
    assert 1 <= patterns.paths(pattern) <= patterns.MAX_PATHS


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$", "^a*$", "^a+$", "^(a|a){1,20}$", "^(a{1,20}){1,20}$", "^a{1,200}a{1,200}a{1,200}$", "^a{1,}$",
        "a{1,3}", "^a|b$", "^(?=a)a$", "^(?P<x>a)$", "^(a)\\1$", "^[a$", "^(a$", "^a)$", "^a{3,1}$", "^a{2}{3}$",
        "^a??$", "^\\bx$", "^" + "(" * 50 + "a" + ")" * 50 + "$", "^" + "a" * 300 + "$", "^a\\$",
    ],
)  # fmt: skip
def test_patterns_that_could_explode_are_refused(pattern: str) -> None:
    began = time.perf_counter()
    with pytest.raises(patterns.PatternError):
        patterns.paths(pattern)
    assert time.perf_counter() - began < 0.5


JUNK: list[Any] = [None, "x", [None], {"a": 1}]


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from _places(inner, (*path, key))


def _replaced(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = _replaced(value[path[0]], path[1:], junk)
    return copied


@pytest.mark.parametrize("part", ["schema", "layout"])
@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_junk_anywhere_is_a_fault_or_a_form_that_works(part: str, junk: Any) -> None:
    clean = form()
    whole = {"schema": clean.schema, "layout": clean.layout}
    for path in _places(whole[part]):
        broken = Form(**{**whole, part: _replaced(whole[part], path, junk)})
        if not check_form(broken):
            queries.pages(broken, answers=good())
            queries.validate(broken, good())
            queries.validate(broken, {})
            queries.notices(broken, good())
            queries.summary(broken, good())
            queries.personal_pointers(broken)
