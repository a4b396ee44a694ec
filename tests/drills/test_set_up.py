"""A clean clone: two launchers at once, and one that is killed at every step of its set-up."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.children import started_at
from tests.drills.installation import ROOT, Installation

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(1800)]

# What the launcher says when a step begins, and how many seconds into it the kill comes.
STEPS = (
    ("Python environment", 0.5),
    ("Python packages of", 12.0),
    ("front-end packages by npm", 1.0),
    ("front-end build", 1.0),
    ("a private database in", 0.7),
    ("PostgreSQL ", 0.1),
    ("tables", 2.0),
    ("static files", 1.0),
    ("data: load_organisation", 1.5),
    ("data: enrol_keys", 2.0),
    ("emoit answers at", 3.0),
)


@pytest.fixture
def clone() -> Iterator[Installation]:
    """A clean clone of what is committed, with an environment of its own."""
    top = Path(tempfile.mkdtemp(prefix="emoit-clone-", dir="/var/tmp"))
    top.chmod(0o755)
    root = top / "emoit"
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", ROOT, root], check=True)
    made = Installation(top, root=root, venv=None)
    try:
        yield made
    finally:
        made.emoit("stop", code=None)
        shutil.rmtree(top)


def descendants(pid: int) -> list[int]:
    found, waiting = [], [pid]
    while waiting:
        here = waiting.pop()
        try:
            own = [int(word) for word in Path(f"/proc/{here}/task/{here}/children").read_text().split()]
        except OSError:
            continue
        found += own
        waiting += own
    return found


def test_killed_at_every_step(clone: Installation) -> None:
    killed = []
    for label, seconds in STEPS:
        if label == "PostgreSQL ":
            clone.emoit("stop")  # the kill before may have come when the server had just begun
        demo = clone.start("demo", "--exit")
        demo.says(rf"\] {label}", seconds=400)
        time.sleep(seconds)
        assert demo.process.poll() is None, f"{label} was over too soon:\n{demo.words}"
        killed += [(pid, started_at(pid)) for pid in descendants(demo.process.pid)]
        os.kill(demo.process.pid, signal.SIGKILL)  # and the next one comes at once
        demo.process.wait(10)
    done = clone.emoit("demo", "--exit")
    assert "23 steps" in done.stdout
    assert (clone.var / "demo" / "transcript.json").is_file()
    assert len(list((clone.var / "demo").glob("result-*.pdf"))) == 3
    for result in (clone.var / "demo").glob("result-*.pdf"):
        clone.emoit("verify", result)
    assert [pid for pid, start in killed if start and started_at(pid) == start] == []


def test_two_at_once(clone: Installation) -> None:
    first, second = clone.start("demo", "--exit"), clone.start("demo", "--exit")
    assert [first.process.wait(900), second.process.wait(900)] == [0, 0], first.words + second.words
    waited = [running for running in (first, second) if "waiting for process" in running.words]
    assert len(waited) == 1
    assert "Python packages of" not in waited[0].words
    for running in (first, second):
        assert "23 steps" in running.words
        assert "Traceback" not in running.words
