"""A backup comes back whole, a changed one does not come back at all, and what was there before is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from launcher import pg_server
from launcher.errors import UNFIT, USAGE
from launcher.pg_server import Server
from launcher.places import Places

ROOT = Path(__file__).resolve().parents[2]
Emoit = Callable[..., subprocess.CompletedProcess[str]]
Sql = Callable[..., str]
DATABASES = "select datname from pg_database order by datname"


@pytest.fixture
def sql(installation: Places, private: tuple[Server, int, str]) -> Sql:
    server, _, password = private
    _, port, _ = pg_server.up(installation, server.account)

    def ask(statement: str, database: str = "emoit") -> str:
        done = pg_server.psql(server, port, pg_server.OWNER, password, database, statement)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    ask("drop table if exists thing; create table thing (name text); insert into thing values ('Hồ sơ số 1')")
    return ask


@pytest.fixture
def emoit(installation: Places, private: tuple[Server, int, str], tmp_path: Path) -> Emoit:
    server, _, password = private
    _, port, _ = pg_server.up(installation, server.account)
    env = {
        **os.environ,
        "EMOIT_VENV": sys.prefix,
        "EMOIT_VAR": str(tmp_path / "var"),
        "DATABASE_URL": f"postgresql://emoit_owner:{password}@127.0.0.1:{port}/emoit",
    }

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, ROOT / "emoit", *map(str, arguments)]
        return subprocess.run(command, env=env, cwd="/", capture_output=True, text=True, check=False)

    return run


def test_there_and_back(emoit: Emoit, sql: Sql, tmp_path: Path) -> None:
    kept = tmp_path / "var" / "files" / "ab" / "abcd"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"content")
    made = emoit("backup", tmp_path / "one")
    assert (made.returncode, made.stdout) == (0, f"{tmp_path}/one\n"), made.stderr
    again = emoit("backup", tmp_path / "one")
    assert again.returncode == USAGE

    sql("insert into thing values ('later')")
    kept.unlink()
    refused = emoit("restore", tmp_path / "one")
    assert refused.returncode == USAGE
    assert "is not empty" in refused.stderr
    assert sql("select count(*) from thing") == "2"

    done = emoit("restore", tmp_path / "one", "--replace")
    assert done.returncode == 0, done.stderr
    assert sql("select name from thing") == "Hồ sơ số 1"
    assert kept.read_bytes() == b"content"
    former = done.stdout.split()[-1]
    assert sql("select count(*) from thing", former) == "2"
    assert sql("select pg_get_userbyid(relowner) from pg_class where relname = 'thing'") == "emoit_owner"


@pytest.mark.parametrize("harm", ["changed", "removed", "added", "no dump"])
def test_a_backup_that_is_not_what_was_made_changes_nothing(emoit: Emoit, sql: Sql, tmp_path: Path, harm: str) -> None:
    folder = tmp_path / "one"
    assert emoit("backup", folder).returncode == 0
    dump = folder / "database.dump"
    if harm == "changed":
        dump.write_bytes(dump.read_bytes()[:-1] + b"x")
    elif harm == "removed":
        dump.unlink()
    elif harm == "added":
        (folder / "more").touch()
    else:
        dump.unlink()
        (folder / "manifest.json").write_text(json.dumps({"made_at": "x", "contents": {}}))
    before = sql(DATABASES)
    done = emoit("restore", folder, "--replace")
    assert done.returncode == (USAGE if harm == "no dump" else UNFIT)
    assert done.stderr.count("\n") == 1
    assert sql(DATABASES) == before
    assert sql("select name from thing") == "Hồ sơ số 1"
