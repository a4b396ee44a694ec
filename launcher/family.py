"""Servers that one launcher starts and stops: each its own process group, each with a log, all ended by their pid."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from launcher.children import dies_with_parent, is_alive, started_at
from launcher.errors import Stop
from launcher.places import Places
from launcher.progress import tail

GRACE = 15.0  # seconds between asking a child to end and ending it
LARGEST_LOG = 20 * 1024**2  # bytes


@dataclass
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path


class Family:
    """The children of this launcher. Leaving the `with` block ends them, last started first."""

    def __init__(self, places: Places, command: str) -> None:
        self._places = places
        self._children: list[Child] = []
        self._record = places.run / f"{os.getpid()}.json"
        self._command = command

    def __enter__(self) -> Family:
        self._places.run.mkdir(parents=True, exist_ok=True)
        for record in others(self._places):
            if record.launcher is None:
                end_orphans(record)
        self._write()
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(self._children):
            _end(child.process)
        self._record.unlink(missing_ok=True)

    def _write(self) -> None:
        pids = [os.getpid(), *(child.process.pid for child in self._children)]
        known = {"command": self._command, "processes": [[pid, started_at(pid)] for pid in pids]}
        draft = self._record.with_suffix(".draft")
        draft.write_text(json.dumps(known))
        draft.replace(self._record)

    def start(self, name: str, command: Sequence[str | Path], *, env: Mapping[str, str], cwd: Path) -> Child:
        log = self._places.log / f"{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".old.log"))
        with log.open("ab") as output:
            process = subprocess.Popen(
                [str(part) for part in command], cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=dies_with_parent,  # noqa: PLW1509
            )  # fmt: skip
        child = Child(name, process, log)
        self._children.append(child)
        self._write()
        return child

    def check(self) -> None:
        """Stop with the log's tail when a child has ended by itself."""
        for child in self._children:
            code = child.process.poll()
            if code is not None:
                raise Stop(
                    f"{child.name} ended by itself (exit {code}); its log is {child.log}", details=tail(child.log)
                )

    def wait(self) -> int:
        """Stay until a child ends by itself; gives its exit code."""
        while True:
            for child in self._children:
                code = child.process.poll()
                if code is not None:
                    return code
            time.sleep(0.5)

    def wait_until(self, child: Child, is_ready: Callable[[], bool], seconds: float) -> None:
        """Poll `is_ready()` until it is true; Stop when the time is over or any child ends."""
        end = time.monotonic() + seconds
        while not is_ready():
            self.check()
            if time.monotonic() > end:
                raise Stop(
                    f"{child.name} did not become ready in {seconds:.0f} s; its log is {child.log}",
                    details=tail(child.log),
                )
            time.sleep(0.1)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
    # Whatever of its group is left. The group is ours: the child was made its leader.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def answers_http(url: str) -> bool:
    """Does `url` give any answer that is not a server error?"""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status < 500)
    except urllib.error.HTTPError as refusal:
        return refusal.code < 500
    except OSError:
        return False


def answers_port(port: int, host: str = "127.0.0.1") -> bool:
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False


@dataclass(frozen=True)
class Record:
    """What another launcher of this checkout runs: only what is alive, each process with its start."""

    command: str
    launcher: tuple[int, str] | None
    servers: tuple[tuple[int, str], ...]

    @property
    def pids(self) -> list[int]:
        return [pid for pid, _ in ((self.launcher,) if self.launcher else ()) + self.servers]


def others(places: Places) -> list[Record]:
    """The launchers of this checkout beside us, and what killed ones left. Records of the dead are removed."""
    found = []
    for path in sorted(places.run.glob("*.json")):
        try:
            known = json.loads(path.read_text())
            processes = [(int(pid), str(start)) for pid, start in known["processes"]]
            command = str(known["command"])
        except (OSError, ValueError, KeyError, TypeError):
            processes, command = [], ""
        alive = [process for process in processes if is_alive(*process)]
        if not alive:
            path.unlink(missing_ok=True)
        elif alive[0][0] != os.getpid():
            launcher = alive[0] if alive[0] == processes[0] else None
            found.append(Record(command, launcher, tuple(alive[1:] if launcher else alive)))
    return found


def _ask_to_end(processes: Sequence[tuple[int, str]], seconds: float) -> None:
    """SIGTERM to each, then wait until all are gone or the time is over."""
    for pid, start in processes:
        if is_alive(pid, start):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(is_alive(*process) for process in processes):
        time.sleep(0.1)


def end_orphans(record: Record) -> None:
    """End the servers that a killed launcher left: asked first, then their whole groups."""
    _ask_to_end(record.servers, GRACE)
    for pid, start in record.servers:
        if is_alive(pid, start):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)


def stop_others(places: Places) -> list[str]:
    """End every other launcher of this checkout and what killed ones left; gives their commands."""
    records = others(places)
    for record in records:
        if record.launcher:
            _ask_to_end([record.launcher], 2 * GRACE)
        end_orphans(record)
    return [record.command for record in records]


def serve(places: Places, name: str, command: Sequence[str | Path], *, env: Mapping[str, str]) -> int:
    """A server in the foreground that ./emoit status shows as `name` and ./emoit stop ends; gives its exit code."""
    with Family(places, name):
        return foreground(command, env=env, cwd=places.root)


def foreground(command: Sequence[str | Path], *, env: Mapping[str, str], cwd: Path) -> int:
    """Run with our own terminal and give its exit code. Ctrl-C reaches the child as well; we wait for it to end."""
    child = subprocess.Popen(
        [str(part) for part in command], cwd=cwd, env=dict(env), preexec_fn=dies_with_parent  # noqa: PLW1509
    )  # fmt: skip
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            with suppress(subprocess.TimeoutExpired):
                return child.wait(GRACE) or 130
            child.terminate()
        except BaseException:
            _stop_softly(child)
            raise


def _stop_softly(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
