"""Reading a drawing: the steps and lanes of a BPMN 2.0 file, and the faults that keep it from being published.

The published profile: start, end, user task in a lane, service task, exclusive and parallel gateway, call activity.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from emoit.lib import xml
from emoit.workflow.conditions import BadCondition, outcomes_named, parse
from emoit.workflow.types import KINDS, Problem, Step, kind_of

SHIPPED = Path(__file__).resolve().parent / "data"  # the processes that come with the product
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
FLOW_NODES = {
    "startEvent",
    "endEvent",
    "userTask",
    "serviceTask",
    "exclusiveGateway",
    "parallelGateway",
    "callActivity",
}
_FURNITURE = {"laneSet", "sequenceFlow", "documentation", "extensionElements", "textAnnotation", "association"}


def _tag(element: etree._Element) -> str:
    name = str(element.tag)
    return name.removeprefix(f"{{{BPMN}}}")


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    source: str
    target: str
    condition: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A parsed drawing; `kinds` maps a flow node's id to its BPMN element name."""

    key: str
    name: str
    kinds: dict[str, str]
    names: dict[str, str]
    lanes: dict[str, str]
    flows: tuple[Flow, ...]
    strangers: tuple[tuple[str, str], ...]
    defaults: frozenset[str]

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
    root = xml.parse_xml(content)
    processes = root.findall(f"{{{BPMN}}}process")
    if len(processes) != 1:
        raise ValueError("Tệp phải có đúng một quy trình.")
    process = processes[0]
    kinds: dict[str, str] = {}
    names: dict[str, str] = {}
    strangers: list[tuple[str, str]] = []
    flows: list[Flow] = []
    defaults: set[str] = set()
    for element in process:
        if not isinstance(element.tag, str):
            continue
        tag, key = _tag(element), element.get("id", "")
        if tag in FLOW_NODES:
            kinds[key], names[key] = tag, element.get("name", "")
            defaults |= {element.get("default", "")} - {""}
            strangers += [
                (key, _tag(child))
                for child in element
                if isinstance(child.tag, str) and _tag(child) not in {"incoming", "outgoing", "documentation"}
            ]
        elif tag == "sequenceFlow":
            condition = element.find(f"{{{BPMN}}}conditionExpression")
            text = (condition.text or "").strip() if condition is not None else ""
            flows.append(Flow(key, element.get("sourceRef", ""), element.get("targetRef", ""), text))
        elif tag not in _FURNITURE:
            strangers.append((key, tag))
    return Drawing(
        key=process.get("id", ""),
        name=process.get("name", ""),
        kinds=kinds,
        names=names,
        lanes=_lanes(process),
        flows=tuple(flows),
        strangers=tuple(strangers),
        defaults=frozenset(defaults),
    )


def _lanes(process: etree._Element) -> dict[str, str]:
    lanes: dict[str, str] = {}
    for lane in process.iter(f"{{{BPMN}}}lane"):
        for reference in lane.findall(f"{{{BPMN}}}flowNodeRef"):
            lanes[(reference.text or "").strip()] = lane.get("id", "")
    return lanes


def check(drawing: Drawing, known_lanes: frozenset[str]) -> list[Problem]:
    """Every fault that keeps the drawing from being published, in the order of the drawing."""
    return [
        *_strange_elements(drawing),
        *_unreachable(drawing),
        *_steps_nobody_does(drawing, known_lanes),
        *_bad_conditions(drawing),
    ]


def _strange_elements(drawing: Drawing) -> list[Problem]:
    return [Problem(key, f"Phần tử {tag} không được dùng trong quy trình.") for key, tag in drawing.strangers]


def _reached(start: set[str], edges: dict[str, set[str]]) -> set[str]:
    seen, queue = set(start), list(start)
    while queue:
        for target in edges[queue.pop()] - seen:
            seen.add(target)
            queue.append(target)
    return seen


def _unreachable(drawing: Drawing) -> list[Problem]:
    onward: dict[str, set[str]] = defaultdict(set)
    backward: dict[str, set[str]] = defaultdict(set)
    for flow in drawing.flows:
        onward[flow.source].add(flow.target)
        backward[flow.target].add(flow.source)
    starts = {k for k, kind in drawing.kinds.items() if kind == "startEvent"}
    ends = {k for k, kind in drawing.kinds.items() if kind == "endEvent"}
    problems = []
    if len(starts) != 1:
        problems.append(Problem(drawing.key, "Quy trình phải có đúng một điểm bắt đầu."))
    if not ends:
        problems.append(Problem(drawing.key, "Quy trình phải có điểm kết thúc."))
    from_start, to_end = _reached(starts, onward), _reached(ends, backward)
    for key in drawing.kinds:
        if key not in from_start:
            problems.append(Problem(key, "Không có đường nào dẫn tới bước này."))
        elif key not in to_end:
            problems.append(Problem(key, "Từ bước này không có đường tới kết thúc."))
    return problems


def _steps_nobody_does(drawing: Drawing, known_lanes: frozenset[str]) -> list[Problem]:
    return [
        Problem(step.key, "Bước này không nằm trong làn của ai.")
        for step in drawing.steps
        if not step.automatic and step.lane not in known_lanes
    ]


def _bad_conditions(drawing: Drawing) -> list[Problem]:
    problems = []
    for flow in drawing.flows:
        branches = drawing.kinds.get(flow.source) == "exclusiveGateway" and len(drawing.ways_out(flow.source)) > 1
        if flow.condition:
            try:
                parse(flow.condition)
            except BadCondition as error:
                problems.append(Problem(flow.id, f"Điều kiện không hợp lệ: {error}."))
        elif branches and flow.id not in drawing.defaults:
            problems.append(Problem(flow.id, "Nhánh này thiếu điều kiện và không phải nhánh mặc định."))
    return problems
