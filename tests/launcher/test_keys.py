"""Secrets: made once, the same for everybody, readable by their owner only."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable
from pathlib import Path

from launcher import keys

ASK = """
import sys
from pathlib import Path
from launcher import keys
print(keys.kept(Path(sys.argv[1]), "owner_password", keys.password))
"""


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_secret_is_kept_and_private(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "secrets"
    first = keys.kept(folder, "one", keys.password)
    assert keys.kept(folder, "one", keys.password) == first
    assert (mode(folder), mode(folder / "one")) == (0o700, 0o600)
    assert [path.name for path in folder.iterdir()] == ["one"]


def test_rights_that_were_loosened_are_mended(tmp_path: Path) -> None:
    keys.kept(tmp_path, "one", keys.password)
    (tmp_path / "one").chmod(0o644)
    keys.kept(tmp_path, "one", keys.password)
    assert mode(tmp_path / "one") == 0o600


def test_five_who_ask_at_once_get_the_same(tmp_path: Path, python: Callable[..., subprocess.Popen[str]]) -> None:
    asking = [python(ASK, tmp_path) for _ in range(5)]
    answers = {process.communicate(timeout=120)[0] for process in asking}
    assert len(answers) == 1
    assert answers == {(tmp_path / "owner_password").read_text()}


def test_the_application_gets_a_key_of_32_bytes(tmp_path: Path) -> None:
    found = keys.application_secrets(tmp_path, {})
    assert len(base64.b64decode(found["EMOIT_PERSONAL_KEYS"])) == 32
    assert len(found["EMOIT_SECRET_KEY"]) >= 50
    assert keys.application_secrets(tmp_path, {}) == found


def test_the_environment_comes_first_and_nothing_is_made(tmp_path: Path) -> None:
    given = {"EMOIT_SECRET_KEY": "a", "EMOIT_PERSONAL_KEYS": "b", "EMOIT_KEY_PASSPHRASE": "c"}
    assert keys.application_secrets(tmp_path / "secrets", given) == given
    assert not (tmp_path / "secrets").exists()
