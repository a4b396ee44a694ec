"""Both commands on a bare Debian 12, as root and as an ordinary user."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.nightly.bare_debian import USER, bootstrap, clone, mounted, run

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.timeout(5400),
    pytest.mark.skipif(os.geteuid() != 0, reason="chroot needs root"),
]
REFUSAL = "emoit: Debian packages are missing; as root run: "


@pytest.fixture
def debian() -> Iterator[Path]:
    """A fresh bare Debian, taken away afterwards."""
    top = Path(tempfile.mkdtemp(prefix="emoit-bare-", dir="/var/tmp"))
    folder = top / "debian"
    top.chmod(0o755)
    try:
        bootstrap(folder)
        with mounted(folder):
            yield folder
    finally:
        shutil.rmtree(top)


def both_commands(folder: Path, name: str, checkout: str) -> None:
    code, _ = run(folder, name, ["./emoit", "demo", "--exit"], cwd=checkout)
    assert code == 0
    code, out = run(folder, name, ["./emoit", "test"], cwd=checkout)
    assert code == 0
    assert " passed, 0 failed, " in out.splitlines()[-1]
    code, out = run(folder, name, ["./emoit", "manage", "check"], cwd=checkout)
    assert code == 0
    assert "Python packages" not in out


def test_as_root(debian: Path) -> None:
    both_commands(debian, "root", clone(debian, "root"))


def test_as_an_ordinary_user(debian: Path) -> None:
    checkout = clone(debian, USER)
    for command in (["demo", "--exit"], ["test"]):
        code, out = run(debian, USER, ["./emoit", *command], cwd=checkout)
        assert code == 3
        assert out.startswith(REFUSAL)
        assert out.count("\n") == 1
        assert not (debian / checkout.lstrip("/") / "var").exists()
    install = out.removeprefix(REFUSAL).split()
    assert "python3-venv" in install
    assert run(debian, "root", ["apt-get", "-q", "update"], cwd="/")[0] == 0
    assert run(debian, "root", install, cwd="/")[0] == 0
    both_commands(debian, USER, checkout)
