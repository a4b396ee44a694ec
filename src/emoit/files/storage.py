"""Bytes on disk beneath settings.EMOIT_FILES: `quarantine/` and `clean/ab/cd/<sha256>`, on one file system.

A write is a new name, fsync, rename: a reader never meets half a file, and a full disk leaves nothing behind.
"""

from __future__ import annotations

import errno
import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from emoit.files import rules

CHUNK = 128 * 1024
TEMPORARY = ".part-"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Arrived:
    """Bytes that lie in quarantine under a name of their own."""

    path: Path
    digest: str
    size: int
    head: bytes

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)


def quarantine() -> Path:
    return _folder(Path(settings.EMOIT_FILES) / "quarantine")


def quarantine_path(digest: str) -> Path:
    return quarantine() / digest


def clean_path(digest: str) -> Path:
    return Path(settings.EMOIT_FILES) / "clean" / digest[:2] / digest[2:4] / digest


def take_in(content: BinaryIO | Iterable[bytes], max_bytes: int) -> Arrived:
    """Write the stream into quarantine. Refusals: empty_file, too_large (while streaming), storage_full."""
    path = _new_temporary()
    try:
        return _write(path, content, max_bytes)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in _FULL:
            raise rules.refusal("storage_full") from error
        raise


def settle(path: Path, target: Path) -> None:
    """Move within the store, durably. Refusal: storage_full (the file to be moved is then removed)."""
    try:
        _folder(target.parent)
        path.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        if error.errno in _FULL:
            path.unlink(missing_ok=True)
            raise rules.refusal("storage_full") from error
        raise


def clean_files(older_than: float) -> Iterator[Path]:
    """Clean files last written before that Unix time. What is being stored now is younger, and so never among them."""
    for path in (Path(settings.EMOIT_FILES) / "clean").glob("??/??/*"):
        if path.stat().st_mtime < older_than:
            yield path


def remove_temporaries(older_than: float) -> int:
    """Remove what an interrupted upload left, last written before that Unix time. Returns how many."""
    removed = 0
    for path in quarantine().glob(f"{TEMPORARY}*"):
        if path.stat().st_mtime < older_than:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _new_temporary() -> Path:
    try:
        return quarantine() / f"{TEMPORARY}{uuid.uuid4().hex}"
    except OSError as error:
        if error.errno in _FULL:
            raise rules.refusal("storage_full") from error
        raise


def _write(path: Path, content: BinaryIO | Iterable[bytes], max_bytes: int) -> Arrived:
    digest, size, head = hashlib.sha256(), 0, b""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb", buffering=0) as target:
        for chunk in _chunks(content):
            size += len(chunk)
            if size > max_bytes:
                raise rules.refusal("too_large", limit=rules.megabytes(max_bytes))
            if len(head) < rules.HEAD:
                head = (head + chunk)[: rules.HEAD]
            digest.update(chunk)
            _write_all(target.fileno(), chunk)
        os.fsync(target.fileno())
    if size == 0:
        raise rules.refusal("empty_file")
    return Arrived(path=path, digest=digest.hexdigest(), size=size, head=head)


def _write_all(descriptor: int, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _chunks(content: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    read = getattr(content, "read", None)
    if read is None:
        yield from content
        return
    while chunk := read(CHUNK):
        yield chunk


def _folder(path: Path) -> Path:
    """The folder, made durable when new."""
    if not path.is_dir():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync_folder(path.parent)
    return path


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
