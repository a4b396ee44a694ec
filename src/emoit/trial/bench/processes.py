"""Processes beside the web server that a measurement needs: a worker of ours, and another agency."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from emoit.trial.bench.harness import family
from emoit.trial.bench.server import SOURCE, addresses

READY = 60.0  # seconds
_WORKERS = "select count(*) from procrastinate_workers where last_heartbeat > now() - interval '15 s'"


@dataclass(frozen=True, slots=True)
class Agency:
    """The sandbox's generic agency. `address`: its door; `certificate`: PEM, of its signatures."""

    pid: int
    control: str
    code: str
    address: str
    certificate: str

    def processes(self) -> list[int]:
        return family(self.pid)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON answer of its control API."""
        return _ask(f"{self.control}api{path}", method, body)

    def behave(self, **behaviour: Any) -> None:
        self.ask("PUT", "", behaviour)

    def effects(self) -> int:
        return int(self.ask("GET", "/received?limit=1")["totals"]["effects"])


@contextmanager
def agency(folder: Path, *, code: str, peer: str, certificate: str, ours: str) -> Iterator[Agency]:
    """Another agency of that code in processes of its own, which knows us: our code, certificate and door."""
    command = [sys.executable, "-m", "emoit_partners", "agency", "--store", str(folder)]
    with _running(command, {"PYTHONPATH": str(SOURCE)}, stdout=subprocess.PIPE) as process:
        said = _words(process)
        known = {"own_code": code, "code": peer, "certificates": [certificate], "address": ours}
        _ask(f"{said['control']}api/peers", "PUT", known)
        own = _ask(f"{said['control']}api/certificate", "GET", None)
        yield Agency(process.pid, said["control"], own["code"], own["address"], own["certificate"])


@dataclass(frozen=True, slots=True)
class Worker:
    pid: int

    def processes(self) -> list[int]:
        return family(self.pid)


@contextmanager
def worker(**extra: str) -> Iterator[Worker]:
    """As `./emoit worker` runs it, over the database that this command uses."""
    command = [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "4"]
    env = {**addresses(), "PYTHONPATH": str(SOURCE), **extra}
    with connection.cursor() as cursor:
        cursor.execute(_WORKERS)
        before = int(cursor.fetchone()[0])
    with _running(command, env, stdout=subprocess.DEVNULL) as process:
        end = time.monotonic() + READY
        while time.monotonic() < end and process.poll() is None:
            with connection.cursor() as cursor:
                cursor.execute(_WORKERS)
                if int(cursor.fetchone()[0]) > before:
                    break
            time.sleep(0.1)
        else:
            raise RuntimeError("the worker did not become ready")
        yield Worker(process.pid)


@contextmanager
def _running(command: list[str], env: dict[str, str], *, stdout: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(  # noqa: S603 - our own programs
        command,
        env={"DJANGO_SETTINGS_MODULE": "emoit.config.settings", **os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _words(process: subprocess.Popen[bytes]) -> dict[str, str]:
    """What a partner says when it starts: `control NAME ADDRESS`, then `ready NAME ADDRESS`."""
    found: dict[str, str] = {}
    for line in process.stdout or ():
        word, _, address = line.decode().strip().split(" ", 2)
        found[word] = address
        if word == "ready":
            return found
    raise RuntimeError("the partner did not become ready")


def _ask(address: str, method: str, body: Any) -> Any:
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, content, {"Content-Type": "application/json"}, method=method)  # noqa: S310 - ours
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - on the loopback
        return json.loads(answer.read() or b"null")
