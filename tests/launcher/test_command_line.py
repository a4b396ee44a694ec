"""The words after ./emoit."""

from __future__ import annotations

import os
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
