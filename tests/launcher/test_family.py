"""Children end with the launcher, tell why they failed, and are asked to end by whoever says ./emoit stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from emoit_partners.kit.host import free_port
from launcher import family as family_module
from launcher.children import is_alive, started_at
from launcher.errors import Stop
from launcher.family import Family, answers_port, others, stop_others
from launcher.places import Places

SERVER = """
import http.server, sys
http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.BaseHTTPRequestHandler).serve_forever()
"""

LAUNCHER = """
import os, sys
from pathlib import Path
from launcher.family import Family
from launcher.places import Places
import signal
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
root = Path(sys.argv[1])
with Family(Places(root, root / "var", root / ".venv", False), "demo") as family:
    child = family.start("web", ["sleep", "600"], env=os.environ, cwd=root)
    print(child.process.pid, flush=True)
    family.wait()
"""


def test_ready_then_ended_with_the_block(checkout: Places) -> None:
    port = free_port()
    with Family(checkout, "demo") as family:
        command = [sys.executable, "-c", SERVER, str(port)]
        child = family.start("web", command, env=os.environ, cwd=checkout.root)
        family.wait_until(child, lambda: answers_port(port), 120)
        pid, start = child.process.pid, started_at(child.process.pid)
        assert start
        assert len(list(checkout.run.iterdir())) == 1
    assert not is_alive(pid, start)
    assert not answers_port(port)
    assert list(checkout.run.iterdir()) == []


def test_one_that_ends_by_itself_is_told_with_its_last_words(checkout: Places) -> None:
    with Family(checkout, "demo") as family:
        command = [sys.executable, "-c", "print('no such table'); raise SystemExit(7)"]
        child = family.start("worker", command, env=os.environ, cwd=checkout.root)
        with pytest.raises(Stop, match=r"worker ended by itself \(exit 7\)") as failure:
            family.wait_until(child, lambda: False, 120)
    assert failure.value.details == "no such table"


def test_one_that_never_gets_ready_is_given_up(checkout: Places) -> None:
    with Family(checkout, "demo") as family:
        child = family.start("web", ["sleep", "60"], env=os.environ, cwd=checkout.root)
        with pytest.raises(Stop, match="web did not become ready in 0 s"):
            family.wait_until(child, lambda: False, 0.2)


def gone(pid: int, start: str | None) -> bool:
    end = time.monotonic() + 60
    while start and is_alive(pid, start) and time.monotonic() < end:
        time.sleep(0.02)
    return not (start and is_alive(pid, start))


def launch(python: Callable[..., subprocess.Popen[str]], root: Path) -> tuple[subprocess.Popen[str], int, str | None]:
    launcher = python(LAUNCHER, root)
    assert launcher.stdout
    pid = int(launcher.stdout.readline())
    return launcher, pid, started_at(pid)


def test_a_killed_launcher_leaves_no_child(checkout: Places, python: Callable[..., subprocess.Popen[str]]) -> None:
    launcher, pid, start = launch(python, checkout.root)
    launcher.send_signal(signal.SIGKILL)
    launcher.communicate(timeout=60)
    assert gone(pid, start)
    assert others(checkout) == []


def test_stop_ends_another_launcher(checkout: Places, python: Callable[..., subprocess.Popen[str]]) -> None:
    launcher, pid, start = launch(python, checkout.root)
    assert [(record.command, record.pids) for record in others(checkout)] == [("demo", [launcher.pid, pid])]
    assert stop_others(checkout) == ["demo"]
    assert launcher.wait(60) == 143
    assert gone(pid, start)


SERVING = """
import os, signal, sys
from pathlib import Path
from launcher.family import serve
from launcher.places import Places
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
root = Path(sys.argv[1])
told = [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)"]
sys.exit(serve(Places(root, root / "var", root / ".venv", False), "worker", told, env=os.environ))
"""


def test_one_in_the_foreground_is_shown_and_stopped_too(
    checkout: Places, python: Callable[..., subprocess.Popen[str]]
) -> None:
    """./emoit serve and ./emoit worker, each in a terminal of its own."""
    launcher = python(SERVING, checkout.root)
    assert launcher.stdout
    pid = int(launcher.stdout.readline())
    start = started_at(pid)
    assert [(record.command, record.pids) for record in others(checkout)] == [("worker", [launcher.pid])]
    assert stop_others(checkout) == ["worker"]
    assert launcher.wait(5) == 143
    assert gone(pid, start)
    assert others(checkout) == []


STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
)


def test_what_a_killed_launcher_left_and_does_not_listen_is_ended(
    checkout: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(family_module, "GRACE", 0.3)
    process = subprocess.Popen(
        [sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout
    assert process.stdout.readline() == "deaf\n"
    dead = subprocess.Popen(["true"])
    dead.wait()
    checkout.run.mkdir(parents=True)
    known = {"command": "demo", "processes": [[dead.pid, "1"], [process.pid, started_at(process.pid)]]}
    (checkout.run / f"{dead.pid}.json").write_text(json.dumps(known))
    with Family(checkout, "demo"):
        assert process.wait(60) == -signal.SIGKILL
    assert others(checkout) == []
