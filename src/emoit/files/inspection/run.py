"""Start the inspector and believe nothing but its well-formed answer."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from emoit.files.inspection.clamd import ScanFailed, scan

logger = logging.getLogger(__name__)

INSPECTOR = Path(__file__).with_name("inspector.py")
WALL_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """`code` '' : clean; 'uninspected': nothing is known; else why the content is refused for good."""

    code: str
    media_type: str = ""
    pages: int | None = None
    flags: tuple[str, ...] = field(default=())

    @property
    def is_clean(self) -> bool:
        return self.code == ""

    @property
    def is_known(self) -> bool:
        return self.code != "uninspected"


UNKNOWN = Verdict(code="uninspected")


def inspect(path: Path, media_type: str, *, wall_seconds: float = WALL_SECONDS) -> Verdict:
    """Judge the file. `media_type` is what its first bytes show. A crash or a time-out of the inspector is UNKNOWN."""
    verdict = _look_inside(path, media_type, wall_seconds)
    if not verdict.is_clean or not settings.EMOIT_CLAMD:
        return verdict
    try:
        virus = scan(path, settings.EMOIT_CLAMD)
    except ScanFailed:
        logger.exception("the virus scanner does not answer")
        return UNKNOWN
    return Verdict(code="infected", media_type=verdict.media_type, flags=(virus[:40],)) if virus else verdict


def _look_inside(path: Path, media_type: str, wall_seconds: float) -> Verdict:
    command = [sys.executable, "-I", str(INSPECTOR), str(path), media_type]
    try:
        # An empty environment: the inspector needs none of our secrets.
        done = subprocess.run(  # noqa: S603 - our own script, paths of our own making
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=wall_seconds,
            env={},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        logger.warning("inspector took longer than %s s over %s", wall_seconds, path.name)
        return UNKNOWN
    answer = _parse(done.stdout) if done.returncode == 0 else None
    if answer is None:
        logger.warning("inspector ended with %s over %s: %s", done.returncode, path.name, done.stderr[-300:])
        return UNKNOWN
    return answer


def _parse(output: bytes) -> Verdict | None:
    try:
        answer: dict[str, Any] = json.loads(output)
        return Verdict(
            code=str(answer["code"]),
            media_type=str(answer["media_type"]),
            pages=answer["pages"],
            flags=tuple(str(flag)[:40] for flag in answer["flags"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
