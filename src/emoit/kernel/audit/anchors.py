"""The file outside the database: JSON lines, each with the hash of the line before it, written through to the disk."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

NO_LINE = "0" * 64


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head of the chain: `stamp` is an RFC 3161 token (DER) over `chain`, None while there is none."""

    seq: int
    chain: bytes
    at: datetime
    stamp: bytes | None


def append(path: Path, anchor: Anchor) -> None:
    """Add one line and fsync it. A line that a crash cut short is removed first: nothing stood on it yet."""
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        last, end = _last_line(file.fileno())
        line = json.dumps(
            {
                "seq": anchor.seq,
                "chain": anchor.chain.hex(),
                "time": anchor.at.astimezone(UTC).isoformat(timespec="microseconds"),
                "stamp": base64.b64encode(anchor.stamp).decode() if anchor.stamp else None,
                "previous": hashlib.sha256(last).hexdigest() if last else NO_LINE,
            },
            sort_keys=True,
        )
        os.ftruncate(descriptor, end)
        os.pwrite(descriptor, line.encode() + b"\n", end)
        os.fsync(descriptor)


def _last_line(descriptor: int) -> tuple[bytes, int]:
    """The last whole line without its end mark, and the length of all whole lines."""
    size = os.fstat(descriptor).st_size
    window = 64 * 1024
    while True:
        start = max(0, size - window)
        tail = os.pread(descriptor, size - start, start)
        whole = tail[: tail.rfind(b"\n") + 1]
        inner = whole[:-1].rfind(b"\n") + 1
        if inner > 0 or start == 0:
            return whole[inner:-1], start + len(whole)
        window *= 2
