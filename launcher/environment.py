"""The virtual environment and the locked packages in it.

A stamp in the environment says which locks are installed; it is written last and removed first, so an environment
without one is half-made and is removed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from launcher.errors import UNFIT, Stop
from launcher.places import Places
from launcher.progress import run_logged, say

STAMP = "emoit-stamp.json"
UNFINISHED = "emoit-unfinished"
# Each lock holds all of the one before it; what is installed for `dev` serves `newcomer` too.
LOCKS = {"newcomer": ("newcomer",), "dev": ("newcomer", "dev")}
_UNWANTED = ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX")


def lock_file(places: Places, name: str) -> Path:
    return places.root / "requirements" / f"{name}.txt"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _python_version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _stamp(venv: Path) -> dict[str, Any] | None:
    try:
        stamp = json.loads((venv / STAMP).read_text())
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) and isinstance(stamp.get("locks"), dict) else None


def is_foreign(places: Places) -> bool:
    """EMOIT_VENV names an environment that somebody else made and keeps: it is used as it is."""
    marks = (places.venv / STAMP, places.venv / UNFINISHED)
    return places.venv_is_given and (places.venv / "pyvenv.cfg").exists() and not any(map(Path.exists, marks))


def _is_sound(places: Places, stamp: dict[str, Any] | None) -> bool:
    """Made by this Python, and every lock that it records is still the lock of the checkout."""
    return (
        stamp is not None
        and places.python.exists()
        and stamp.get("python") == _python_version()
        and all(
            lock_file(places, name).exists() and digest(lock_file(places, name)) == value
            for name, value in stamp["locks"].items()
        )
    )


def is_ready(places: Places, lock: str) -> bool:
    """Nothing to do for `lock`?"""
    stamp = _stamp(places.venv)
    return is_foreign(places) or (_is_sound(places, stamp) and stamp is not None and lock in stamp["locks"])


def exists(places: Places) -> bool:
    """Is there an environment to build on, so that Python's venv module is not needed?"""
    return is_foreign(places) or _is_sound(places, _stamp(places.venv))


def _remove_unfinished(places: Places) -> None:
    if not places.venv.exists():
        return
    ours = not places.venv_is_given or any((places.venv / mark).exists() for mark in (STAMP, UNFINISHED))
    if not ours and any(places.venv.iterdir()):
        raise Stop(f"EMOIT_VENV={places.venv} is neither a virtual environment nor an empty folder", UNFIT)
    say(f"removing the half-made or outdated environment {places.venv}")
    shutil.rmtree(places.venv)


def ensure(places: Places, lock: str, *, lock_fd: int) -> None:
    """Bring the environment to what `lock` ("newcomer" or "dev") asks for."""
    if is_ready(places, lock):
        return
    log = places.log / "python.log"
    env = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
    if not exists(places):
        _remove_unfinished(places)
        places.venv.mkdir(parents=True)
        (places.venv / UNFINISHED).touch()
        run_logged(
            "Python environment",
            [sys.executable, "-m", "venv", places.venv],
            log=log, cwd=places.root, env=env, keep_open=[lock_fd],
        )  # fmt: skip
    (places.venv / UNFINISHED).touch()
    (places.venv / STAMP).unlink(missing_ok=True)
    install: list[str | Path] = [
        # The locks hold everything; one package's bound is overridden in them (pyproject.toml, [tool.uv]).
        places.python, "-m", "pip", "install", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--no-input",
        "--disable-pip-version-check", "--progress-bar", "off", "-r", lock_file(places, lock),
    ]  # fmt: skip
    run_logged(
        f"Python packages of requirements/{lock}.txt", install, log=log, cwd=places.root, env=env, keep_open=[lock_fd]
    )
    stamp = {"python": _python_version(), "locks": {name: digest(lock_file(places, name)) for name in LOCKS[lock]}}
    draft = places.venv / f"{STAMP}.draft"
    draft.write_text(json.dumps(stamp, indent=1))
    draft.replace(places.venv / STAMP)
    (places.venv / UNFINISHED).unlink()
