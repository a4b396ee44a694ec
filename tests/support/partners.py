"""The sandbox partners as their users meet them: each in processes of its own.

with running("population", tmp_path) as partner:
    partner.behave(down="refuse")
    httpx.get(f"{partner.address}/…")
    assert partner.state(requests=1)["counts"] == […]
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 60.0  # seconds, on a busy machine


@dataclass(frozen=True)
class Running:
    """`address`: of the partner's door, without a path. `control`: of its control API's folder, `http://…/control`."""

    name: str
    address: str
    control: str
    folder: Path
    pid: int

    def behave(self, **behaviour: Any) -> dict[str, Any]:
        """Set slow_ms, down, lie, repeat, reorder, clock_skew_s, drop_receipts; in force when this returns."""
        return self.call("PUT", "", behaviour)

    def reset(self) -> dict[str, Any]:
        return self.call("POST", "/reset")

    def state(self, *, requests: int = 0) -> dict[str, Any]:
        """What its control tells once so many requests are in its log, which is written in batches."""
        end = time.monotonic() + TIMEOUT
        while True:
            told: dict[str, Any] = self.call("GET", "")
            if sum(one["count"] for one in told["counts"]) >= requests or time.monotonic() > end:
                return told
            time.sleep(0.05)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON answer of `/control/api` + path. AssertionError with the partner's words where it refuses."""
        request = urllib.request.Request(
            f"{self.control}/api{path}", None if body is None else json.dumps(body).encode(), method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{error.code}: {error.read().decode()}") from error


@contextmanager
def running(name: str, tmp_path: Path, *arguments: str | Path, env: dict[str, str] | None = None) -> Iterator[Running]:
    """The partner answers at a free port until the block is left. `arguments` as of `python -m emoit_partners`.

    Its store is in `tmp_path / name`: a second start finds it there.
    """
    command = [sys.executable, "-m", "emoit_partners", name, "--store", tmp_path, *arguments]
    with (tmp_path / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")} | (env or {}),
            stdout=subprocess.PIPE,
            stderr=log,
        )
    try:
        said = _first_words(process, tmp_path / f"{name}.log")
        control = said["control"].rstrip("/")
        yield Running(name, said["ready"], control, tmp_path / name, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _first_words(process: subprocess.Popen[bytes], log: Path) -> dict[str, str]:
    """What it prints until it is ready: word -> address."""
    said: dict[str, str] = {}
    assert process.stdout is not None
    while "ready" not in said:
        line = process.stdout.readline().decode()
        assert line, f"it ended before it was ready: {log.read_text(errors='replace')[-3000:]}"
        word, _, address = line.split()
        said[word] = address
    return said
