"""Run the deferred jobs inside the test's own transaction."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app

_NEXT = """
    select id, task_name, args from procrastinate_jobs
    where status = 'todo' and (scheduled_at is null or scheduled_at <= %s)
    order by priority desc, id limit 1
"""


def run_jobs(limit: int = 1000) -> int:
    """Run every due job, also those that the jobs defer, in the order a lone worker would. Returns how many ran.

    A job that raises makes the test fail with its own error. "Due" is by Django's clock, so that time-machine moves it.
    """
    from django.utils import timezone

    for done in range(limit):
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [timezone.now()])
            row = cursor.fetchone()
        if row is None:
            return done
        job_id, name, arguments = row
        app.tasks[name].func(**_json(arguments))
        with connection.cursor() as cursor:
            cursor.execute("select procrastinate_finish_job_v1(%s, 'succeeded', false)", [job_id])
    raise AssertionError(f"more than {limit} jobs: do they defer each other without end?")


def waiting_jobs() -> list[tuple[str, dict[str, Any]]]:
    """Name and arguments of the jobs that wait, oldest first: to assert that a refusal deferred nothing."""
    with connection.cursor() as cursor:
        cursor.execute("select task_name, args from procrastinate_jobs where status = 'todo' order by id")
        return [(name, _json(arguments)) for name, arguments in cursor.fetchall()]


def _json(value: Any) -> dict[str, Any]:
    return dict(json.loads(value) if isinstance(value, str) else value)
