"""The linter of drawings: the gate before a process is published. Pure: a drawing in, its faults out."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction

from emoit.lib.saying import say, vi, why
from emoit.workflow import conditions
from emoit.workflow.conditions import BadCondition
from emoit.workflow.drawing import Drawing, Flow
from emoit.workflow.types import CHANNELS, KINDS, LANES, NAMES, Problem, kind_of

MAX_NODES = 200
MAX_DAYS = 3650
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}", re.ASCII)
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_DAYS = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,2})?", re.ASCII)
Edges = dict[str, set[str]]


def check(drawing: Drawing) -> list[Problem]:
    """Every fault that keeps the drawing from being published."""
    strange = foreign(drawing)
    if strange:  # the rest would judge a drawing that is not the one the author sees
        return strange
    return [
        *_unreachable(drawing),
        *_shape(drawing),
        *_steps(drawing),
        *_gateways(drawing),
        *_conditions(drawing),
        *_ways_back(drawing),
        *_step_times(drawing),
    ]


def foreign(drawing: Drawing) -> list[Problem]:
    """What is not of the profile, and names that cannot be: before anything else is judged, also before calls are."""
    return [*_strange_elements(drawing), *_identity(drawing)]


def _strange_elements(drawing: Drawing) -> Iterator[Problem]:
    for key, what in drawing.strangers:
        yield Problem(key or drawing.key, say("Quy trình không được dùng {what}.", what=what))


def _identity(drawing: Drawing) -> Iterator[Problem]:
    if not _KEY.fullmatch(drawing.key):
        yield Problem(drawing.key, vi("Mã quy trình gồm chữ thường, số và dấu gạch dưới, tối đa 40 ký tự."))
    if not drawing.name.strip():
        yield Problem(drawing.key, vi("Quy trình phải có tên."))
    if len(drawing.kinds) > MAX_NODES:
        yield Problem(drawing.key, say("Quy trình có quá {most} phần tử.", most=MAX_NODES))
    for key, times in Counter(drawing.ids).items():
        if times > 1:
            yield Problem(key, vi("Hai phần tử cùng một mã."))
        if not _ID.fullmatch(key):
            yield Problem(key, vi("Mã phần tử gồm chữ không dấu, số và dấu gạch dưới, tối đa 60 ký tự."))
    for flow in drawing.flows:
        if flow.source not in drawing.kinds or flow.target not in drawing.kinds:
            yield Problem(flow.id, vi("Mũi tên không nối hai phần tử của quy trình."))


def _edges(drawing: Drawing) -> Edges:
    onward: Edges = defaultdict(set)
    for flow in drawing.flows:
        onward[flow.source].add(flow.target)
    return onward


def _reached(start: set[str], edges: Edges) -> set[str]:
    seen, queue = set(start), list(start)
    while queue:
        for target in edges[queue.pop()] - seen:
            seen.add(target)
            queue.append(target)
    return seen


def _unreachable(drawing: Drawing) -> Iterator[Problem]:
    backward: Edges = defaultdict(set)
    for flow in drawing.flows:
        backward[flow.target].add(flow.source)
    starts = {k for k, kind in drawing.kinds.items() if kind == "startEvent"}
    ends = {k for k, kind in drawing.kinds.items() if kind == "endEvent"}
    if len(starts) != 1:
        yield Problem(drawing.key, vi("Quy trình phải có đúng một điểm bắt đầu."))
    if not ends:
        yield Problem(drawing.key, vi("Quy trình phải có điểm kết thúc."))
    from_start, to_end = _reached(starts, _edges(drawing)), _reached(ends, backward)
    for key in drawing.kinds:
        if key not in from_start:
            yield Problem(key, vi("Không có đường nào dẫn tới bước này."))
        elif key not in to_end:
            yield Problem(key, vi("Từ bước này không có đường tới kết thúc."))


def _shape(drawing: Drawing) -> Iterator[Problem]:
    """Only gateways divide the way; nothing comes into a start or leaves an end."""
    coming_in = {flow.target for flow in drawing.flows}
    for key, kind in drawing.kinds.items():
        ways = len(drawing.ways_out(key))
        if kind == "startEvent" and key in coming_in:
            yield Problem(key, vi("Không có đường nào được dẫn về điểm bắt đầu."))
        if kind == "endEvent" and ways:
            yield Problem(key, vi("Điểm kết thúc không được có đường ra."))
        if not kind.endswith("Gateway") and ways > 1:
            yield Problem(key, vi("Chỉ cổng mới được chia nhánh."))


def _steps(drawing: Drawing) -> Iterator[Problem]:
    """Every step is of a kind that we know, in a lane of someone who may do it."""
    for step in drawing.steps:
        kind = KINDS.get(kind_of(step.key))
        if kind is None:
            yield Problem(
                step.key, say("Không có loại bước này; mã bước bắt đầu bằng {names}.", names=", ".join(KINDS))
            )
        elif step.automatic is bool(kind.lanes):
            words = vi("Bước loại này do người làm.") if kind.lanes else vi("Bước loại này do hệ thống làm.")
            yield Problem(step.key, words)
        elif not step.automatic and step.lane not in LANES:
            yield Problem(step.key, vi("Bước này không nằm trong làn của ai."))
        elif not step.automatic and step.lane not in kind.lanes:
            yield Problem(step.key, vi("Người ở làn này không làm được bước loại này."))
        if not step.name.strip():
            yield Problem(step.key, vi("Bước phải có tên."))


def _gateways(drawing: Drawing) -> Iterator[Problem]:
    for key, kind in drawing.kinds.items():
        if kind == "exclusiveGateway" and len(drawing.ways_out(key)) > 1:
            yield from _branches(drawing, key)
    for name in drawing.defaults - {flow.id for flow in drawing.flows}:
        yield Problem(name, vi("Nhánh mặc định không có trong quy trình."))
    for flow in drawing.flows:
        if flow.condition and drawing.kinds.get(flow.source) != "exclusiveGateway":
            yield Problem(flow.id, vi("Chỉ nhánh ra khỏi cổng loại trừ mới có điều kiện."))


def _branches(drawing: Drawing, gateway: str) -> Iterator[Problem]:
    ways = drawing.ways_out(gateway)
    if sum(flow.id in drawing.defaults for flow in ways) != 1:
        yield Problem(gateway, vi("Cổng chia nhánh phải có đúng một nhánh mặc định."))
    for flow in ways:
        if flow.id in drawing.defaults and flow.condition:
            yield Problem(flow.id, vi("Nhánh mặc định không được có điều kiện."))
        if flow.id not in drawing.defaults and not flow.condition:
            yield Problem(flow.id, vi("Nhánh này thiếu điều kiện và không phải nhánh mặc định."))


def _conditions(drawing: Drawing) -> Iterator[Problem]:
    """Whitelisted, about names that there are, and about outcomes that the steps before can give."""
    for flow in drawing.flows:
        if not flow.condition:
            continue
        try:
            names = conditions.names_in(flow.condition)
        except BadCondition as error:
            yield Problem(flow.id, say("Điều kiện không hợp lệ: {error}.", error=why(error)))
            continue
        if not names:
            yield Problem(flow.id, vi("Điều kiện không nêu dữ liệu nào."))
        if names - NAMES:
            yield Problem(
                flow.id, say("Điều kiện nêu dữ liệu không có: {names}.", names=", ".join(sorted(names - NAMES)))
            )
        if strange := conditions.words_named(flow.condition, "channel") - CHANNELS:
            yield Problem(flow.id, say("Không có luồng rủi ro: {names}.", names=", ".join(sorted(strange))))
        given = {o for step in _steps_before(drawing, flow.source) for o in _outcomes(step)}
        impossible = conditions.outcomes_named(flow.condition) - given
        if impossible:
            yield Problem(flow.id, say("Bước trước không cho kết quả: {names}.", names=", ".join(sorted(impossible))))


def _outcomes(step: str) -> frozenset[str]:
    kind = KINDS.get(kind_of(step))
    return kind.outcomes if kind else frozenset()


def _steps_before(drawing: Drawing, node: str) -> set[str]:
    """The steps whose outcome is still the last one when the way comes to `node`."""
    found, seen, queue = set(), {node}, [node]
    while queue:
        key = queue.pop()
        for flow in drawing.flows:
            if flow.target == key and flow.source not in seen:
                seen.add(flow.source)
                if drawing.kinds[flow.source].endswith("Gateway"):
                    queue.append(flow.source)
                elif drawing.kinds[flow.source].endswith("Task"):
                    found.add(flow.source)
    return found


def _ways_back(drawing: Drawing) -> Iterator[Problem]:
    """An outcome that sends back has its own way, and that way leads to the step again."""
    onward = _edges(drawing)
    for step in drawing.steps:
        kind = KINDS.get(kind_of(step.key))
        if kind is None:
            continue
        drawn = drawing.outcomes(step.key)
        for outcome in sorted(kind.required - drawn):
            yield Problem(step.key, say("Chưa vẽ đường khi kết quả là «{outcome}».", outcome=outcome))
        ahead = _follow(drawing, step.key, kind.forward)
        for outcome in sorted(kind.turns & drawn):
            turned = _follow(drawing, step.key, outcome)
            if turned == ahead:
                yield Problem(
                    step.key,
                    say("Kết quả «{outcome}» đi cùng đường với «{forward}».", outcome=outcome, forward=kind.forward),
                )
            elif outcome in kind.back and step.key not in _reached(set(turned), onward):
                yield Problem(step.key, say("Đường «{outcome}» không dẫn trở lại bước này.", outcome=outcome))


def _follow(drawing: Drawing, step: str, outcome: str) -> frozenset[str]:
    """The steps and ends that come next when `step` ends with `outcome`."""
    found, seen, queue = set(), set(), [step]
    while queue:
        key = queue.pop()
        for flow in _taken(drawing, key, outcome):
            if drawing.kinds[flow.target].endswith("Gateway"):
                if flow.target not in seen:
                    seen.add(flow.target)
                    queue.append(flow.target)
            else:
                found.add(flow.target)
    return frozenset(found)


def _taken(drawing: Drawing, key: str, outcome: str) -> list[Flow]:
    ways = drawing.ways_out(key)
    if drawing.kinds[key] != "exclusiveGateway":
        return ways
    for flow in ways:
        try:
            if flow.condition and conditions.evaluate(flow.condition, {"outcome": outcome}):
                return [flow]
        except BadCondition:
            continue
    return [flow for flow in ways if not flow.condition][:1]


def _step_times(drawing: Drawing) -> Iterator[Problem]:
    for key, text in drawing.days.items():
        if not _DAYS.fullmatch(text) or Fraction(text) > MAX_DAYS:
            yield Problem(key, vi("Thời gian của bước là số ngày làm việc, ví dụ 2 hoặc 0.5."))


def working_days(drawing: Drawing) -> Fraction:
    """The step times along the longest way from start to end, each step once; the applicant's own steps do not count.

    Ways back are left out: the clock of the law knows no rework.
    """
    onward = _edges(drawing)
    start = next((k for k, kind in drawing.kinds.items() if kind == "startEvent"), "")
    longest: dict[str, Fraction] = {}
    order = _finished_last(start, onward)
    for key, ahead in order:
        own = Fraction(drawing.days.get(key) or 0) if drawing.lanes.get(key) != "applicant" else Fraction(0)
        longest[key] = own + max((longest[k] for k in ahead), default=Fraction(0))
    return longest.get(start, Fraction(0))


def _finished_last(start: str, onward: Edges) -> list[tuple[str, list[str]]]:
    """Nodes after all that lies ahead of them, each with the nodes ahead; edges that close a loop are left out."""
    done: list[tuple[str, list[str]]] = []
    open_, closed = {start}, set()
    stack: list[tuple[str, list[str], list[str]]] = [(start, sorted(onward[start]), [])]
    while stack:
        key, left, ahead = stack[-1]
        if not left:
            stack.pop()
            open_.discard(key)
            closed.add(key)
            done.append((key, ahead))
            continue
        target = left.pop(0)
        if target in open_:
            continue
        ahead.append(target)
        if target not in closed:
            open_.add(target)
            stack.append((target, sorted(onward[target]), []))
    return done
