"""Jobs, events and handlers that only tests have; a worker of a test loads them by `load_probe`."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from emoit.kernel import audit, jobs, outbox
from emoit.kernel.access import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeHappened(outbox.BaseEvent):
    subject: str


@outbox.on(ProbeHappened)
def note_probe(event: ProbeHappened, by: Actor, now: datetime) -> None:
    """Leaves an audit row; the first time that EMOIT_PROBE_PAUSE names a file that is not there, waits to be killed."""
    audit.record(by=by, now=now, verb="probe", subject_kind="probe", subject_id=event.subject)
    pause = os.environ.get("EMOIT_PROBE_PAUSE", "")
    if pause and not Path(pause).exists():
        Path(pause).touch()
        time.sleep(120)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeSorted(outbox.BaseEvent):
    wanted: bool


@outbox.on(ProbeSorted, when=lambda event: event.wanted)
def note_sorted(event: ProbeSorted, by: Actor, now: datetime) -> None:
    audit.record(by=by, now=now, verb="probe", subject_kind="probe", subject_id="sorted")


@jobs.job("probe.chain")
def chain(*, by: Actor, now: datetime, left: int, fail: bool = False) -> None:
    """Leaves an audit row and defers itself until `left` is 0; may fail after having deferred."""
    audit.record(by=by, now=now, verb="chain", subject_kind="probe", subject_id=left)
    if left:
        jobs.defer("probe.chain", agency_id=by.agency_id, left=left - 1)
    if fail:
        raise ValueError("meant to fail")
