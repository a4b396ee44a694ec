"""The queue's own upkeep: jobs of dead workers run again, finished ones are removed, the state is told."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from procrastinate import sql

from emoit.kernel.access import Actor
from emoit.kernel.jobs.queue import IN_TRANSACTION, MOST_ATTEMPTS, periodic, periodic_unlocked

logger = logging.getLogger(__name__)

# A worker beats every 10 s; one that has missed three beats is taken for dead.
SILENCE = timedelta(seconds=30)
KEEP_SUCCEEDED_HOURS = 3 * 24
KEEP_FAILED_HOURS = 90 * 24

_CLAIM = "select id from procrastinate_jobs where id = %s and status = 'doing' for update skip locked"
_RETRY = "select procrastinate_retry_job_v2(%s, %s, null, null, null)"
_FAIL = "select procrastinate_finish_job_v1(%s, 'failed', false)"
_WORKERS = "select count(*) from procrastinate_workers where last_heartbeat >= now() - make_interval(secs => %s)"
_COUNTS = "select status::text, count(*) from procrastinate_jobs group by status"
_OLDEST = """
    select extract(epoch from now() - min(greatest(e.at, coalesce(j.scheduled_at, e.at))))
    from procrastinate_jobs j join procrastinate_events e on e.job_id = j.id and e.type = 'deferred'
    where j.status = 'todo' and (j.scheduled_at is null or j.scheduled_at <= now())
"""


def stalled_jobs() -> list[dict[str, Any]]:
    """Rows of the jobs whose worker is gone or silent."""
    return list(
        IN_TRANSACTION.connector.get_sync_connector().execute_query_all(
            sql.queries["select_stalled_jobs_by_heartbeat"],
            queue=None,
            task_name=None,
            seconds_since_heartbeat=SILENCE.total_seconds(),
        )
    )


@periodic_unlocked("kernel.rescue_jobs", "* * * * * */15")
def rescue_jobs(*, by: Actor, now: datetime) -> None:  # noqa: ARG001
    """Let the jobs of dead workers run again.

    A clock-driven one is only closed, the clock calls the next; one that has taken its worker down seven times rests
    as failed. A worker that was silent but alive may finish beside the second run: effects are made once by their
    `Delivery`, not by the queue.
    """
    for job in stalled_jobs():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_CLAIM, [job["id"]])
            if cursor.fetchone() is None:
                continue
            given_up = job["queueing_lock"] is not None or job["attempts"] + 1 >= MOST_ATTEMPTS
            if given_up:
                cursor.execute(_FAIL, [job["id"]])
            else:
                cursor.execute(_RETRY, [job["id"], now])
        logger.warning(
            "job %s (%s) of a dead worker: %s", job["id"], job["task_name"], "closed" if given_up else "again"
        )


@periodic("kernel.remove_old_jobs", "40 2 * * *")
def remove_old_jobs(*, by: Actor, now: datetime) -> None:  # noqa: ARG001
    """Remove what succeeded more than three days ago and what failed more than ninety days ago."""
    connector = IN_TRANSACTION.connector.get_sync_connector()
    for hours, statuses in (
        (KEEP_SUCCEEDED_HOURS, ["succeeded"]),
        (KEEP_FAILED_HOURS, ["failed", "cancelled", "aborted"]),
    ):
        connector.execute_query(sql.queries["delete_old_jobs"], nb_hours=hours, queue=None, statuses=statuses)


@dataclass(frozen=True, slots=True)
class QueueState:
    """How the queue fares. `oldest_seconds`: how long the oldest due job has been waiting (0: none waits)."""

    workers: int
    counts: dict[str, int]
    stalled: int
    oldest_seconds: float

    @property
    def healthy(self) -> bool:
        return self.workers > 0 and self.stalled == 0 and self.oldest_seconds < 60


def queue_state() -> QueueState:
    with connection.cursor() as cursor:
        cursor.execute(_WORKERS, [SILENCE.total_seconds()])
        workers = int(cursor.fetchone()[0])
        cursor.execute(_COUNTS)
        counts = {status: int(count) for status, count in cursor.fetchall()}
        cursor.execute(_OLDEST)
        oldest = float(cursor.fetchone()[0] or 0)
    return QueueState(workers=workers, counts=counts, stalled=len(stalled_jobs()), oldest_seconds=max(oldest, 0))
