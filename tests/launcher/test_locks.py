"""Two launchers at once: the second waits, says for whom, and goes on when the first is gone, however it went."""

from __future__ import annotations

import fcntl
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from launcher.locks import Shared, exclusive

HOLD = """
import sys
from pathlib import Path
from launcher.locks import exclusive
with exclusive(Path(sys.argv[1]), "demo"):
    print("held", flush=True)
    sys.stdin.readline()
"""

HOLD_WITH_CHILD = """
import subprocess, sys, time
from pathlib import Path
from launcher.locks import exclusive
with exclusive(Path(sys.argv[1]), "demo") as fd:
    child = subprocess.Popen(["cat"], pass_fds=[fd])
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
    first = held(python(HOLD, lock))
    second = python(HOLD, lock)
    assert second.stderr
    assert f"waiting for process {first.pid} (./emoit demo)" in second.stderr.readline()
    first.communicate("end\n", timeout=60)
    out, err = second.communicate("end\n", timeout=60)
    assert (first.returncode, second.returncode, out) == (0, 0, "held\n")
    assert "done waiting" in err
    assert lock.read_text() == ""


def test_a_killed_holder_lets_go(tmp_path: Path, python: Start, capsys: pytest.CaptureFixture[str]) -> None:
    lock = tmp_path / "launcher.lock"
    first = held(python(HOLD, lock))
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=60)
    with exclusive(lock, "test"):
        assert "waiting" not in capsys.readouterr().err


def test_what_a_killed_holder_left_running_keeps_the_lock(tmp_path: Path, python: Start) -> None:
    lock = tmp_path / "launcher.lock"
    first = held(python(HOLD_WITH_CHILD, lock))
    first.send_signal(signal.SIGKILL)
    first.wait(60)
    with lock.open() as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert first.stdin
    first.stdin.close()  # what it left running reads it to its end
    with exclusive(lock, "test"):
        pass


def test_only_the_last_of_those_who_share_is_the_last(tmp_path: Path) -> None:
    first, second = Shared(tmp_path / "users"), Shared(tmp_path / "users")
    assert first.is_last() is False
    first.leave()
    assert second.is_last() is True
    second.leave()
