"""The queue: procrastinate behind three words of ours.

`job` names a function that a worker runs, `defer` asks for a run in the caller's transaction, `periodic` asks for runs
by the clock. A job runs in one transaction as a process of the agency given to it; a job that raises is tried again.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import procrastinate
from django.utils import timezone
from procrastinate.contrib.django import app

from emoit.kernel.access import acting_as, platform, process

JobFunction = Callable[..., None]

# 7 tries over about two hours, then the job rests as `failed` where an operator sees it.
RETRY = procrastinate.RetryStrategy(max_attempts=7, exponential_wait=4)


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


def periodic(name: str, cron: str) -> Callable[[JobFunction], JobFunction]:
    """Run `function(by, now)` by the clock (five or six fields, six = with seconds), one run at a time.

    The function opens its own transactions: `acting_as(by)`, where `by` sees every agency.
    """

    def register_job(function: JobFunction) -> JobFunction:
        @functools.wraps(function)
        def run(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the planned second
            function(by=platform(name), now=timezone.now())

        task = app.task(name=name, queue="periodic", queueing_lock=name, lock=name)(run)
        app.periodic(cron=cron)(task)
        return function

    return register_job


def defer(name: str, *, agency_id: int, **kwargs: Any) -> int:
    """Ask for a run of the named job once the caller's transaction commits. Arguments are JSON, no personal data."""
    return int(app.configure_task(name).defer(agency_id=agency_id, **kwargs))


def register(_app: procrastinate.App) -> None:
    """Called when the queue is ready: load every module's handlers, so that events find them."""
    from django.utils.module_loading import autodiscover_modules

    autodiscover_modules("handlers")
