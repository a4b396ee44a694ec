"""Published processes, and what follows in an instance of one."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from emoit.kernel.access import NotFound, Refusal
from emoit.workflow import drawing, engine
from emoit.workflow.models import ProcessVersion
from emoit.workflow.types import Process, Progress, State


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


def latest(agency_id: int, key: str) -> Process:
    """The newest published version of a process. NotFound if there is none."""
    row = ProcessVersion.objects.filter(agency_id=agency_id, key=key).order_by("-version").first()
    if row is None:
        raise NotFound(f"Chưa công bố quy trình «{key}».")
    return _as_process(row)


def version(process_id: int) -> Process:
    row = ProcessVersion.objects.filter(pk=process_id).first()
    if row is None:
        raise NotFound("Không có quy trình này.")
    return _as_process(row)


def exists(agency_id: int, key: str) -> bool:
    return ProcessVersion.objects.filter(agency_id=agency_id, key=key).exists()


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
