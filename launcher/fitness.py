"""Is this machine, and this folder, fit to work in? Asked before anything is written."""

from __future__ import annotations

import os
import pwd
import shutil
from pathlib import Path

from launcher.errors import UNFIT, Stop
from launcher.places import Places

TO_SET_UP = 2 * 1024**3  # bytes: packages, front end and a database together take about 1.3 GB
TO_RUN = 256 * 1024**2


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def nearest(path: Path) -> Path:
    """The path itself or its first parent that exists."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def check_ownership(places: Places) -> None:
    """Stop when the checkout or what the launcher made in it is another user's, or cannot be written."""
    me = os.geteuid()
    for path in (places.root, places.var, places.root / ".venv", places.root / "node_modules"):
        if path.exists() and (owner := path.stat().st_uid) != me:
            raise Stop(
                f"{path} belongs to {_name(owner)}, not to {_name(me)}: "
                f"run ./emoit as {_name(owner)}, or make a clone of your own",
                UNFIT,
            )
    for path in (places.var, places.venv):
        if not os.access(nearest(path), os.W_OK | os.X_OK) and not (path == places.venv and places.venv_is_given):
            raise Stop(f"{nearest(path)} cannot be written by {_name(me)}", UNFIT)


def check_disk(folders: list[Path], needed: int) -> None:
    """Stop when a file system that holds one of `folders` has less than `needed` bytes free."""
    for folder in map(nearest, folders):
        free = shutil.disk_usage(folder).free
        if free < needed:
            raise Stop(
                f"the disk of {folder} has {free // 1024**2} MB free and {needed // 1024**2} MB are needed; "
                "nothing was changed",
                UNFIT,
            )
