"""From a DMN 1.3 file to a table. One decision, one decision table; whatever else stands in the file is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from emoit.lib import xml
from emoit.lib.saying import say, vi, why
from emoit.workflow.decisions.feel import ANY, BadCell, Cell, Value, cell, literal
from emoit.workflow.decisions.tables import Hit, Input, Output, Rule, Table
from emoit.workflow.types import Problem

DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_DIAGRAMS = (
    "https://www.omg.org/spec/DMN/20191111/DMNDI/",
    "http://www.omg.org/spec/DMN/20180521/DI/",
    "http://www.omg.org/spec/DMN/20180521/DC/",
)
MAX_BYTES = 1024 * 1024
MAX_RULES = 1000
MAX_COLUMNS = 20
_PATH = re.compile(r"[a-z][a-zA-Z0-9_]{0,59}(?:\.[a-z][a-zA-Z0-9_]{0,59}){0,7}", re.ASCII)
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_KINDS = {
    "number": "number", "integer": "number", "long": "number", "double": "number",
    "string": "string", "boolean": "boolean", "date": "date",
}  # fmt: skip
_PLAIN = {"id", "name", "label"}
# Element -> (its attributes, its children).
_PROFILE: dict[str, tuple[set[str], set[str]]] = {
    "definitions": ({*_PLAIN, "namespace", "exporter", "exporterVersion"}, {"decision", "inputData", "description"}),
    "inputData": (_PLAIN, {"variable", "description"}),
    "variable": ({*_PLAIN, "typeRef"}, set()),
    "decision": (
        _PLAIN,
        {"decisionTable", "variable", "description", "question", "allowedAnswers", "informationRequirement"},
    ),
    "informationRequirement": ({"id"}, {"requiredInput"}),
    "requiredInput": ({"href"}, set()),
    "question": (set(), set()),
    "allowedAnswers": (set(), set()),
    "description": (set(), set()),
    "decisionTable": (
        {"id", "hitPolicy", "aggregation", "preferredOrientation", "outputLabel"},
        {"input", "output", "rule", "annotation"},
    ),
    "annotation": ({"name"}, set()),
    "input": ({"id", "label"}, {"inputExpression", "inputValues"}),
    "inputExpression": ({"id", "typeRef"}, {"text"}),
    "inputValues": ({"id"}, {"text"}),
    "output": ({*_PLAIN, "typeRef"}, set()),
    "rule": ({"id"}, {"inputEntry", "outputEntry", "annotationEntry", "description"}),
    "inputEntry": ({"id"}, {"text"}),
    "outputEntry": ({"id"}, {"text"}),
    "annotationEntry": (set(), {"text"}),
    "text": (set(), set()),
}


class BadTable(ValueError):
    """The file is not a table of the profile. `problems` lists every fault that was found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems[0].message if problems else "")
        self.problems = problems


def read(content: bytes) -> Table:
    """The table in a file. xml.XmlRefused if it is not safe XML, BadTable with all its faults."""
    root = xml.parse_xml(content, max_bytes=MAX_BYTES, max_depth=20)
    strangers = list(_strangers(root))[:50]
    if strangers:
        raise BadTable(strangers)
    decisions = root.findall(f"{{{DMN}}}decision")
    tables = decisions[0].findall(f"{{{DMN}}}decisionTable") if len(decisions) == 1 else []
    if len(tables) != 1:
        raise BadTable([Problem("", vi("Tệp phải có đúng một quyết định với một bảng quyết định."))])
    return _table(decisions[0], tables[0])


def _tag(element: etree._Element) -> str:
    return element.tag.removeprefix(f"{{{DMN}}}") if isinstance(element.tag, str) else ""


def _strangers(root: etree._Element) -> Iterator[Problem]:
    if _tag(root) != "definitions":
        yield Problem("", vi("Tệp không phải DMN 1.3."))
        return
    for element in (*root.itersiblings(preceding=True), *root.itersiblings(), *root.iter()):
        if element.tag is etree.PI:
            yield Problem("", vi("Bảng quyết định không được dùng chỉ thị xử lý."))
        if not isinstance(element.tag, str) or etree.QName(element).namespace in _DIAGRAMS:
            continue
        parent = element.getparent()
        key = element.get("id") or (parent.get("id", "") if parent is not None else "")
        tag = _tag(element)
        known = _PROFILE.get(tag)
        if known is None or (parent is not None and tag not in _PROFILE.get(_tag(parent), ("", set()))[1]):
            yield Problem(
                key, say("Bảng quyết định không được dùng {element}.", element=etree.QName(element).localname)
            )
            continue
        for name in {str(n) for n in element.attrib} - known[0]:
            yield Problem(
                key,
                say(
                    "Bảng quyết định không được dùng thuộc tính {attribute} của {tag}.",
                    attribute=etree.QName(name).localname,
                    tag=tag,
                ),
            )


def _text(element: etree._Element | None) -> str:
    found = element.find(f"{{{DMN}}}text") if element is not None else None
    return (found.text or "").strip() if found is not None else ""


def _table(decision: etree._Element, table: etree._Element) -> Table:
    faults: list[Problem] = []
    rows = table.findall(f"{{{DMN}}}rule")
    columns = table.findall(f"{{{DMN}}}input"), table.findall(f"{{{DMN}}}output")
    if not 0 < len(rows) <= MAX_RULES:
        faults.append(Problem("", say("Bảng phải có từ 1 đến {most} dòng.", most=MAX_RULES)))
    if not all(0 < len(side) <= MAX_COLUMNS for side in columns):
        faults.append(Problem("", say("Bảng phải có từ 1 đến {most} cột vào và cột ra.", most=MAX_COLUMNS)))
    key = decision.get("id", "")
    if not _NAME.fullmatch(key):
        faults.append(Problem(key, vi("Mã bảng gồm chữ thường, số và dấu gạch dưới, tối đa 40 ký tự.")))
    if faults:
        raise BadTable(faults)
    inputs = tuple(_input(e, faults) for e in columns[0])
    outputs = tuple(_output(e, faults) for e in columns[1])
    hit = _hit(table, outputs, faults)
    if faults:
        raise BadTable(faults)
    rules = tuple(_rule(e, n, inputs, outputs, faults) for n, e in enumerate(rows, start=1))
    if faults:
        raise BadTable(faults[:50])
    return Table(key, decision.get("name", ""), hit, inputs, outputs, rules)


def _hit(table: etree._Element, outputs: tuple[Output, ...], faults: list[Problem]) -> Hit:
    written = " ".join(filter(None, [table.get("hitPolicy", "UNIQUE"), table.get("aggregation", "")]))
    if written not in set(Hit):
        faults.append(
            Problem(
                "",
                say("Cách chọn dòng «{hit}» không dùng được; dùng {names}.", hit=written[:40], names=", ".join(Hit)),
            )
        )
        return Hit.UNIQUE
    hit = Hit(written)
    if hit in {Hit.SUM, Hit.MAX} and [o.kind for o in outputs] != ["number"]:
        faults.append(Problem("", vi("Cộng hoặc lấy lớn nhất cần đúng một cột ra kiểu số.")))
    return hit


def _kind(key: str, reference: str | None, faults: list[Problem]) -> str:
    kind = _KINDS.get(reference or "")
    if kind is None:
        faults.append(Problem(key, vi("Cột phải ghi kiểu: number, string, boolean hoặc date.")))
    return kind or "string"


def _input(element: etree._Element, faults: list[Problem]) -> Input:
    key = element.get("id", "")
    expression = element.find(f"{{{DMN}}}inputExpression")
    path = _text(expression)
    if not _PATH.fullmatch(path):
        faults.append(Problem(key, vi("Cột vào phải là tên một dữ kiện, ví dụ programme.value.")))
    written = expression.get("typeRef") if expression is not None else None
    kind = _kind(key, written, faults)
    allowed = ANY
    try:
        allowed = cell(_text(element.find(f"{{{DMN}}}inputValues")), kind)
    except BadCell as error:
        faults.append(Problem(key, say("Giá trị cho phép không hợp lệ: {error}.", error=why(error))))
    return Input(path, element.get("label", ""), kind, allowed, whole=written in {"integer", "long"})


def _output(element: etree._Element, faults: list[Problem]) -> Output:
    key, name = element.get("id", ""), element.get("name", "")
    if not _NAME.fullmatch(name):
        faults.append(Problem(key, vi("Cột ra phải có tên gồm chữ thường, số và dấu gạch dưới.")))
    return Output(name, _kind(key, element.get("typeRef"), faults))


def _rule(
    element: etree._Element, number: int, inputs: tuple[Input, ...], outputs: tuple[Output, ...], faults: list[Problem]
) -> Rule:
    key = element.get("id") or say("dòng {number}", number=number)
    left = element.findall(f"{{{DMN}}}inputEntry")
    right = element.findall(f"{{{DMN}}}outputEntry")
    if (len(left), len(right)) != (len(inputs), len(outputs)):
        faults.append(Problem(key, say("Dòng {number} không đủ ô.", number=number)))
        return Rule(key, (), ())
    cells: list[Cell] = []
    values: list[Value] = []
    for entry, column in zip(left, inputs, strict=True):
        try:
            cells.append(cell(_text(entry), column.kind))
        except BadCell as error:
            faults.append(
                Problem(
                    key,
                    say(
                        "Dòng {number}, {name}: {error}.",
                        number=number,
                        name=column.label or column.path,
                        error=why(error),
                    ),
                )
            )
    for entry, output in zip(right, outputs, strict=True):
        try:
            value = literal(_text(entry), output.kind)
            if value is None:
                raise BadCell(say("thiếu giá trị"))
            values.append(value)
        except BadCell as error:
            faults.append(
                Problem(key, say("Dòng {number}, {name}: {error}.", number=number, name=output.name, error=why(error)))
            )
    return Rule(key, tuple(cells), tuple(values))
