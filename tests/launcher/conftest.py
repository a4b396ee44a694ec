"""A small checkout of the launcher's own, and a real private database server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from launcher import pg_account, pg_place, pg_server
from launcher.pg_server import Server
from launcher.places import Places

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Places:
    """A checkout whose locks ask for no package, so that set-up is quick."""
    root = tmp_path / "checkout"
    (root / "requirements").mkdir(parents=True)
    for name in ("newcomer", "dev"):
        (root / "requirements" / f"{name}.txt").write_text("# nothing\n")
    return Places(root=root, var=root / "var", venv=root / ".venv", venv_is_given=False)


@pytest.fixture
def python() -> Callable[..., subprocess.Popen[str]]:
    """Start Python code that sees the launcher in a process of its own, at whose three streams the test is."""

    def start(code: str, *arguments: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.fixture(scope="session")
def installation() -> Iterator[Places]:
    """Places with the interpreter's own packages and a `var` that PostgreSQL's user can enter."""
    folder = Path(tempfile.mkdtemp(prefix="emoit-launcher-", dir="/var/tmp"))
    folder.chmod(0o755)
    try:
        yield Places(root=folder, var=folder / "var", venv=Path(sys.prefix), venv_is_given=True)
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def private(installation: Places) -> Iterator[tuple[Server, int, str]]:
    """A private server that is up: with its port and its owner's password."""
    installation.var.mkdir()
    account = pg_account.account()
    try:
        yield pg_server.up(installation, account)
    finally:
        cluster = pg_place.kept(installation.var)
        if cluster:
            pg_server.stop(pg_server.locate(installation, account))


@pytest.fixture(scope="session")
def site_packages() -> Path:
    return Path(sysconfig.get_path("purelib"))
