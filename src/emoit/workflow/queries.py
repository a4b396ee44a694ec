"""Published processes, and what follows in an instance of one."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.db import connection

from emoit.kernel.access import NotFound, Refusal
from emoit.lib.saying import say, why
from emoit.workflow import drawing, engine, lint
from emoit.workflow.decisions import linting, reading, tables
from emoit.workflow.decisions.tables import Table
from emoit.workflow.models import DecisionVersion, ProcessVersion
from emoit.workflow.types import Column, Decided, DecisionTable, Process, Progress, State, kind_of


@lru_cache(maxsize=256)
def _content(process_id: int) -> bytes:
    # Published versions are immutable, so a process may keep them.
    row = ProcessVersion.objects.filter(pk=process_id).values_list("content", flat=True).first()
    if row is None:
        raise NotFound("Không có quy trình này.")
    return bytes(row)


@lru_cache(maxsize=256)
def _drawing(process_id: int) -> drawing.Drawing:
    return drawing.read(_content(process_id))


# By hand: asked for every dossier that is handed in.
_LATEST = """
    select id, version, name from workflow_process_version
    where agency_id = %s and key = %s order by version desc limit 1
"""


def latest(agency_id: int, key: str) -> Process:
    """The newest published version of a process. NotFound if there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [agency_id, key])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(say("Chưa công bố quy trình «{key}».", key=key))
    process_id, number, name = row
    return Process(id=process_id, key=key, version=number, name=name, steps=_drawing(process_id).steps)


def version(process_id: int) -> Process:
    row = ProcessVersion.objects.filter(pk=process_id).first()
    if row is None:
        raise NotFound("Không có quy trình này.")
    return _as_process(row)


def working_days(agency_id: int, key: str) -> Fraction:
    """The step times of the newest version along its longest way, in working days; 0 where none are given."""
    row = ProcessVersion.objects.filter(agency_id=agency_id, key=key).order_by("-version").first()
    return lint.working_days(drawing.read(bytes(row.content))) if row else Fraction(0)


def step_cpu_ms(key: str = "standard", *, repeats: int = 300) -> float:
    """What one step of a shipped process costs without the database: processor milliseconds, the mean of `repeats`.

    A way from the intake to the end, its state made JSON and read back between the steps as on a dossier.
    """
    content = (drawing.SHIPPED / f"{key}.bpmn").read_bytes()
    begun = engine.start(content, {"automatic": False})  # the specification is read once, as in a running process
    way = [("intake", "receive"), ("examine", "propose"), ("approve", "approve"), ("sign", "sign"), ("issue", "issued")]
    steps = 0
    before = time.process_time()
    while steps < repeats:
        progress = begun
        for step, outcome in way:
            state = json.loads(json.dumps(progress.state))
            progress = engine.complete(content, state, step, {"outcome": outcome})
            steps += 1
    return (time.process_time() - before) * 1000 / steps


def exists(agency_id: int, key: str) -> bool:
    """Whether a whole process of that key is published: one that issues something, not a part that others call."""
    newest = ProcessVersion.objects.filter(agency_id=agency_id, key=key).order_by("-version").first()
    return newest is not None and any(kind_of(step.key) == "issue" for step in _drawing(newest.pk).steps)


def start(process_id: int, data: dict[str, Any]) -> Progress:
    """Begin an instance; writes nothing: the caller keeps the state."""
    return engine.start(_content(process_id), data)


def complete(process_id: int, state: State, step: str, data: dict[str, Any]) -> Progress:
    """What completing a waiting step leads to; writes nothing. `step` is the step's id or its kind.

    NotFound if the step does not wait, Refusal `not_drawn` if the process has no way for the outcome in `data`.
    """
    try:
        return engine.complete(_content(process_id), state, step, data)
    except engine.NoSuchStep as error:
        raise NotFound("Bước này đã được xử lý hoặc không còn chờ.", code="step_not_waiting") from error
    except engine.NotDrawn as error:
        raise Refusal("Quy trình của thủ tục này không có bước đó.", code="not_drawn") from error


def outcomes(process_id: int, step: str) -> frozenset[str]:
    """What may come of a step in this process: its kind's way on, and the turns that are drawn."""
    return _drawing(process_id).outcomes(step)


def _as_process(row: ProcessVersion) -> Process:
    return Process(
        id=row.pk,
        key=row.key,
        version=row.version,
        name=row.name,
        steps=drawing.read(bytes(row.content)).steps,
    )


# -- decision tables -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _table(decision_id: int) -> Table:
    # Published versions are immutable, so a process may keep them.
    row = DecisionVersion.objects.filter(pk=decision_id).values_list("content", flat=True).first()
    if row is None:
        raise NotFound("Không có bảng quyết định này.")
    return reading.read(bytes(row))


def _newest_decision(agency_id: int, key: str) -> DecisionVersion | None:
    return DecisionVersion.objects.filter(agency_id=agency_id, key=key).order_by("-version").first()


def decision(agency_id: int, key: str) -> DecisionTable | None:
    """The newest published table of a key; None if there is none."""
    row = _newest_decision(agency_id, key)
    if row is None:
        return None
    table = _table(row.pk)
    return DecisionTable(
        id=row.pk,
        key=row.key,
        version=row.version,
        name=row.name,
        digest=row.digest,
        inputs=tuple(Column(i.path, i.kind, not linting.is_complete(table, missing=i.path)) for i in table.inputs),
        outputs={o.name: o.kind for o in table.outputs},
        values={o.name: frozenset(r.outputs[n] for r in table.rules) for n, o in enumerate(table.outputs)},
        complete=linting.is_complete(table),
        warnings=tuple(linting.warnings(table)),
    )


def decide(agency_id: int, key: str, data: Mapping[str, Any]) -> Decided:
    """What the newest table of that key answers for `data` (JSON; inputs are paths into it).

    NotFound if there is no such table, Refusal `wrong_input` if a value is not of its column's kind.
    """
    row = _newest_decision(agency_id, key)
    if row is None:
        raise NotFound(say("Chưa công bố bảng quyết định «{key}».", key=key))
    try:
        outputs, rules = tables.decide(_table(row.pk), data)
    except tables.WrongInput as error:
        raise Refusal(why(error), code="wrong_input") from error
    return Decided(key=key, version=row.version, outputs=outputs, rules=rules)
