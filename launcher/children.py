"""Children that do not outlive the launcher, and what is known of a process from /proc."""

from __future__ import annotations

import ctypes
import signal
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def dies_with_parent() -> None:
    """In a new child, before exec: be told to end when the launcher is killed."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def started_at(pid: int) -> str | None:
    """When a process started, in clock ticks since boot; None when there is no such process (or only its zombie).

    A pid and its start name one process for good, a pid alone does not.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]


def is_alive(pid: int, start: str) -> bool:
    return started_at(pid) == start


def working_in(folder: Path) -> list[int]:
    """Processes whose working directory is `folder` (PostgreSQL's are its data directory)."""
    target = str(folder.resolve())
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if str((entry / "cwd").readlink()) == target:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found
