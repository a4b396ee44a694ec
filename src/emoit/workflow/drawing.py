"""Reading a drawing: the steps and lanes of a BPMN 2.0 file. What is not of the profile is kept as a stranger.

The profile: start, end, user task in a lane, service task (our own job), exclusive and parallel gateway, call activity.
`lint` judges; `calls` puts what is called in the place of the calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from emoit.lib import xml
from emoit.lib.saying import say
from emoit.workflow.conditions import outcomes_named
from emoit.workflow.types import KINDS, Step, kind_of

SHIPPED = Path(__file__).resolve().parent / "data"  # the processes that come with the product
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
OURS = "urn:emoit:process"  # the namespace of our own attributes
MAX_BYTES = 1024 * 1024
FLOW_NODES = {
    "startEvent", "endEvent", "userTask", "serviceTask", "exclusiveGateway", "parallelGateway", "callActivity",
}  # fmt: skip
DAYS = f"{{{OURS}}}workingDays"
_DIAGRAMS = (
    "http://www.omg.org/spec/BPMN/20100524/DI",
    "http://www.omg.org/spec/DD/20100524/DI",
    "http://www.omg.org/spec/DD/20100524/DC",
)
# Element -> (its attributes, its children). Whatever else stands in the file is a stranger: it may hide code.
_PLAIN = {"id", "name"}
_WAYS = {"incoming", "outgoing", "documentation"}
_PROFILE: dict[str, tuple[set[str], set[str]]] = {
    "definitions": (
        {*_PLAIN, "targetNamespace", "exporter", "exporterVersion"},
        {"process", "collaboration", "documentation"},
    ),
    "collaboration": (_PLAIN, {"participant", "documentation"}),
    "participant": ({*_PLAIN, "processRef"}, {"documentation"}),
    "process": (
        {*_PLAIN, "isExecutable", "processType", "isClosed"},
        {*FLOW_NODES, "laneSet", "sequenceFlow", "documentation", "textAnnotation", "association"},
    ),
    "laneSet": (_PLAIN, {"lane"}),
    "lane": (_PLAIN, {"flowNodeRef", "documentation"}),
    "flowNodeRef": (set(), set()),
    "startEvent": (_PLAIN, _WAYS),
    "endEvent": (_PLAIN, _WAYS),
    "userTask": ({*_PLAIN, DAYS}, _WAYS),
    "serviceTask": ({*_PLAIN, DAYS}, _WAYS),
    "callActivity": ({*_PLAIN, "calledElement"}, _WAYS),
    "exclusiveGateway": ({*_PLAIN, "default", "gatewayDirection"}, _WAYS),
    "parallelGateway": ({*_PLAIN, "gatewayDirection"}, _WAYS),
    "sequenceFlow": ({*_PLAIN, "sourceRef", "targetRef"}, {"conditionExpression", "documentation"}),
    "conditionExpression": ({"id", "{http://www.w3.org/2001/XMLSchema-instance}type"}, set()),
    "incoming": (set(), set()),
    "outgoing": (set(), set()),
    "documentation": ({"id", "textFormat"}, set()),
    "textAnnotation": ({"id", "textFormat"}, {"text"}),
    "text": (set(), set()),
    "association": ({"id", "sourceRef", "targetRef", "associationDirection"}, set()),
}


def _tag(element: etree._Element) -> str:
    """The name of a BPMN element; of any other its whole name; empty for comments."""
    return element.tag.removeprefix(f"{{{BPMN}}}") if isinstance(element.tag, str) else ""


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    source: str
    target: str
    condition: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A parsed drawing; `kinds` maps a flow node's id to its BPMN element name, `days` to its step time as written.

    `calls` maps a call activity's id to the key of the process that it calls; a published drawing has none.
    `ids` holds the ids of the process, its nodes and its flows as they stand, repetitions and all.
    """

    key: str
    name: str
    kinds: dict[str, str]
    names: dict[str, str]
    lanes: dict[str, str]
    flows: tuple[Flow, ...]
    strangers: tuple[tuple[str, str], ...]
    defaults: frozenset[str]
    days: dict[str, str]
    ids: tuple[str, ...]
    calls: dict[str, str]

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(
            Step(key=k, name=self.names[k], lane=self.lanes.get(k, ""), automatic=kind == "serviceTask")
            for k, kind in self.kinds.items()
            if kind in {"userTask", "serviceTask"}
        )

    def outcomes(self, step: str) -> frozenset[str]:
        """What may come of a step: its kind's way on, and the turns that a condition after it names."""
        kind = KINDS.get(kind_of(step))
        if kind is None:
            return frozenset()
        named: set[str] = set()
        ahead, seen = [step], {step}
        while ahead:
            for flow in self.ways_out(ahead.pop()):
                named |= outcomes_named(flow.condition)
                if self.kinds.get(flow.target, "").endswith("Gateway") and flow.target not in seen:
                    seen.add(flow.target)
                    ahead.append(flow.target)
        return kind.outcomes & named | {kind.forward}

    def ways_out(self, node: str) -> list[Flow]:
        return [f for f in self.flows if f.source == node]


def read(content: bytes) -> Drawing:
    """Parse one executable process. xml.XmlRefused if it is not safe XML, ValueError if there is not one process."""
    root = xml.parse_xml(content, max_bytes=MAX_BYTES)
    processes = root.findall(f"{{{BPMN}}}process")
    if _tag(root) != "definitions" or len(processes) != 1:
        raise ValueError(say("Tệp phải có đúng một quy trình."))
    process = processes[0]
    nodes = [e for e in process if _tag(e) in FLOW_NODES]
    flows = process.findall(f"{{{BPMN}}}sequenceFlow")
    return Drawing(
        key=process.get("id", ""),
        name=process.get("name", ""),
        kinds={e.get("id", ""): _tag(e) for e in nodes},
        names={e.get("id", ""): e.get("name", "") for e in nodes},
        lanes=_lanes(process),
        flows=tuple(_flow(e) for e in flows),
        strangers=tuple(_strangers(root)),
        defaults=frozenset(e.get("default", "") for e in nodes) - {""},
        days={e.get("id", ""): e.get(DAYS, "") for e in nodes if e.get(DAYS) is not None},
        ids=tuple(e.get("id", "") for e in (process, *nodes, *flows)),
        calls={e.get("id", ""): e.get("calledElement", "") for e in nodes if _tag(e) == "callActivity"},
    )


def _flow(element: etree._Element) -> Flow:
    condition = element.find(f"{{{BPMN}}}conditionExpression")
    text = (condition.text or "").strip() if condition is not None else ""
    return Flow(element.get("id", ""), element.get("sourceRef", ""), element.get("targetRef", ""), text)


def _strangers(root: etree._Element) -> Iterator[tuple[str, str]]:
    """(id of the element or of what holds it, what it is) of everything that the profile does not know."""
    for element in (*root.itersiblings(preceding=True), *root.itersiblings(), *root.iter()):
        if element.tag is etree.PI:
            yield "", say("chỉ thị xử lý")
        if not isinstance(element.tag, str) or etree.QName(element).namespace in _DIAGRAMS:
            continue
        parent = element.getparent()
        key = element.get("id") or (parent.get("id", "") if parent is not None else "")
        tag = _tag(element)
        known = _PROFILE.get(tag)
        if known is None or (parent is not None and tag not in _PROFILE.get(_tag(parent), ("", set()))[1]):
            yield key, etree.QName(element).localname
            continue
        for name in {str(n) for n in element.attrib} - known[0]:
            yield key, say("thuộc tính {attribute} của {tag}", attribute=etree.QName(name).localname, tag=tag)


def _lanes(process: etree._Element) -> dict[str, str]:
    lanes: dict[str, str] = {}
    for lane in process.iter(f"{{{BPMN}}}lane"):
        for reference in lane.findall(f"{{{BPMN}}}flowNodeRef"):
            lanes[(reference.text or "").strip()] = lane.get("id", "")
    return lanes
