"""Tokens of SoftHSM that belong to one test."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pkcs11 as p11
import pytest

from emoit.lib import pkcs11

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")


def new_token(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """An empty token of that name, PIN 1234; tokens of tests before it are no longer seen."""
    (folder / "tokens").mkdir()
    told = f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n"
    (folder / "softhsm2.conf").write_text(told)
    monkeypatch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
    command = ["softhsm2-util", "--init-token", "--free", "--label", name, "--pin", "1234", "--so-pin", "4321"]
    subprocess.run(command, check=True, capture_output=True)
    look_again()


def look_again() -> None:
    """The module sees the tokens that are there now."""
    pkcs11._handle.cache_clear()
    pkcs11._session.cache_clear()
    p11.lib(str(SOFTHSM)).reinitialize()
