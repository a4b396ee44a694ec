"""The words after ./emoit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from launcher.commands import COMMANDS
from launcher.errors import USAGE

ROOT = Path(__file__).resolve().parents[2]


def emoit(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "emoit", *arguments],
        cwd="/",
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_command_in_both_languages() -> None:
    done = emoit("help")
    lines = [line for line in done.stdout.splitlines() if line.startswith("  ./emoit ")]
    assert done.returncode == 0
    assert [line.split()[1] for line in lines] == list(COMMANDS)
    assert all(" · " in line for line in lines)


@pytest.mark.parametrize("arguments", [["nonsense"], ["--nonsense"], ["démo"]])
def test_an_unknown_command_gets_the_help_and_exit_2(arguments: list[str]) -> None:
    done = emoit(*arguments)
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert f"no such command: {arguments[0]}" in done.stderr
    assert "./emoit demo" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["demo", "--now"],
        ["serve", "8000"],
        ["load"],
        ["load", "../x"],
        ["bench"],
        ["verify"],
        ["verify", "audit"],
        ["verify", "exchange"],
        ["partners", "x"],
        ["restore"],
        ["status", "x"],
    ],
)
def test_wrong_arguments_get_the_usage_and_change_nothing(arguments: list[str]) -> None:
    done = emoit(*arguments)
    assert done.returncode == USAGE
    assert done.stderr.startswith("emoit: usage: ./emoit ")
    assert done.stderr.count("\n") == 1


def test_a_restore_of_no_backup_is_refused(tmp_path: Path) -> None:
    done = emoit("restore", str(tmp_path))
    assert done.returncode == USAGE
    assert "is no backup of emoit" in done.stderr


HANGS_UP = """
import os, signal, sys
signal.signal(signal.SIGHUP, getattr(signal, sys.argv[1]))
from launcher import cli
cli.main(["help"])
os.kill(os.getpid(), signal.SIGHUP)
"""


@pytest.mark.parametrize(("before", "code"), [("SIG_DFL", 128 + signal.SIGHUP), ("SIG_IGN", 0)])
def test_it_ends_with_its_terminal_unless_told_to_stay(before: str, code: int) -> None:
    done = subprocess.run([sys.executable, "-c", HANGS_UP, before], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (code, b"")
