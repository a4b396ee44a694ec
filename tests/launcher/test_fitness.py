"""Disk and ownership are judged before anything is written."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import debian, fitness
from launcher.errors import NEEDS_ROOT, UNFIT, Stop
from launcher.places import Places, places_of

ROOT = Path(__file__).resolve().parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
NOBODY = 65534


def test_too_little_disk_is_named_with_its_folder(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    with pytest.raises(Stop, match=f"the disk of {tmp_path} has") as refusal:
        fitness.check_disk([tmp_path / "not" / "there"], free + 10 * 1024**3)
    assert refusal.value.code == UNFIT
    fitness.check_disk([tmp_path], 1)
    assert list(tmp_path.iterdir()) == []


@as_root
def test_a_checkout_of_another_user_is_refused(checkout: Places) -> None:
    os.chown(checkout.root, NOBODY, NOBODY)
    with pytest.raises(Stop, match=r"belongs to nobody, not to root") as refusal:
        fitness.check_ownership(checkout)
    assert refusal.value.code == UNFIT
    assert not checkout.var.exists()


@pytest.fixture
def public() -> Iterator[Path]:
    """A copy of the launcher that an ordinary user owns and can reach."""
    folder = Path(tempfile.mkdtemp(prefix="emoit-public-", dir="/var/tmp"))
    folder.chmod(0o755)
    shutil.copy(ROOT / "emoit", folder)
    shutil.copytree(ROOT / "launcher", folder / "launcher")
    os.chown(folder, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


def as_nobody(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run with the system's Python as a user that owns nothing else."""
    return subprocess.run(
        ["/usr/bin/python3", *map(str, command)], env={"PATH": "/usr/bin:/bin"}, cwd="/", capture_output=True,
        text=True, check=False, user=NOBODY, group=NOBODY, extra_groups=[],
    )  # fmt: skip


@as_root
def test_a_var_made_by_root_is_refused_to_a_user_in_one_line(public: Path) -> None:
    (public / "var").mkdir()
    done = as_nobody(public / "emoit", "manage")
    assert done.returncode == UNFIT
    assert done.stderr.startswith(f"emoit: {public}/var belongs to root, not to nobody")
    assert done.stderr.count("\n") == 1
    assert list((public / "var").iterdir()) == []


@as_root
def test_a_user_is_told_which_packages_root_must_install(public: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(public)!r})\n"
        "from launcher import debian\n"
        "try: debian.refuse_unless_root(['python3-venv', 'chromium'])\n"
        "except Exception as stop: print(stop.code, stop.message)\n"
    )
    assert as_nobody("-c", code).stdout == (
        f"{NEEDS_ROOT} Debian packages are missing; as root run: "
        "apt-get install -y --no-install-recommends python3-venv chromium\n"
    )


def test_missing_programs_are_found_by_looking(tmp_path: Path) -> None:
    names = [package.name for package in debian.FOR_TEST]
    assert debian.missing(debian.FOR_TEST, path=str(tmp_path)) == names
    (tmp_path / "pdfsig").symlink_to("/bin/true")
    assert debian.missing(debian.FOR_TEST, path=str(tmp_path)) == [n for n in names if n != "poppler-utils"]


def test_var_and_environment_can_be_moved(tmp_path: Path) -> None:
    here = places_of(tmp_path, {})
    assert (here.var, here.venv, here.venv_is_given) == (tmp_path / "var", tmp_path / ".venv", False)
    moved = places_of(tmp_path, {"EMOIT_VAR": "/data/emoit", "EMOIT_VENV": "/opt/venv"})
    assert (moved.var, moved.venv, moved.venv_is_given) == (Path("/data/emoit"), Path("/opt/venv"), True)
