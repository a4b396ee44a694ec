"""Decision tables: what they decide, what the linter finds, what is never published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from emoit.kernel.access import Actor, NotFound, Refusal, acting_as, process
from emoit.kernel.models import AuditEntry
from emoit.workflow import actions, queries
from emoit.workflow.decisions import linting, reading, tables
from emoit.workflow.decisions.feel import BadCell, cell
from emoit.workflow.models import DecisionVersion
from tests.workflow.tables import TIERS, dmn

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
AGENCY = 7
D = Decimal


@pytest.mark.parametrize(
    ("text", "kind", "yes", "no"),
    [
        ("-", "number", [D(1), None], []),
        ("", "string", ["x", None], []),
        ("5", "number", [D(5), D("5.0")], [D(6), None]),
        ("-5", "number", [D(-5)], [D(5)]),
        ("< 5", "number", [D("4.99")], [D(5), None]),
        (">= 5, 1", "number", [D(5), D(1)], [D(2)]),
        ("[1..5]", "number", [D(1), D(5)], [D("0.9"), D("5.1")]),
        ("(1..5)", "number", [D(2)], [D(1), D(5)]),
        ("]1..5[", "number", [D(2)], [D(1), D(5)]),
        ("[1.5..2.5)", "number", [D("1.5")], [D("2.5")]),
        ("not(1, [3..4])", "number", [D(2), D(5)], [D(1), D(3)]),
        ('"a", "b"', "string", ["a", "b"], ["A", "c", None]),
        ('not("a")', "string", ["b", "", None], ["a"]),
        ('"Hà Nội"', "string", ["Hà Nội"], ["Ha Noi"]),
        ("true", "boolean", [True], [False, None]),
        ("null", "string", [None], ["a"]),
        ('>= date("2026-05-04")', "date", [date(2026, 5, 4)], [date(2026, 5, 3)]),
        ('[@"2026-01-01"..@"2026-12-31"]', "date", [date(2026, 6, 1)], [date(2027, 1, 1)]),
    ],
)
def test_cells_hold(text: str, kind: str, yes: list[Any], no: list[Any]) -> None:
    read = cell(text, kind)
    assert [v for v in yes if not read.holds(v)] == []
    assert [v for v in no if read.holds(v)] == []


HOSTILE_CELLS = [
    "__import__('os').system('id')", "().__class__", "a.b", "outcome.upper()", "open(1)", "[x for x in y]",
    "lambda: 1", "function(x) x", "for i in 1..9 return i", "if a then b else c", "some x in y satisfies x",
    "10 ** 10", "9**9**9", "1e9", "1E400", "9" * 16, "0x10", "1_000", "1 + 1", "1; 2", "eval(1)", "sum(1)",
    "date(\"2026-13-01\")", "date(\"2026-02-30\")", "date(x)", "@\"x\"", "duration(\"P1D\")", "today()",
    "[5..1]", "(1..1)", "[1..", "[1..2", "1..2", "..", "[1,2]", "not(not(1))", "not(1", "not", "not()", "(((1)))",
    "(" * 400, "[" * 400, "not(" * 120, "1," * 200 + "1", "<", "< < 1", "<= \"a\"", "> true", "> null", "\"a",
    "\"a\\n\"", "\"" + "a" * 201 + "\"", "１", "٣", "<＝ 1", "1\u200b2", "tru\u0435", "?", "? > 1", "{a: 1}",
    "-1 -1", "1 2", "\"(a+)+$\" \"aaaa\"", "matches(\"a\", \"(a+)+$\")", "true false", "\x00", "a" * 501,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE_CELLS)
def test_a_cell_holds_nothing_that_runs(text: str) -> None:
    with pytest.raises(BadCell):
        cell(text, "number")
    with pytest.raises(reading.BadTable) as caught:
        reading.read(dmn((text.replace("\x00", "#"), "1")))
    assert caught.value.problems


@pytest.mark.parametrize("text", ["-", "", "< 5", "1, 2", "[1..2]", "a", "fee", "1 * 2", "null", '"5"', "-5 + 1"])
def test_an_output_is_one_value(text: str) -> None:
    with pytest.raises(reading.BadTable):
        reading.read(dmn(("-", text)))


@pytest.mark.parametrize(
    ("hit", "value", "fee", "rules"),
    [
        ("UNIQUE", 100, D(0), ("r1",)),
        ("UNIQUE", 100.01, D(200000), ("r2",)),
        ("UNIQUE", 501, D(500000), ("r3",)),
        ("UNIQUE", None, None, ()),
        ("FIRST", 7, D(0), ("r1",)),
        ("COLLECT SUM", 300, D(200000), ("r2",)),
    ],
)
def test_tiers(hit: str, value: Any, fee: Any, rules: tuple[str, ...]) -> None:
    outputs, found = tables.decide(reading.read(dmn(*TIERS, hit=hit)), {"programme": {"value": value}})
    assert (outputs.get("fee"), found) == (fee, rules)


@pytest.mark.parametrize(("hit", "fee"), [("COLLECT SUM", D(30)), ("COLLECT MAX", D(20)), ("FIRST", D(10))])
def test_rules_that_match_together(hit: str, fee: Decimal) -> None:
    table = reading.read(dmn(("> 1", "10"), ("-", "20"), hit=hit))
    assert tables.decide(table, {"programme": {"value": 5}})[0] == {"fee": fee}


@pytest.mark.parametrize("value", ["5", True, [], {}, float("nan"), float("inf")])
def test_a_value_of_another_kind_decides_nothing(value: Any) -> None:
    with pytest.raises(tables.WrongInput):
        tables.decide(reading.read(dmn(*TIERS)), {"programme": {"value": value}})


def faults(content: bytes) -> list[str]:
    return [p.message for p in linting.check(reading.read(content))]


TWO = (("a", "number"), ("b", "string"))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (dmn(*TIERS), []),
        (dmn(("<= 100", "1"), (">= 100", "2")), ["Dòng 2 trùng trường hợp với dòng 1."]),
        (dmn(("<= 100", "1"), ("-", "2")), ["Dòng 2 trùng trường hợp với dòng 1."]),
        (dmn(("-", "1"), ("> 5", "2"), hit="FIRST"), ["Dòng 2 bị các dòng trên che hết."]),
        (dmn(("<= 5", "1"), ("> 3", "2"), ("4", "3"), hit="FIRST"), ["Dòng 3 bị các dòng trên che hết."]),
        (dmn(("<= 5", "1"), ("-", "2"), hit="FIRST"), []),
        (dmn(("<= 5", "1"), ("-", "2"), hit="COLLECT SUM"), []),
        (dmn(("< 5", '"x"', "1"), ("< 5", 'not("x")', "2"), inputs=TWO), []),
        (dmn(("< 5", '"x"', "1"), ("4", '"x","y"', "2"), inputs=TWO), ["Dòng 2 trùng trường hợp với dòng 1."]),
        (dmn(("1", "1"), inputs=(("a", "number"),), outputs=(("fee", "number"),)), []),
    ],
)
def test_the_linter_finds_rules_in_each_others_way(content: bytes, found: list[str]) -> None:
    assert faults(content) == found


@pytest.mark.parametrize(
    ("content", "complete", "without"),
    [
        (dmn(*TIERS), True, False),
        (dmn(*TIERS[:2]), False, False),
        (dmn(("< 5", "1"), ("> 5", "1")), False, False),
        (dmn(("<= 5", "1"), (">= 6", "1")), False, False),
        (dmn(("<= 5", "1"), (">= 6", "1"), inputs=(("programme.value", "integer"),)), True, False),
        (dmn(("<= 5", "1"), ("-", "2"), hit="FIRST"), True, True),
        (dmn(("-", "1")), True, True),
        (dmn(('"a"', "1"), ('not("a")', "2"), inputs=(("programme.value", "string"),)), True, True),
        (dmn(("true", "1"), ("false", "2"), inputs=(("programme.value", "boolean"),)), True, False),
    ],
)
def test_completeness_is_exact(content: bytes, complete: bool, without: bool) -> None:
    table = reading.read(content)
    assert linting.is_complete(table) is complete
    assert linting.is_complete(table, missing="programme.value") is without
    assert bool(linting.warnings(table)) is not complete


def test_a_wide_table_is_judged_in_time() -> None:
    rules = [(f"[{10 * n}..{10 * n + 10})", f'"{n % 7}"', str(n)) for n in range(400)]
    table = reading.read(dmn(*rules, inputs=TWO))
    assert linting.check(table) == []
    assert linting.is_complete(table) is False


BIG = dmn(*[("1", "1")] * 1001)
SOUND = dmn(*TIERS)
HOSTILE_FILES = [
    b"", b"<", b"\x00\xff", b"{}", b"<a/>", SOUND[:-20],
    b'<!DOCTYPE a [<!ENTITY x "y">]>' + SOUND,
    b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + SOUND,
    b'<?xml version="1.0" encoding="utf-7"?>' + SOUND,
    SOUND.replace(b"<definitions", b"<?xml-stylesheet href='x'?><definitions"),
    SOUND.replace(b"20191111", b"20180521"),
    SOUND.replace(b"<decisionTable", b"<literalExpression><text>1</text></literalExpression><decisionTable"),
    SOUND.replace(b"<decision id", b'<import namespace="x" locationURI="http://x/" importType="y"/><decision id'),
    SOUND.replace(b"<decision id", b"<businessKnowledgeModel id='k'/><decision id"),
    SOUND.replace(b"<decision id", b"<decisionService id='k'/><decision id"),
    SOUND.replace(b"<decisionTable", b"<invocation/><decisionTable"),
    SOUND.replace(b"<decisionTable", b"<context/><decisionTable"),
    SOUND.replace(b"<decisionTable", b"<extensionElements><x:script xmlns:x='urn:x'>1</x:script></extensionElements>"
                                     b"<decisionTable"),
    SOUND.replace(b'<inputExpression ', b'<inputExpression expressionLanguage="javascript" '),
    SOUND.replace(b"<definitions ", b'<definitions expressionLanguage="groovy" '),
    SOUND.replace(b'<rule id="r1"', b'<rule id="r1" onload="x"'),
    SOUND.replace(b"<text>programme.value</text>", b"<text>programme.__class__</text>"),
    SOUND.replace(b"<text>programme.value</text>", b"<text>open(1)</text>"),
    SOUND.replace(b"<text>programme.value</text>", b"<text>a[1]</text>"),
    SOUND.replace(b"<text>programme.value</text>", b"<text>a + 1</text>"),
    SOUND.replace(b"<text>programme.value</text>", "<text>ｖａｌｕｅ</text>".encode()),
    SOUND.replace(b"<text>programme.value</text>", b"<text>" + b"a." * 50 + b"a</text>"),
    SOUND.replace(b'typeRef="number"><text>', b"><text>"), SOUND.replace(b'name="fee" typeRef="number"', b'name="fee"'),
    SOUND.replace(b'name="fee"', b'name="Fee!"'), SOUND.replace(b'decision id="phi"', b'decision id="../phi"'),
    SOUND.replace(b"UNIQUE", b"ANY"), SOUND.replace(b"UNIQUE", b"RULE ORDER"), SOUND.replace(b"UNIQUE", b"COLLECT"),
    SOUND.replace(b"UNIQUE", b"COLLECT").replace(b"<decisionTable", b'<decisionTable aggregation="COUNT"'),
    SOUND.replace(b"<outputEntry><text>0</text></outputEntry>", b""),
    SOUND.replace(b"<outputEntry><text>0</text></outputEntry>", b"<outputEntry><text></text></outputEntry>"),
    SOUND.replace(b"</definitions>", b"<decision id='b'/></definitions>"), dmn(), BIG,
    b"<a>" * 200 + b"</a>" * 200, SOUND + b" " * 1_100_000,
    dmn(("< 5", "1"), ("< 9", "2")), dmn(("-", "1"), ("1", "1"), hit="FIRST"),
]  # fmt: skip


@pytest.fixture
def by() -> Iterator[Actor]:
    with acting_as(process("test", AGENCY)) as actor:
        yield actor


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(len(HOSTILE_FILES)))
def test_a_hostile_file_is_refused_and_nothing_is_published(by: Actor, number: int) -> None:
    with pytest.raises(Refusal) as caught:
        actions.publish_decision(by=by, now=NOW, content=HOSTILE_FILES[number])
    assert caught.value.code == "bad_decision"
    assert caught.value.fields or ":" in caught.value.message
    assert (DecisionVersion.objects.count(), AuditEntry.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_versions_are_kept_and_never_changed(by: Actor) -> None:
    first = actions.publish_decision(by=by, now=NOW, content=SOUND)
    assert actions.publish_decision(by=by, now=NOW, content=SOUND) == (first[0], False)
    second, new = actions.publish_decision(by=by, now=NOW, content=dmn(("-", "7")))
    assert new
    assert queries.decide(AGENCY, "phi", {}).outputs == {"fee": D(7)}
    found = queries.decision(AGENCY, "phi")
    assert found is not None
    assert (found.id, found.version, found.outputs, found.complete) == (second, 2, {"fee": "number"}, True)
    assert [(c.path, c.needed) for c in found.inputs] == [("programme.value", False)]
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        DecisionVersion.objects.filter(pk=first[0]).update(name="khác")
    assert AuditEntry.objects.filter(verb="workflow.publish_decision").count() == 2


@pytest.mark.django_db
def test_an_unknown_table_and_a_wrong_value(by: Actor) -> None:
    with pytest.raises(NotFound):
        queries.decide(AGENCY, "khong_co", {})
    actions.publish_decision(by=by, now=NOW, content=SOUND)
    with pytest.raises(Refusal, match="giá trị không phải kiểu number") as caught:
        queries.decide(AGENCY, "phi", {"programme": {"value": "nhiều"}})
    assert caught.value.code == "wrong_input"
