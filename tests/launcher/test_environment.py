"""The Python environment: made once, remade when half-made, never touched when it is somebody else's."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable

import pytest

from launcher import environment
from launcher.errors import UNFIT, Stop
from launcher.locks import exclusive
from launcher.places import Places

ENSURE = """
import sys
from pathlib import Path
from launcher import environment
from launcher.locks import exclusive
from launcher.places import Places
root = Path(sys.argv[1])
places = Places(root, root / "var", root / ".venv", False)
with exclusive(places.lock, "demo") as fd:
    environment.ensure(places, "newcomer", lock_fd=fd)
"""


def ensure(places: Places, lock: str) -> None:
    with exclusive(places.lock, "test") as fd:
        environment.ensure(places, lock, lock_fd=fd)


def test_killed_in_the_middle_then_made_anew_then_left_alone(
    checkout: Places, python: Callable[..., subprocess.Popen[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    first = python(ENSURE, checkout.root)
    end = time.monotonic() + 120
    while not (checkout.venv / "pyvenv.cfg").exists() and time.monotonic() < end:
        time.sleep(0.01)
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=60)
    assert (checkout.venv / environment.UNFINISHED).exists()
    assert not environment.exists(checkout)
    (checkout.venv / "rest-of-the-first").touch()

    ensure(checkout, "newcomer")
    assert "removing the half-made" in capsys.readouterr().err
    assert environment.is_ready(checkout, "newcomer")
    assert not environment.is_ready(checkout, "dev")
    assert not (checkout.venv / "rest-of-the-first").exists()
    assert not (checkout.venv / environment.UNFINISHED).exists()

    ensure(checkout, "newcomer")
    assert capsys.readouterr().err == ""

    (checkout.venv / "mark").touch()
    ensure(checkout, "dev")  # adds to what is there
    assert (checkout.venv / "mark").exists()
    assert environment.is_ready(checkout, "dev")

    (checkout.root / "requirements" / "newcomer.txt").write_text("# another lock\n")
    assert not environment.is_ready(checkout, "newcomer")
    assert not environment.exists(checkout)


def test_a_stamp_of_another_python_is_not_trusted(checkout: Places) -> None:
    (checkout.venv / "bin").mkdir(parents=True)
    checkout.python.symlink_to("/usr/bin/python3")
    locks = {"newcomer": environment.digest(environment.lock_file(checkout, "newcomer"))}
    (checkout.venv / environment.STAMP).write_text(json.dumps({"python": "2.7", "locks": locks}))
    assert not environment.is_ready(checkout, "newcomer")


def test_a_given_environment_that_is_not_ours_is_used_as_it_is(checkout: Places) -> None:
    given = Places(checkout.root, checkout.var, checkout.root / "theirs", venv_is_given=True)
    given.venv.mkdir()
    (given.venv / "pyvenv.cfg").touch()
    ensure(given, "dev")
    assert [path.name for path in given.venv.iterdir()] == ["pyvenv.cfg"]


def test_a_given_folder_that_is_no_environment_is_not_removed(checkout: Places) -> None:
    given = Places(checkout.root, checkout.var, checkout.root / "theirs", venv_is_given=True)
    given.venv.mkdir()
    (given.venv / "letters").touch()
    with pytest.raises(Stop, match="neither a virtual environment nor an empty folder") as refusal:
        ensure(given, "newcomer")
    assert refusal.value.code == UNFIT
    assert (given.venv / "letters").exists()
