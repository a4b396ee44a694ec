"""Pictures of the pages of a PDF that we did not make, drawn in a process of their own."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

logger = logging.getLogger(__name__)

DRAWER = Path(__file__).with_name("drawer.py")
WALL_SECONDS = 15
_PNG = b"\x89PNG\r\n\x1a\n"


def picture(path: Path, page: int, *, wall_seconds: float = WALL_SECONDS) -> bytes | None:
    """The page (from 1) as PNG, 1,200 pixels wide; None where it cannot be drawn within memory and time."""
    command = [sys.executable, "-I", str(DRAWER), str(path), str(page)]
    try:
        # An empty environment: the drawer needs none of our secrets.
        done = subprocess.run(  # noqa: S603 - our own script, paths of our own making
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=wall_seconds, env={}, cwd="/", check=False
        )
    except subprocess.TimeoutExpired:
        logger.warning("drawing page %s of %s took longer than %s s", page, path.name, wall_seconds)
        return None
    if done.returncode or not done.stdout.startswith(_PNG):
        logger.warning("drawer ended with %s over %s: %s", done.returncode, path.name, done.stderr[-300:])
        return None
    return done.stdout
