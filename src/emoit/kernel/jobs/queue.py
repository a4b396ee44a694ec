"""The queue: procrastinate behind three words of ours.

`job` names a function that a worker runs, `defer` asks for a run in the caller's transaction, `periodic` asks for runs
by the clock. A job runs in one transaction as a process of the agency given to it; a job that raises is tried again.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any

import procrastinate
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from emoit.kernel.access import acting_as, platform, process

JobFunction = Callable[..., None]

# 7 tries over about two hours, then the job rests as `failed` where an operator sees it.
MOST_ATTEMPTS = 7
RETRY = procrastinate.RetryStrategy(max_attempts=MOST_ATTEMPTS, exponential_wait=4)
# Clock-driven work (sealing within 60 s, rescue) goes before the rest.
PERIODIC_PRIORITY = 10

# A worker gives the library a connection pool of its own; what we defer must stay in Django's transaction there too.
IN_TRANSACTION = JobManager(DjangoConnector(alias="default"))


def job(name: str, *, queue: str = "default") -> Callable[[JobFunction], JobFunction]:
    """Name a function `(by, now, **kwargs)` as a job. `by` is the process that acts, `now` the moment it begins."""

    def register_job(function: JobFunction) -> JobFunction:
        @functools.wraps(function)
        def run(*, agency_id: int, **kwargs: Any) -> None:
            by = process(name, agency_id) if agency_id else platform(name)
            with acting_as(by):
                function(by=by, now=timezone.now(), **kwargs)

        app.task(name=name, queue=queue, retry=RETRY)(run)
        return function

    return register_job


def job_in_steps(name: str, *, queue: str = "default") -> Callable[[JobFunction], JobFunction]:
    """Like `job`, for what talks to other systems between its transactions: the function opens each of them itself.

    `acting_as(by)` where `by` is a process of the agency. What a step has committed stays when a later one raises.
    """

    def register_job(function: JobFunction) -> JobFunction:
        @functools.wraps(function)
        def run(*, agency_id: int, **kwargs: Any) -> None:
            by = process(name, agency_id) if agency_id else platform(name)
            function(by=by, now=timezone.now(), **kwargs)

        app.task(name=name, queue=queue, retry=RETRY)(run)
        return function

    return register_job


def periodic(name: str, cron: str) -> Callable[[JobFunction], JobFunction]:
    """Run `function(by, now)` by the clock (five fields, or six with the seconds last), one run at a time.

    The function opens its own transactions: `acting_as(by)`, where `by` sees every agency. A run that raises is not
    tried again: the clock calls the next one.
    """
    return _periodic(name, cron, lock=name)


def periodic_unlocked(name: str, cron: str) -> Callable[[JobFunction], JobFunction]:
    """Like `periodic`, but a run does not wait for another one: only for the job that frees the stalled ones."""
    return _periodic(name, cron, lock=None)


def _periodic(name: str, cron: str, *, lock: str | None) -> Callable[[JobFunction], JobFunction]:
    def register_job(function: JobFunction) -> JobFunction:
        @functools.wraps(function)
        def run(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the planned second
            function(by=platform(name), now=timezone.now())

        task = app.task(name=name, queue="periodic", queueing_lock=name, lock=lock, priority=PERIODIC_PRIORITY)(run)
        app.periodic(cron=cron)(task)
        return function

    return register_job


def defer(name: str, *, agency_id: int, run_at: datetime | None = None, **kwargs: Any) -> int:
    """Ask for a run of the named job once the caller's transaction commits, not before `run_at` (aware).

    Arguments are JSON, no personal data. Returns the job's id. KeyError: no job of that name.
    """
    deferrer = app.tasks[name].configure(schedule_at=run_at)
    deferrer.job_manager = IN_TRANSACTION
    return int(deferrer.defer(agency_id=agency_id, **kwargs))
