"""Two launchers at once: the second waits, says for whom, and goes on when the first is gone, however it went."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from launcher.locks import Shared, exclusive

HOLD = """
import sys, time
from pathlib import Path
from launcher.locks import exclusive
with exclusive(Path(sys.argv[1]), "demo"):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""

HOLD_WITH_CHILD = """
import subprocess, sys, time
from pathlib import Path
from launcher.locks import exclusive
with exclusive(Path(sys.argv[1]), "demo") as fd:
    child = subprocess.Popen(["sleep", "1"], pass_fds=[fd])
    print("held", flush=True)
    time.sleep(60)
"""

Start = Callable[..., "subprocess.Popen[str]"]


def held(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_waits_and_names_the_holder(tmp_path: Path, python: Start) -> None:
    lock = tmp_path / "var" / "launcher.lock"
    first = held(python(HOLD, lock, 0.6))
    second = python(HOLD, lock, 0)
    out, err = second.communicate(timeout=20)
    assert first.wait(5) == 0
    assert (second.returncode, out) == (0, "held\n")
    assert f"waiting for process {first.pid} (./emoit demo)" in err
    assert lock.read_text() == ""


def test_a_killed_holder_lets_go(tmp_path: Path, python: Start, capsys: pytest.CaptureFixture[str]) -> None:
    lock = tmp_path / "launcher.lock"
    first = held(python(HOLD, lock, 60))
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=5)
    with exclusive(lock, "test"):
        assert "waiting" not in capsys.readouterr().err


def test_what_a_killed_holder_left_running_keeps_the_lock(tmp_path: Path, python: Start) -> None:
    lock = tmp_path / "launcher.lock"
    first = held(python(HOLD_WITH_CHILD, lock))
    first.send_signal(signal.SIGKILL)
    first.wait(5)
    begun = time.monotonic()
    with exclusive(lock, "test"):
        assert time.monotonic() - begun > 0.3


def test_only_the_last_of_those_who_share_is_the_last(tmp_path: Path) -> None:
    first, second = Shared(tmp_path / "users"), Shared(tmp_path / "users")
    assert first.is_last() is False
    first.leave()
    assert second.is_last() is True
    second.leave()
