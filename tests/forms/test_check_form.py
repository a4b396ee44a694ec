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


def _wide() -> dict[str, Any]:
    condition: dict[str, Any] = {"at": "/kind", "equals": "lucky"}
    for _ in range(3):
        condition = {"all": [condition] * 18}
    return condition


def _nested_condition() -> dict[str, Any]:
    condition: dict[str, Any] = {"at": "/kind", "equals": "lucky"}
    for _ in range(5000):
        condition = {"not": condition}
    return condition


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda s, _: s["properties"].update({f"f{n}": {"type": "string"} for n in range(10_000)}), "too_many_fields"),
        (lambda s, _: s["$defs"].update({f"d{n}": {"type": "string"} for n in range(10_000)}), "too_many_fields"),
        (lambda s, _: s["$defs"].update(d1={"type": "string"}), "unused_definition"),
        (_set("note", _endless()), "too_deep"),
        (_set("note", {"type": "string", "enum": [str(n) for n in range(40_000)]}), "too_large"),
        (_set("note", {"type": "string", "title": "x" * 5_000_000}), "too_large"),
        (
            lambda s, _: s["properties"].update(
                {f"f{n}": {"type": "string", "pattern": "^(?:[a-z]{1,20}){1,20}$"} for n in range(480)}
            ),
            "unsafe_pattern",
        ),
        (lambda _, y: y["pages"][0]["sections"][0].update(fields=[{"at": "/none"}] * 10_000), "not_in_schema"),
        (lambda _, y: y["pages"][0].update(title="x" * 5_000_000), "too_large"),
        (lambda _, y: y["rules"].extend([y["rules"][0]] * 1000), "too_many_rules"),
        (lambda _, y: y["pages"][2].update(show_when=_wide()), "condition"),
        (lambda _, y: y["pages"][2].update(show_when=_nested_condition()), "layout"),
    ],
)
def test_a_hostile_form_is_refused_in_bounded_time(change: Change, code: str) -> None:
    hostile = form()
    change(hostile.schema, hostile.layout)
    began = time.process_time()
    found = {problem.code for problem in check_form(hostile)}
    assert time.process_time() - began < 2
    assert code in found


def _rule(**rule: Any) -> Change:
    return lambda _, y: y["rules"].append({"message": {"vi": "Sai", "en": "Wrong"}, **rule})


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "after", "a": "/kind", "b": "/ends_on"},
        {"kind": "after", "a": "@tomorrow", "b": "/ends_on"},
        {"kind": "apart", "a": "@today", "b": "/ends_on", "unit": "day"},
        {"kind": "apart", "a": "@today", "b": "/ends_on", "least": 1, "unit": "week"},
        {"kind": "apart", "a": "@today", "b": "/ends_on", "least": True, "unit": "day"},
        {"kind": "apart", "a": "@today", "b": "/ends_on", "least": 10**9, "unit": "day"},
        {"kind": "at_least", "a": "/kind", "b": 5},
        {"kind": "at_least", "a": "/total", "b": "/note"},
        {"kind": "at_most", "a": "/total", "b": "/rate", "percent": "5"},
        {"kind": "must_contain", "at": "/provinces", "choice": "99"},
        {"kind": "must_contain", "at": "/kind", "choice": "lucky"},
        {"kind": "mentions", "at": "/note"},
        {"kind": "mentions", "at": "/note", "words": " "},
        {"kind": "mentions", "at": "/note", "name": "/total"},
        {"kind": "rows_need", "items": "/provinces", "value": "/x"},
        {"kind": "rows_need", "items": "/prizes", "value": "/title", "when_row": {"at": "/kind", "equals": "lucky"}},
        {"kind": "rows_begin", "items": "/prizes", "value": "/title", "with": []},
        {"kind": "rows_begin", "items": "/prizes", "value": "/amount", "with": ["1"]},
        {"kind": "rows_product", "items": "/prizes", "value": "/amount", "times": "/count", "total": "/total"},
        {"kind": "rows_within", "items": "/prizes", "value": "/count", "least": "1", "most": 2},
    ],
)
def test_a_rule_that_cannot_be_judged_is_refused(rule: dict[str, Any]) -> None:
    broken = form()
    _rule(**rule)(broken.schema, broken.layout)
    assert {problem.code for problem in check_form(broken)} == {"rule_field"}


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ({"at": "/nowhere", "equals": 1}, "condition"),
        ({"at": "/prizes", "any_row": {"at": "/none", "equals": 1}}, "unreachable"),
        ({"at": "/prizes", "any_row": "x"}, "condition"),
        ({"at": "/kind", "equals": "third"}, "unreachable"),
    ],
)
def test_a_rule_whose_condition_looks_nowhere_is_refused(when: dict[str, Any], code: str) -> None:
    broken = form()
    broken.layout["rules"][0]["when"] = when
    assert code in {problem.code for problem in check_form(broken)}


def test_a_field_that_its_page_never_lets_be_seen() -> None:
    broken = form()
    _field(broken.layout, 2, 0, 1)["show_when"] = {"all": [{"at": "/kind", "in": ["other"]}]}
    assert [p.code for p in check_form(broken)] == ["unreachable"]


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
