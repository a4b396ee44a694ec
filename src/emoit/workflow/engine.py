"""SpiffWorkflow behind two words: start and complete.

Its traps are closed here: specifications are parsed once per process version and left out of the state, conditions go
through `conditions` only, script tasks and the engine's timers do not exist, and the past is pruned once an instance
has looped, so that its state does not grow with every supplement.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter
from SpiffWorkflow.bpmn.specs.defaults import UserTask
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from emoit.lib import xml
from emoit.lib.saying import say
from emoit.workflow import conditions, drawing
from emoit.workflow.types import OpenStep, Progress, State, kind_of

PRUNE_ABOVE = 40  # tasks; a straight run of the standard process has about 20


class NoSuchStep(LookupError):
    """The step does not wait in this instance: done already, or never reached."""


class NotDrawn(LookupError):
    """The process draws no way for this outcome."""


class Conditions(PythonScriptEngine):  # type: ignore[misc]
    """Evaluates gateway conditions and refuses everything else."""

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> bool:
        return conditions.evaluate(expression, task.data)

    def execute(self, task: Any, script: str, external_context: Any = None) -> None:
        raise conditions.BadCondition(say("quy trình không được chứa mã lệnh"))

    def call_service(self, task: Any, **kwargs: Any) -> None:
        raise conditions.BadCondition(say("quy trình không được gọi dịch vụ"))


class AutomaticTask(UserTask):  # type: ignore[misc]
    """A service task waits like a user task: our own job does the work and completes it."""


class Parser(BpmnParser):  # type: ignore[misc]
    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, Any]] = {full_tag("serviceTask"): (TaskParser, AutomaticTask)}


class WithoutSpecification(BpmnWorkflowConverter):  # type: ignore[misc]
    """Leaves the specification out of the state, and takes it from the version's cache on the way back."""

    def to_dict(self, workflow: Any) -> dict[str, Any]:
        result: dict[str, Any] = super(BpmnWorkflowConverter, self).to_dict(workflow)
        result["subprocesses"] = self.mapping_to_dict(workflow.subprocesses)
        result["bpmn_events"] = []
        return result

    def from_dict(self, dct: dict[str, Any]) -> Any:
        specification = dct.pop("specification")
        workflow = self.target_class(specification, {}, deserializing=True, script_engine=Conditions())
        tasks = _parents_first(dct["tasks"], dct["root"])
        workflow.tasks = self.mapping_from_dict(tasks, UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks.get(UUID(dct["root"]))
        self.set_default_attributes(workflow, dct)
        self.subprocesses_from_dict(dct["subprocesses"], workflow)
        return workflow


def _parents_first(tasks: dict[str, Any], root: str) -> dict[str, Any]:
    """Each task after the one whose data it goes on from: JSONB keeps no order, and a task restored too early would
    lose what was known before it."""
    ordered, ahead = {}, [root]
    while ahead:
        key = ahead.pop()
        ordered[key] = tasks[key]
        ahead += [child for child in tasks[key]["children"] if child in tasks]
    return ordered


@lru_cache(maxsize=1)
def _serializer() -> Any:
    registry = BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, BpmnWorkflow: WithoutSpecification})
    return BpmnWorkflowSerializer(registry)


@lru_cache(maxsize=256)
def _specification(content: bytes) -> tuple[Any, drawing.Drawing]:
    drawn = drawing.read(content)
    parser = Parser()
    parser.add_bpmn_xml(xml.parse_xml(content))
    return parser.get_spec(drawn.key), drawn


def start(content: bytes, data: dict[str, Any]) -> Progress:
    """Begin an instance of the process drawn in `content` and run to where somebody must act."""
    specification, drawn = _specification(content)
    workflow = BpmnWorkflow(specification, script_engine=Conditions())
    workflow.task_tree.data.update(data)
    workflow.do_engine_steps()
    return _progress(workflow, drawn)


def complete(content: bytes, state: State, step: str, data: dict[str, Any]) -> Progress:
    """Complete the waiting step (by its id, or by its kind) with its outcome and run on.

    NoSuchStep if it does not wait, NotDrawn if nothing is drawn for that outcome.
    """
    specification, drawn = _specification(content)
    workflow = _restore(specification, state)
    ids = {t.task_spec.bpmn_id: t for t in reversed(_waiting(workflow))}
    found = ids.get(step) or next((task for key, task in ids.items() if kind_of(key) == step), None)
    if found is None:
        raise NoSuchStep(step)
    outcome = data.get("outcome")
    if outcome is not None and outcome not in drawn.outcomes(found.task_spec.bpmn_id):
        raise NotDrawn(outcome)
    found.data.update(data)
    found.run()
    workflow.do_engine_steps()
    _prune(workflow)
    return _progress(workflow, drawn)


def _restore(specification: Any, state: State) -> Any:
    # from_dict consumes what it is given
    copy = {**state, "specification": specification, "subprocesses": dict(state["subprocesses"])}
    return _serializer().from_dict(copy)


def _waiting(workflow: Any) -> list[Any]:
    return [t for t in workflow.get_tasks(state=TaskState.READY) if t.task_spec.manual]


def _progress(workflow: Any, drawn: drawing.Drawing) -> Progress:
    names = {s.key: s for s in drawn.steps}
    opened = tuple(
        OpenStep(
            key=t.task_spec.bpmn_id,
            name=names[t.task_spec.bpmn_id].name,
            lane=names[t.task_spec.bpmn_id].lane,
            automatic=names[t.task_spec.bpmn_id].automatic,
            token=str(t.id),
        )
        for t in _waiting(workflow)
    )
    ended = bool(workflow.completed)
    return Progress(
        state=_serializer().to_dict(workflow),
        open=opened,
        ended=ended,
        end=_end_reached(workflow, drawn) if ended else "",
    )


def _end_reached(workflow: Any, drawn: drawing.Drawing) -> str:
    ends = [
        t.task_spec.bpmn_id
        for t in workflow.get_tasks(state=TaskState.COMPLETED)
        if drawn.kinds.get(t.task_spec.bpmn_id or "") == "endEvent"
    ]
    return ends[-1] if ends else ""


def _prune(workflow: Any) -> None:
    """Forget the past of an instance that has grown by looping: hang its one waiting task directly under the root.

    Only where nothing else is under way, so that no gateway waits for a forgotten branch.
    """
    if len(workflow.tasks) <= PRUNE_ABOVE or workflow.subprocesses:
        return
    open_tasks = workflow.get_tasks(state=TaskState.READY | TaskState.STARTED | TaskState.WAITING)
    if len(open_tasks) != 1:
        return
    task, root = open_tasks[0], workflow.task_tree
    kept = {root.id, task.id} | {t.id for t in _descendants(task)}
    for gone in [key for key in workflow.tasks if key not in kept]:
        del workflow.tasks[gone]
    task._parent = root.id  # noqa: SLF001 - Spiff offers no public way to move a task
    root._children = [task.id]  # noqa: SLF001


def _descendants(task: Task) -> list[Task]:
    found: list[Task] = []
    for child in task.children:
        found += [child, *_descendants(child)]
    return found
