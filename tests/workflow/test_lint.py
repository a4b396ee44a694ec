"""The linter of drawings: each fault is named at its element; what hides code is never published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from emoit.kernel.access import Actor, Refusal, acting_as, process
from emoit.kernel.models import AuditEntry
from emoit.workflow import actions, conditions, drawing, lint, queries
from emoit.workflow.drawing import SHIPPED
from emoit.workflow.models import ProcessVersion

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
AGENCY = 7
STANDARD = (SHIPPED / "standard.bpmn").read_text("utf-8")
EXAMINE = '<bpmn:userTask id="examine" name="Thẩm định hồ sơ"/>'
PAY = '<bpmn:userTask id="pay" name="Nộp phí, lệ phí"/>'
ISSUE = '<bpmn:serviceTask id="issue" name="Ký số, đóng dấu và trả kết quả"/>'
RETURN = 'id="approve_returned" name="Trả lại" sourceRef="after_approve" targetRef="examine"'
END = "</bpmn:userTask>"
ZEEBE = '<z:ioMapping xmlns:z="http://camunda.org/schema/zeebe/1.0"><z:input source="=1" target="x"/></z:ioMapping>'


def changed(before: str, after: str) -> bytes:
    assert before in STANDARD
    return STANDARD.replace(before, after, 1).encode()


def found(content: bytes) -> dict[str, str]:
    return {p.element: p.message for p in lint.check(drawing.read(content))}


@pytest.mark.parametrize(
    ("before", "after", "element", "words"),
    [
        ('sourceRef="after_intake" targetRef="pay"', 'sourceRef="after_intake" targetRef="examine"', "pay", "dẫn tới"),
        ('<bpmn:sequenceFlow id="f3" sourceRef="pay" targetRef="examine"/>', "", "pay", "không có đường tới kết thúc"),
        ("<bpmn:flowNodeRef>examine</bpmn:flowNodeRef>", "", "examine", "làn của ai"),
        ('<bpmn:lane id="specialist"', '<bpmn:lane id="wizard"', "examine", "làn của ai"),
        ('<bpmn:lane id="specialist"', '<bpmn:lane id="head2"', "examine", "làn của ai"),
        ('<bpmn:lane id="head"', '<bpmn:lane id="applicant"', "approve", "không làm được"),
        (RETURN, RETURN.replace('"examine"', '"sign"'), "approve", "đi cùng đường"),
        (RETURN, RETURN.replace('"examine"', '"not_accepted"'), "approve", "không dẫn trở lại"),
        ("outcome == 'return'", "outcome == 'refuse'", "approve_returned", "không cho kết quả: refuse"),
        ("outcome == 'return'", "outcome == 'refuse'", "approve", "Chưa vẽ đường"),
        ("outcome == 'refuse'", "automatic == True", "intake", "Chưa vẽ đường khi kết quả là «refuse»"),
        ("outcome == 'fee'", "amount > 3", "intake_fee", "dữ liệu không có: amount"),
        ("outcome == 'fee'", "channel == 'blue'", "intake_fee", "Không có luồng rủi ro: blue"),
        (' default="intake_received"', "", "after_intake", "một nhánh mặc định"),
        (' default="intake_received"', ' default="nowhere"', "nowhere", "không có trong quy trình"),
        (' default="intake_received"', ' default="intake_fee"', "intake_fee", "không được có điều kiện"),
        ('targetRef="after_approve"/>', 'targetRef="nobody"/>', "f6", "không nối hai phần tử"),
        (EXAMINE, EXAMINE.replace('id="examine"', 'id="conjure"'), "f3", "không nối"),
        ('id="f3" sourceRef="pay" targetRef="examine"/>', 'id="f2" sourceRef="pay" targetRef="examine"/>', "f2", "mã"),
        (PAY, PAY + '<bpmn:userTask id="pay" name="Lần nữa"/>', "pay", "cùng một mã"),
        (PAY, PAY.replace('name="Nộp phí, lệ phí"', 'name=" "'), "pay", "phải có tên"),
        (ISSUE, ISSUE.replace("serviceTask", "userTask"), "issue", "do hệ thống làm"),
        (EXAMINE, EXAMINE.replace("userTask", "serviceTask"), "examine", "do người làm"),
        (
            '<bpmn:sequenceFlow id="f3"',
            '<bpmn:sequenceFlow id="x1" sourceRef="pay" targetRef="approve"/><bpmn:sequenceFlow id="f3"',
            "pay",
            "Chỉ cổng",
        ),
        ('id="standard" name=', 'id="Standard process" name=', "Standard process", "Mã phần tử"),
    ],
)
def test_each_fault_is_named(before: str, after: str, element: str, words: str) -> None:
    faults = found(changed(before, after))
    assert words in faults.get(element, ""), faults


def timed(days: str, step: str = EXAMINE) -> bytes:
    declared = STANDARD.replace('id="standard_definitions"', 'id="d" xmlns:emoit="urn:emoit:process"')
    return declared.replace(step, step.replace("/>", f' emoit:workingDays="{days}"/>')).encode()


@pytest.mark.parametrize("days", ["-1", "two", "1e3", "9999", "1.555", "0x2", "٣", ""])
def test_step_times_are_plain_numbers_of_days(days: str) -> None:
    assert "examine" in found(timed(days))


@pytest.mark.parametrize(
    ("content", "days"),
    [
        (STANDARD.encode(), Fraction(0)),
        (timed("2.5"), Fraction(5, 2)),
        (timed("7", PAY), Fraction(0)),  # the applicant's own time
        (
            timed("3").replace(b'id="approve" name=', b'id="approve" emoit:workingDays="1" name='),
            Fraction(4),
        ),
    ],
)
def test_the_longest_way_counts_each_step_once(content: bytes, days: Fraction) -> None:
    assert found(content) == {}
    assert lint.working_days(drawing.read(content)) == days


HOSTILE = [
    b"", b"<", b"\xff\xfe\x00", b"{}", b"<a/>", STANDARD[:900].encode(), b"<x>" * 300 + b"</x>" * 300,
    (STANDARD + " " * 1_100_000).encode(),
    STANDARD.replace("?>", '?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', 1).encode(),
    STANDARD.replace("?>", '?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>', 1).encode(),
    STANDARD.replace("?>", '?><?xml-stylesheet href="x.xsl"?>', 1).encode(),
    changed(EXAMINE, '<bpmn:scriptTask id="examine" name="x"><bpmn:script>1</bpmn:script></bpmn:scriptTask>'),
    changed(EXAMINE, EXAMINE.replace("userTask", "businessRuleTask")),
    changed(EXAMINE, EXAMINE.replace("userTask", "sendTask")),
    changed(EXAMINE, EXAMINE.replace("userTask", "receiveTask")),
    changed(EXAMINE, EXAMINE.replace("userTask", "manualTask")),
    changed(EXAMINE, EXAMINE.replace("userTask", "task")),
    changed(EXAMINE, '<bpmn:callActivity id="examine" name="x" calledElement="elsewhere"/>'),
    changed(EXAMINE, '<bpmn:subProcess id="examine" name="x"/>'),
    changed(EXAMINE, '<bpmn:transaction id="examine" name="x"/>'),
    changed(EXAMINE, '<bpmn:adHocSubProcess id="examine" name="x"/>'),
    changed(EXAMINE, EXAMINE.replace("/>", f"><bpmn:extensionElements>{ZEEBE}</bpmn:extensionElements>{END}")),
    changed(EXAMINE, EXAMINE.replace("/>", "><bpmn:ioSpecification/></bpmn:userTask>")),
    changed(EXAMINE, EXAMINE.replace("/>", "><bpmn:multiInstanceLoopCharacteristics/></bpmn:userTask>")),
    changed(EXAMINE, EXAMINE.replace("/>", "><bpmn:standardLoopCharacteristics/></bpmn:userTask>")),
    changed(EXAMINE, EXAMINE.replace("/>", "><bpmn:dataInputAssociation/></bpmn:userTask>")),
    changed(EXAMINE, EXAMINE.replace("/>", ' xmlns:c="http://camunda.org/schema/1.0/bpmn" c:assignee="${x.y()}"/>')),
    changed(EXAMINE, EXAMINE.replace("/>", ' implementation="##WebService"/>')),
    changed(ISSUE, ISSUE.replace("/>", ' implementation="http://evil.example/"/>')),
    changed(ISSUE, ISSUE.replace("/>", ' xmlns:c="http://camunda.org/schema/1.0/bpmn" c:class="java.lang.Runtime"/>')),
    changed(ISSUE, ISSUE.replace("/>", ' operationRef="op"/>')),
    changed("<bpmn:laneSet", "<bpmn:extensionElements/><bpmn:laneSet"),
    changed("<bpmn:laneSet", '<bpmn:dataObject id="o"/><bpmn:laneSet'),
    changed("<bpmn:laneSet", "<script>alert(1)</script><bpmn:laneSet"),
    changed("<bpmn:laneSet", '<bpmn:boundaryEvent id="b" attachedToRef="examine"><bpmn:timerEventDefinition/>'
                             "</bpmn:boundaryEvent><bpmn:laneSet"),
    changed("<bpmn:startEvent id=\"submitted\" name=\"Hồ sơ được nộp\"/>",
            '<bpmn:startEvent id="submitted" name="x"><bpmn:timerEventDefinition/></bpmn:startEvent>'),
    changed('<bpmn:endEvent id="issued" name="Đã trả kết quả"/>',
            '<bpmn:endEvent id="issued" name="x"><bpmn:terminateEventDefinition/></bpmn:endEvent>'),
    changed("<bpmn:process ", '<bpmn:import importType="x" location="http://x/" namespace="y"/><bpmn:process '),
    changed("<bpmn:process ", '<bpmn:message id="m"/><bpmn:process '),
    changed("<bpmn:process ", '<bpmn:process id="second"/><bpmn:process '),
    changed("<bpmn:definitions ", '<bpmn:definitions expressionLanguage="python" '),
    changed('xsi:type="bpmn:tFormalExpression"', 'xsi:type="bpmn:tFormalExpression" language="javascript"'),
    changed("<bpmn:conditionExpression", "<bpmn:documentation/><bpmn:script/><bpmn:conditionExpression"),
    changed("outcome == 'fee'", "<bpmn:script>1</bpmn:script>outcome == 'fee'"),
    STANDARD.replace("exclusiveGateway", "complexGateway").encode(),
    STANDARD.replace("exclusiveGateway", "eventBasedGateway").encode(),
    STANDARD.replace("exclusiveGateway", "inclusiveGateway").encode(),
]  # fmt: skip


@pytest.fixture
def by() -> Iterator[Actor]:
    with acting_as(process("test", AGENCY)) as actor:
        yield actor


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_hostile_file_is_refused_and_nothing_is_published(by: Actor, number: int) -> None:
    with pytest.raises(Refusal) as caught:
        actions.publish(by=by, now=NOW, content=HOSTILE[number])
    assert caught.value.code == "bad_process"
    assert caught.value.fields or ":" in caught.value.message
    assert (ProcessVersion.objects.count(), AuditEntry.objects.count()) == (0, 0)


CODE = [
    "outcome.__class__ == 'x'", "outcome.x", "__builtins__", "__import__ == 'x'", "__name__ == 'x'", "eval('1')",
    "exec('1')", "outcome('x')", "outcome == f'{automatic}'", "{o for o in outcome}", "{1: 2}", "{1, 2}",
    "[*outcome]", "(x for x in outcome)", "lambda: outcome", "outcome if automatic else 1", "outcome := 1", "yield",
    "await outcome", "outcome and (yield)", "1 + 1 == 2", "'a' * 10 ** 9 == 'b'", "9 ** 9 ** 9 == 1", "-outcome",
    "~1", "1 << 99999", "outcome is None", "outcome is not None", "outcome[0]", "outcome[:]", "outcome @ 1", "...",
    "b'x' == outcome", "1j == outcome", "1e999 == outcome", "9" * 40 + " == 1", "outcome == 'x' # no", "a\n== 'b'",
    "a\\\n == 'b'", "ｏｕｔｃｏｍｅ == 'fee'", "оutcome == 'fee'", "outcome == 'fee\u202e'", "outcome\u200b == 'fee'",
    "outcome\x00 == 'fee'", "not " * 40 + "outcome", "(" * 240 + "1" + ")" * 240,
    "[" * 60 + "]" * 60, "outcome == [['fee']]", "outcome in [automatic]", "outcome == ", "== 'x'", ";", "import os",
    "outcome = 'x'", "print", "1 if 1 else 1", "x" * 501, "1is 2", "'a' 'b' if 1 else 2", "async", "assert 1",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("text", CODE)
def test_a_condition_that_is_no_comparison_is_refused(by: Actor, text: str) -> None:
    from html import escape

    if "\x00" not in text:
        with pytest.raises(Refusal) as caught:
            actions.publish(by=by, now=NOW, content=changed("outcome == 'fee'", escape(text)))
        assert "intake_fee" in caught.value.fields
    if text != "print":  # a name, but of nothing that a condition may ask about
        with pytest.raises(conditions.BadCondition):
            conditions.parse(text)
    assert ProcessVersion.objects.count() == 0


@pytest.mark.django_db
def test_a_published_process_tells_its_outcomes_and_times(by: Actor) -> None:
    process_id, _ = actions.publish(by=by, now=NOW, content=timed("2"))
    assert queries.outcomes(process_id, "examine") == {"propose", "supplement"}
    assert queries.outcomes(process_id, "sign") == {"sign", "return"}
    assert queries.working_days(AGENCY, "standard") == 2
    assert queries.working_days(AGENCY, "unknown") == 0
