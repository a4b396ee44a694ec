"""Jobs are rows in the caller's transaction; a dead worker's job runs again and its effect happens once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from emoit.kernel import jobs, outbox
from emoit.kernel.access import acting_as, platform, process
from emoit.kernel.jobs.upkeep import queue_state, remove_old_jobs, rescue_jobs, stalled_jobs
from emoit.kernel.models import AuditEntry, Delivery, Event
from tests.support.committed import owner_connection, subprocess_environment
from tests.support.jobs import run_jobs, waiting_jobs
from tests.support.probe import ProbeHappened, ProbeSorted

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)


def rows(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


@pytest.mark.django_db
def test_a_job_of_a_rolled_back_transaction_vanishes() -> None:
    with acting_as(process("test", 1)):
        jobs.defer("probe.chain", agency_id=1, left=0)
        assert waiting_jobs() == [("probe.chain", {"left": 0, "agency_id": 1})]
        transaction.set_rollback(True)
    assert waiting_jobs() == []


@pytest.mark.django_db
def test_an_unknown_job_is_refused_at_once() -> None:
    with pytest.raises(KeyError):
        jobs.defer("probe.absent", agency_id=1)


@pytest.mark.django_db
def test_a_job_for_later_is_not_run_now() -> None:
    jobs.defer("probe.chain", agency_id=1, left=0, run_at=datetime.now(UTC) + timedelta(hours=1))
    assert run_jobs() == 0


@pytest.mark.django_db
def test_jobs_run_in_their_agency_and_may_defer_more() -> None:
    jobs.defer("probe.chain", agency_id=7, left=2)
    assert run_jobs() == 3
    with acting_as(process("test", 7)):
        found = AuditEntry.objects.order_by("id").values_list("subject_id", "actor_name", "agency_id")
        assert list(found) == [("2", "probe.chain", 7), ("1", "probe.chain", 7), ("0", "probe.chain", 7)]
    with acting_as(process("test", 8)):
        assert AuditEntry.objects.count() == 0


@pytest.mark.django_db
def test_an_event_reaches_its_handler_once_however_often_its_job_runs() -> None:
    with acting_as(process("test", 1)):
        outbox.publish(ProbeHappened(agency_id=1, subject="s"), now=NOW)
        event = Event.objects.get()
        assert (event.kind, event.payload) == ("support.ProbeHappened", {"agency_id": 1, "subject": "s"})
        [(name, arguments)] = waiting_jobs()
        jobs.defer(name, **arguments)
    assert run_jobs() == 2
    with acting_as(process("test", 1)):
        assert AuditEntry.objects.count() == 1
        assert Delivery.objects.values_list("handler", flat=True).get() == "tests.support.probe.note_probe"


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", [True, False])
def test_an_event_that_a_handler_does_not_want_makes_no_job(*, wanted: bool) -> None:
    with acting_as(process("test", 1)):
        outbox.publish(ProbeSorted(agency_id=1, wanted=wanted), now=NOW)
        assert Event.objects.count() == 1
    assert [name for name, _ in waiting_jobs()] == ["kernel.deliver"] * wanted


@pytest.mark.django_db
def test_an_exception_inside_acting_as_is_not_masked_by_the_broken_transaction() -> None:
    with acting_as(process("outer", 1)):
        with pytest.raises(Exception, match="division by zero"), acting_as(process("inner", 2)):
            rows("select 1/0")
        assert rows("select emoit_agency()") == [(1,)]
    assert rows("select emoit_agency(), emoit_readers()") == [(None, [])]


@pytest.mark.django_db
def test_a_silent_workers_jobs_run_again_and_clockwork_is_only_closed() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - interval '31 s') returning id"
        )
        silent = cursor.fetchone()[0]
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (now()) returning id")
        alive = cursor.fetchone()[0]
        jobs_made = {}
        for key, worker, queueing_lock, attempts in (
            ("silent", silent, None, 0),
            ("gone", None, None, 0),
            ("alive", alive, None, 0),
            ("clock", silent, "kernel.seal_audit", 0),
            ("deadly", silent, None, 6),
        ):
            cursor.execute(
                "insert into procrastinate_jobs (queue_name, task_name, status, worker_id, queueing_lock, attempts)"
                " values ('default', %s, 'doing', %s, %s, %s) returning id",
                [key, worker, queueing_lock, attempts],
            )
            jobs_made[key] = cursor.fetchone()[0]
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, queueing_lock)"
            " values ('x', 'next', 'kernel.seal_audit')"
        )
    assert len(stalled_jobs()) == 4
    assert queue_state().healthy is False
    rescue_jobs(by=platform("test"), now=NOW)
    rescue_jobs(by=platform("test"), now=NOW)
    assert dict(
        rows("select task_name, status::text || attempts from procrastinate_jobs where task_name <> 'next'")
    ) == {
        "silent": "todo1",
        "gone": "todo1",
        "alive": "doing0",
        "clock": "failed1",
        "deadly": "failed7",
    }
    assert queue_state().stalled == 0


@pytest.mark.django_db
def test_old_finished_jobs_are_removed_and_waiting_ones_stay() -> None:
    with connection.cursor() as cursor:
        for status, days in (
            ("succeeded", 4),
            ("succeeded", 2),
            ("failed", 4),
            ("failed", 91),
            ("doing", 400),
            ("cancelled", 91),
        ):
            cursor.execute(
                "insert into procrastinate_jobs (queue_name, task_name, status) values ('x', %s, %s) returning id",
                [f"{status}{days}", status],
            )
            cursor.execute(
                "insert into procrastinate_events (at, job_id) values (now() - make_interval(days => %s), %s)",
                [days, cursor.fetchone()[0]],
            )
    remove_old_jobs(by=platform("test"), now=NOW)
    assert [r[0] for r in rows("select task_name from procrastinate_jobs order by 1")] == [
        "doing400",
        "failed4",
        "succeeded2",
    ]


@pytest.mark.django_db
def test_worker_status_tells_and_fails_without_a_worker(capsys: pytest.CaptureFixture[str]) -> None:
    jobs.defer("probe.chain", agency_id=1, left=0)
    with pytest.raises(SystemExit) as stopped:
        call_command("worker_status")
    assert stopped.value.code == 1
    assert capsys.readouterr().out.splitlines()[:3] == ["workers alive: 0", "jobs: todo 1", "stalled: 0"]


def start_worker(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.run_worker", *arguments],
        env=subprocess_environment(EMOIT_LOG="WARNING", **environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_until(condition: object, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > end:
            raise AssertionError("did not happen in time")
        time.sleep(0.1)


def publish_probe() -> None:
    with acting_as(process("test", 1)):
        outbox.publish(ProbeHappened(agency_id=1, subject="killed"), now=NOW)


def test_a_job_whose_worker_is_killed_runs_again_and_its_effect_happens_once(committed: None, tmp_path: Path) -> None:
    publish_probe()
    pause = tmp_path / "paused"
    first = start_worker(EMOIT_PROBE_PAUSE=str(pause))
    try:
        wait_until(pause.exists)
        os.kill(first.pid, signal.SIGKILL)
    finally:
        first.kill()
        first.wait()
    with acting_as(process("test", 1)):
        assert (AuditEntry.objects.count(), Delivery.objects.count()) == (0, 0)
    assert ("kernel.deliver", "doing") in rows("select task_name, status::text from procrastinate_jobs")
    # Thirty seconds later.
    with owner_connection() as owner:
        owner.execute("update procrastinate_workers set last_heartbeat = now() - interval '31 s'")
    rescue_jobs(by=platform("test"), now=NOW)
    second = start_worker("--once", EMOIT_PROBE_PAUSE=str(pause))
    assert second.wait(60) == 0
    with acting_as(process("test", 1)):
        assert list(AuditEntry.objects.values_list("subject_id", flat=True)) == ["killed"]
        assert Delivery.objects.count() == 1
    assert ("kernel.deliver", "succeeded") in rows("select task_name, status::text from procrastinate_jobs")


def test_in_a_worker_too_a_failed_job_leaves_no_row_and_no_deferred_job(committed: None) -> None:
    with transaction.atomic():
        jobs.defer("probe.chain", agency_id=1, left=1, fail=True)
        jobs.defer("probe.chain", agency_id=1, left=1)
    assert start_worker("--once").wait(60) == 0
    with acting_as(process("test", 1)):
        assert sorted(AuditEntry.objects.values_list("subject_id", flat=True)) == ["0", "1"]
    found = rows(
        "select (args ->> 'left')::int, coalesce(args ->> 'fail', ''), status::text, attempts"
        " from procrastinate_jobs where task_name = 'probe.chain' order by 1, 2"
    )
    assert found == [(0, "", "succeeded", 1), (1, "", "succeeded", 1), (1, "true", "todo", 1)]


CLOCK = {
    "kernel.seal_audit": 20,
    "kernel.rescue_jobs": 15,
    "kernel.remove_old_jobs": 24 * 3600,
    "files.sweep": 300,
    "files.report_missing": 24 * 3600,
}


@pytest.mark.parametrize(("name", "seconds"), CLOCK.items())
def test_the_clock_calls_as_often_as_promised(name: str, seconds: int) -> None:
    """The seconds are the last of six fields; first they would mean minutes."""
    from croniter import croniter  # type: ignore[import-untyped]
    from procrastinate.contrib.django import app

    cron = croniter(app.periodic_registry.periodic_tasks[name, ""].cron, NOW)
    calls = [cron.get_next(float) for _ in range(5)]
    assert {later - earlier for earlier, later in pairwise(calls)} == {seconds}
