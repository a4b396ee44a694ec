"""./emoit partners starts every partner, says where they are, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from emoit_partners.kit import partners
from launcher import provider
from launcher.places import Places
from launcher.sandbox import Address, addresses
from tests.support.partners import ROOT
from tests.support.signals import hears_interrupts

LINE = re.compile(r"^(\w+) +(http://127\.0\.0\.1:\d+) +(http://127\.0\.0\.1:\d+/control/)$", re.MULTILINE)


def test_addresses_are_read_from_what_the_partners_say() -> None:
    said = (
        "control agency http://127.0.0.1:2/control/\nready agency http://127.0.0.1:1\nsomething else\n"
        "control identity http://127.0.0.1:4/control/\nready identity http://127.0.0.1:3\nall ready\n"
    )
    assert addresses(said) == [
        Address("agency", "http://127.0.0.1:1", "http://127.0.0.1:2/control/"),
        Address("identity", "http://127.0.0.1:3", "http://127.0.0.1:4/control/"),
    ]


def test_the_providers_packages_are_installed_by_their_lock(tmp_path: Path) -> None:
    places = Places(root=tmp_path, var=tmp_path / "var", venv=tmp_path / ".venv", venv_is_given=False)
    assert provider.is_ready(places)  # no partners here
    folder = tmp_path / provider.PROVIDER
    (folder / "node_modules").mkdir(parents=True)
    for name in provider.INPUTS:
        (folder / name).write_bytes((ROOT / provider.PROVIDER / name).read_bytes())
    assert not provider.is_ready(places)
    (folder / "node_modules" / ".stamp").write_text("of another lock")
    assert not provider.is_ready(places)


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="emoit-partners-") as made:
        yield Path(made)


def start(folder: Path) -> subprocess.Popen[str]:
    env = os.environ | {"EMOIT_VENV": sys.prefix, "EMOIT_VAR": str(folder / "var")}
    return subprocess.Popen(
        [sys.executable, ROOT / "emoit", "partners"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=hears_interrupts,  # noqa: PLW1509
    )


def said_by(process: subprocess.Popen[str]) -> str:
    """What it prints until everything runs."""
    said = ""
    assert process.stdout is not None
    while "Ctrl-C" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    return said


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_all_start_and_ctrl_c_stops_all(folder: Path) -> None:
    process = start(folder)
    try:
        said = said_by(process)
        found = {name: (door, control) for name, door, control in LINE.findall(said)}
        assert list(found) == list(partners())
        for name, (door, control) in found.items():
            with urllib.request.urlopen(f"{door}/health", timeout=60) as answer:
                assert json.loads(answer.read())["partner"] == name
            assert answers(control)
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 128 + signal.SIGINT
    finally:
        process.kill()
        process.wait()
    assert [address for pair in found.values() for address in pair if answers(address)] == []


def test_a_killed_launcher_takes_all_with_it(folder: Path) -> None:
    process = start(folder)
    try:
        found = LINE.findall(said_by(process))
    finally:
        process.kill()
        process.wait()
    doors = [f"{door}/health" for _, door, _ in found]
    end = time.monotonic() + 120
    while any(map(answers, doors)) and time.monotonic() < end:
        time.sleep(0.2)
    assert [door for door in doors if answers(door)] == []
