"""One launcher at a time does set-up; several may share a running database.

The locks are the kernel's (flock): however a holder ends, the lock ends with it. What the file says is only for people.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from launcher.progress import say


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def holder(path: Path) -> str:
    """What the holder wrote about itself, for a message."""
    try:
        text = path.read_text().strip()
    except OSError:
        text = ""
    return text or "another launcher"


@contextmanager
def exclusive(path: Path, doing: str) -> Iterator[int]:
    """Hold `path` alone, waiting for another holder with a line that names it. Gives the file descriptor."""
    fd = _open(path)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for {holder(path)} …")
            fcntl.flock(fd, fcntl.LOCK_EX)
            say("… done waiting")
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"process {os.getpid()} (./emoit {doing})\n".encode(), 0)
        yield fd
    finally:
        with suppress(OSError):
            os.ftruncate(fd, 0)
        os.close(fd)


class Shared:
    """A claim held together with others: the last to leave may switch off the light."""

    def __init__(self, path: Path) -> None:
        self._fd = _open(path)
        fcntl.flock(self._fd, fcntl.LOCK_SH)

    def is_last(self) -> bool:
        """Become the only holder if nobody else is left; then no other can come in before `leave`."""
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def leave(self) -> None:
        os.close(self._fd)
