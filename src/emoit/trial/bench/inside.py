"""Measurements inside one process: the workflow's step, and our actions against the plain SQL of the same rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection

from emoit.dossiers import actions
from emoit.kernel.access import Actor, acting_as, process
from emoit.trial.bench import harness, statements
from emoit.trial.bench.harness import Row
from emoit.workflow import queries as workflow

ROUTE = (("intake", "receive"), ("examine", "propose"), ("approve", "approve"), ("sign", "sign"), ("issue", "issued"))


def workflow_step(agency: int, *, rounds: int, runs: int) -> Row:
    """CPU milliseconds of one completed step of the standard process, nothing read or written."""
    with acting_as(process("bench", agency)):
        newest = workflow.latest(agency, "standard").id
        _walk(newest)  # the drawing is read once a process
        found = []
        for _ in range(runs):
            began = time.process_time()
            for _ in range(rounds):
                _walk(newest)
            found.append((time.process_time() - began) / (rounds * len(ROUTE)) * 1000)
    return harness.row("one workflow step without the database", found, "CPU-ms", goal=1)


def _walk(process_id: int) -> None:
    progress = workflow.start(process_id, {"automatic": False})
    for step, outcome in ROUTE:
        progress = workflow.complete(process_id, progress.state, step, {"outcome": outcome})


def actions_against_sql(
    by: Actor,
    *,
    procedure: str,
    enterprise_id: int | None,
    answers: dict[str, Any],
    now: datetime,
    rounds: int,
    runs: int,
) -> list[Row]:
    """Dossiers begun and handed in by the actions, and the very statements by which they write, in turns."""

    def act() -> int:
        dossier = actions.start_draft(
            by=by, now=now, procedure_code=procedure, enterprise_id=enterprise_id, answers=answers
        )
        actions.submit(by=by, now=now, dossier_id=dossier)
        return dossier

    with statements.undone(), acting_as(by), statements.caught() as found:
        act()
        writes = statements.writing(found)

    def plain() -> None:
        with connection.cursor() as cursor:
            for sql, params in writes:
                cursor.execute(sql, params)

    ours, sql, ratios = [], [], []
    for _ in range(runs):
        ours.append(rounds / _timed(by, act, rounds))
        sql.append(rounds / _timed(process("bench", by.agency_id), plain, rounds))
        ratios.append(ours[-1] / sql[-1])
    return [
        harness.row("actions in process against plain SQL", ratios, "of its rate", goal=0.333, better="higher"),
        harness.row("… begun and handed in by the actions", ours, "/s", better="higher"),
        harness.row(f"… the same {len(writes)} writing statements by plain SQL", sql, "/s", better="higher"),
        harness.row("… statements of one such dossier, reading ones too", [float(len(found))], ""),
    ]


def _timed(by: Actor, act: Callable[[], object], rounds: int) -> float:
    total = 0.0
    for _ in range(rounds):
        with statements.undone(), acting_as(by):
            began = time.perf_counter()
            act()
            total += time.perf_counter() - began
    return total
