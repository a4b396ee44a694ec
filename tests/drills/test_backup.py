"""Backup, loss of the database and of all files, restore: the demonstration's dossiers and results are there again."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from emoit_demo.browser import Browser
from tests.drills.conftest import Servers

pytestmark = [pytest.mark.nightly, pytest.mark.timeout(300)]

COUNTS = """
    select (select count(*) from dossiers_dossier), (select count(*) from results_result),
           (select count(*) from kernel_audit_entry), (select count(*) from files_file)
"""


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_backup_loss_restore(servers: Servers, tmp_path: Path) -> None:
    installation = servers.installation
    files = installation.var / "files"
    servers.running["serve"].end()
    servers.running["worker"].end()
    with installation.held_database():
        before = installation.rows(COUNTS)
        tokens = [token for (token,) in installation.rows("select token from results_result")]
    assert len(tokens) >= 3
    backup = tmp_path / "backup"
    assert installation.emoit("backup", backup).stdout.strip() == str(backup)

    # What docs/how-to/operate.md says is in the backup is lost; secrets, keys and anchors are kept elsewhere.
    shutil.rmtree(installation.var / "pg")
    (installation.var / "pg.json").unlink()
    for path in files.iterdir():
        shutil.rmtree(path)

    done = installation.emoit("restore", backup)
    assert "restored the backup" in done.stdout
    contents: dict[str, str] = json.loads((backup / "manifest.json").read_text())["contents"]
    kept = [(name, digest) for name, digest in contents.items() if name.startswith("files/")]
    assert len(kept) >= 10
    assert all(sha256(installation.var / name) == digest for name, digest in kept)
    with installation.held_database():
        assert installation.rows(COUNTS) == before
        for (digest,) in installation.rows("select digest from files_content where state = 'clean'"):
            assert sha256(files / "clean" / digest[:2] / digest[2:4] / digest) == digest
    servers.all_up()
    for token in tokens:
        assert Browser(servers.url).get(f"/kiem-tra/{token}/").status == 200
    assert Browser(servers.url).get("/he-thong/san-sang").status == 200
