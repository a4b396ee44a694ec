"""Secrets of one installation: made once, kept in files that only their owner can read."""

from __future__ import annotations

import base64
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path


def password() -> str:
    """24 random bytes in letters, digits, - and _."""
    return secrets.token_urlsafe(24)


def personal_key() -> str:
    """A key of 32 random bytes in base64, as EMOIT_PERSONAL_KEYS wants it."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def kept(folder: Path, name: str, make: Callable[[], str]) -> str:
    """The secret `name`, made on first use. Two that ask at once get the same; a killed one leaves no half secret."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    path = folder / name
    if not path.exists():
        fd, draft = tempfile.mkstemp(dir=folder, prefix=".")
        try:
            with os.fdopen(fd, "w") as file:
                file.write(make() + "\n")
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            Path(draft).unlink()
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return path.read_text().strip()


def application_secrets(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Each secret the application needs: the environment's where it has one, else a kept one."""
    return {
        "EMOIT_SECRET_KEY": environ.get("EMOIT_SECRET_KEY")
        or kept(folder, "secret_key", lambda: secrets.token_urlsafe(64)),
        "EMOIT_PERSONAL_KEYS": environ.get("EMOIT_PERSONAL_KEYS") or kept(folder, "personal_keys", personal_key),
        "EMOIT_KEY_PASSPHRASE": environ.get("EMOIT_KEY_PASSPHRASE") or kept(folder, "key_passphrase", password),
    }
