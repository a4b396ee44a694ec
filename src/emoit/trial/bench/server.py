"""A real web server for a measurement: granian on the loopback, as `./emoit serve` starts it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

from emoit.trial.bench.harness import family

HOST = "127.0.0.1"
SOURCE = Path(__file__).parents[3]
READY = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    pid: int

    def processes(self) -> list[int]:
        return family(self.pid)


@contextmanager
def running(extra: Mapping[str, str]) -> Iterator[Server]:
    """Two processes of two threads, over the database that this command uses; ended by its own pid."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers", "2",
        "--blocking-threads", "2", "--no-access-log", "--log-level", "warning", "emoit.config.wsgi:application",
    ]  # fmt: skip
    env = {
        **os.environ,
        **addresses(),
        "PYTHONPATH": str(SOURCE),
        "EMOIT_HOSTS": HOST,
        "EMOIT_PUBLIC_URL": f"http://{HOST}:{port}",
        "EMOIT_DEMO": "1" if settings.EMOIT_DEMO else "",  # a sandbox's keys speak in a sandbox alone
        **extra,
    }
    process = subprocess.Popen(command, env=env, start_new_session=True)  # noqa: S603 - our own server
    try:
        _wait(process, port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(15)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def addresses() -> dict[str, str]:
    """The databases of this process, which a test may have moved."""
    found = {}
    for name, alias in (("DATABASE_URL", "owner"), ("DATABASE_APP_URL", "default")):
        head, _, _ = os.environ[name].rpartition("/")
        known: Any = connections[alias].settings_dict
        found[name] = f"{head}/{known['NAME']}"
    return found


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + READY
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError):
            client = http.client.HTTPConnection(HOST, port, timeout=5)
            client.request("GET", "/he-thong/song")
            if client.getresponse().status < 500:
                return
        time.sleep(0.1)
    raise RuntimeError("the web server did not become ready")
