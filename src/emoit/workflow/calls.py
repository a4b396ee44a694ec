"""Call activities: a drawing that calls shared parts becomes one that holds them, when it is published.

The part's steps stand where the call stood, under ids that end in the call's: `plan` called by `onsite` becomes
`plan__onsite`. So a published version is whole: it stays when the part gets a new version, and the engine knows of no
calls.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

from lxml import etree

from emoit.lib import xml
from emoit.workflow.drawing import BPMN, FLOW_NODES, MAX_BYTES, Drawing
from emoit.workflow.types import Problem

# The key of a process -> its newest published drawing, None if there is none.
Find = Callable[[str], bytes | None]


def called(content: bytes) -> list[str]:
    """The keys of the processes that a drawing calls, in order. xml.XmlRefused if it is not safe XML."""
    root = xml.parse_xml(content, max_bytes=MAX_BYTES)
    return [call.get("calledElement", "") for call in root.iter(_name("callActivity"))]


def check(drawn: Drawing, find: Find) -> list[Problem]:
    """What keeps the calls of a drawing from being replaced by what they call."""
    return [problem for call, key in drawn.calls.items() for problem in _faults(drawn, call, key, find)]


def _faults(drawn: Drawing, call: str, key: str, find: Find) -> Iterator[Problem]:
    if not drawn.names.get(call, "").strip():
        yield Problem(call, "Bước gọi phải có tên.")
    if len(drawn.ways_out(call)) != 1:
        yield Problem(call, "Bước gọi phải có đúng một đường ra.")
    if key == drawn.key:
        yield Problem(call, "Quy trình không được gọi chính nó.")
        return
    content = find(key)
    if content is None:
        yield Problem(call, f"Chưa công bố quy trình được gọi «{key}».")
    elif len(list(_process(xml.parse_xml(content)).iter(_name("endEvent")))) != 1:
        yield Problem(call, f"Quy trình được gọi «{key}» phải có đúng một điểm kết thúc.")


def expanded(content: bytes, find: Find) -> bytes:
    """The drawing with every call replaced; as it is where it calls nothing. Expects what `check` found clean."""
    root = xml.parse_xml(content, max_bytes=MAX_BYTES)
    process = _process(root)
    calls = process.findall(_name("callActivity"))
    if not calls:
        return content
    for call in calls:
        part = find(call.get("calledElement", "")) or b""
        _replace(process, call, _process(xml.parse_xml(part, max_bytes=MAX_BYTES)))
    _tidy(root, process)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _replace(process: etree._Element, call: etree._Element, part: etree._Element) -> None:
    key = call.get("id", "")
    (start,) = part.findall(_name("startEvent"))
    (end,) = part.findall(_name("endEvent"))
    (onward,) = [flow for flow in _flows(process) if flow.get("sourceRef") == key]
    after = onward.get("targetRef", "")

    def place(node: str) -> str:
        return after if node == end.get("id") else f"{node}__{key}"

    flows = [copy.deepcopy(flow) for flow in _flows(part)]
    (first,) = [flow for flow in flows if flow.get("sourceRef") == start.get("id")]
    for flow in _flows(process):
        if flow.get("targetRef") == key:
            flow.set("targetRef", place(first.get("targetRef", "")))
    for node in part:
        if _is_node(node) and node not in (start, end):
            process.append(_renamed(node, key))
    for flow in flows:
        if flow is not first:
            flow.set("id", f"{flow.get('id')}__{key}")
            flow.set("sourceRef", place(flow.get("sourceRef", "")))
            flow.set("targetRef", place(flow.get("targetRef", "")))
            process.append(flow)
    _join_lanes(process, part, key)
    process.remove(onward)
    process.remove(call)


def _renamed(node: etree._Element, key: str) -> etree._Element:
    made = copy.deepcopy(node)
    for name in ("id", "default"):
        if made.get(name):
            made.set(name, f"{made.get(name)}__{key}")
    return made


def _join_lanes(process: etree._Element, part: etree._Element, key: str) -> None:
    """Who does a step of the part does it here: the lane of that id, which is added where there is none."""
    lanes = {lane.get("id"): lane for lane in process.iter(_name("lane"))}
    for lane in part.iter(_name("lane")):
        held = lane.findall(_name("flowNodeRef"))
        mine = lanes.get(lane.get("id"))
        if mine is None and held:
            mine = etree.SubElement(_lane_set(process), _name("lane"), id=lane.get("id", ""), name=lane.get("name", ""))
            lanes[lane.get("id")] = mine
        for reference in held:
            etree.SubElement(mine, _name("flowNodeRef")).text = f"{(reference.text or '').strip()}__{key}"


def _lane_set(process: etree._Element) -> etree._Element:
    found = process.find(_name("laneSet"))
    if found is None:
        found = etree.Element(_name("laneSet"), id="lanes")
        process.insert(0, found)
    return found


def _tidy(root: etree._Element, process: etree._Element) -> None:
    """Without references to what was replaced: in nodes, lanes, notes and the picture."""
    known = {element.get("id") for element in process.iter() if isinstance(element.tag, str)}
    ways = {_name("incoming"), _name("outgoing")}
    for element in list(root.iter()):
        parent = element.getparent()
        if parent is None or not isinstance(element.tag, str):
            continue
        if element.tag in ways or _refers(element) - known:
            parent.remove(element)


def _refers(element: etree._Element) -> set[str | None]:
    """The ids of the process's elements without which this one says nothing."""
    if element.tag == _name("flowNodeRef"):
        return {(element.text or "").strip()}
    if element.tag == _name("association"):
        return {element.get("sourceRef"), element.get("targetRef")}
    drawn = str(element.tag).endswith(("}BPMNShape", "}BPMNEdge"))
    return {element.get("bpmnElement")} if drawn else set()


def _process(root: etree._Element) -> etree._Element:
    found = root.find(_name("process"))
    if found is None:
        raise ValueError("Tệp phải có đúng một quy trình.")
    return found


def _flows(process: etree._Element) -> list[etree._Element]:
    return list(process.findall(_name("sequenceFlow")))


def _is_node(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and element.tag.removeprefix(f"{{{BPMN}}}") in FLOW_NODES


def _name(tag: str) -> str:
    return f"{{{BPMN}}}{tag}"
