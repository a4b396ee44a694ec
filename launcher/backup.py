"""./emoit backup and ./emoit restore: the database and the folder of files, as one folder with a manifest."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from launcher import pg_binaries
from launcher.database import database_name, server_major
from launcher.errors import UNFIT, USAGE, Stop
from launcher.places import Places
from launcher.progress import say
from launcher.setup import Needs, Ready, prepared

MANIFEST = "manifest.json"
DUMP = "database.dump"
_ENCODING = "template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'"

# Every row must be seen by the owner, who is under row security too: a table without its policy would be missing.
_HIDDEN = """
    select coalesce(string_agg(c.relname, ', ' order by c.relname), '') from pg_class c
    where c.relrowsecurity and c.relforcerowsecurity and not exists (
        select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd = '*'
        and pg_get_expr(p.polqual, c.oid) = 'true'
        and p.polroles = array[(select oid from pg_roles where rolname = current_user)])
"""
_APP_ROLE = """
    do $$ begin if not exists (select from pg_roles where rolname = 'emoit_app') then
    create role emoit_app nosuperuser nobypassrls nocreatedb nocreaterole; end if; end $$
"""


def _libpq(url: str, database: str | None = None) -> dict[str, str]:
    """The address as libpq's variables: no password on a command line."""
    parts = urlsplit(url)
    env = {
        "PGHOST": parts.hostname or "", "PGPORT": str(parts.port or 5432), "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""), "PGDATABASE": database or database_name(url), "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    return {**{name: os.environ[name] for name in ("PATH", "HOME", "PGSSLMODE") if name in os.environ}, **env}


def _tool(ready: Ready, name: str, *arguments: str | Path, database: str | None = None) -> str:
    assert ready.database  # noqa: S101 - both commands ask for one
    url = ready.database.url
    binaries = pg_binaries.client(ready.places.site_packages(), server_major(ready.places, url))
    done = subprocess.run(
        [str(binaries.folder / name), *map(str, arguments)],
        env=_libpq(url, database), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Stop(f"{name} failed (exit {done.returncode}); nothing was replaced", details=done.stderr[-3000:])
    return done.stdout


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _contents(folder: Path) -> dict[str, str]:
    """SHA-256 of every file under `folder` but the manifest, by its path inside."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {str(path.relative_to(folder)): sha256(path) for path in files}


def _check_visible(ready: Ready) -> None:
    assert ready.database  # noqa: S101 - asked for by the caller
    hidden = _sql(ready, _HIDDEN, database_name(ready.database.url))
    if hidden:
        raise Stop(f"the owner's login does not see every row of {hidden}; no backup was made", UNFIT)


def back_up(places: Places, target: Path | None) -> int:
    """Write a backup folder; it appears under its name only when it is whole."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = (target or places.var / "backups" / stamp).absolute()
    if target.exists():
        raise Stop(f"{target} exists already", USAGE)
    draft = target.with_name(f".{target.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    with prepared(places, Needs("backup")) as ready:
        draft.mkdir(parents=True, mode=0o700)
        try:
            _check_visible(ready)
            _tool(ready, "pg_dump", "--enable-row-security", "--format=custom", "--no-owner", f"--file={draft / DUMP}")
            # After the dump: every file that the dump speaks of is there, whatever came later does no harm.
            files = places.var / "files"
            if files.is_dir():
                shutil.copytree(files, draft / "files")
            manifest = {"made_at": stamp, "contents": _contents(draft)}
            (draft / MANIFEST).write_text(json.dumps(manifest, indent=1))
            draft.rename(target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    say("the keys in var/secrets are not in the backup; keep a copy of them elsewhere")
    print(target)
    return 0


def check_backup(folder: Path) -> dict[str, Any]:
    """The manifest of a whole and unchanged backup; else Stop says what is wrong."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        expected = dict(manifest["contents"])
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise Stop(f"{folder} is no backup of emoit ({MANIFEST}: {wrong})", USAGE) from wrong
    found = _contents(folder)
    if DUMP not in expected:
        raise Stop(f"{folder} holds no {DUMP}", USAGE)
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            raise Stop(f"{folder}: {name} is not what was backed up; nothing was changed", UNFIT)
    return manifest


def _sql(ready: Ready, statement: str, database: str) -> str:
    return _tool(ready, "psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-c", statement, database=database).strip()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _switch(name: str, draft: str, former: str) -> str:
    """One transaction: there is no moment without a database of that name."""
    text = name.replace("'", "''")
    return (
        f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{text}';"  # noqa: S608 - quoted
        f"alter database {_quoted(name)} rename to {_quoted(former)};"
        f"alter database {_quoted(draft)} rename to {_quoted(name)}"
    )


def restore(places: Places, folder: Path, *, replace: bool) -> int:
    """Restore beside the present database, then switch names; the former one is kept under a dated name."""
    folder = folder.absolute()
    manifest = check_backup(folder)
    with prepared(places, Needs("restore")) as ready:
        assert ready.database  # noqa: S101 - asked for above
        name = database_name(ready.database.url)
        draft = f"{name}_restoring"
        count = _sql(ready, "select count(*) from pg_tables where schemaname = 'public'", name)
        if count != "0" and not replace:
            raise Stop(f"the database {name} is not empty; say --replace to put the backup in its place", USAGE)
        _sql(ready, _APP_ROLE, "postgres")
        _sql(ready, f"drop database if exists {_quoted(draft)} with (force)", "postgres")
        _sql(ready, f"create database {_quoted(draft)} {_ENCODING}", "postgres")
        _tool(ready, "pg_restore", "--exit-on-error", "--no-owner", f"--dbname={draft}", folder / DUMP, database=draft)
        if (folder / "files").is_dir():  # named by their content: what is there already is the same
            shutil.copytree(folder / "files", places.var / "files", dirs_exist_ok=True)
        former = f"{name}_before_{datetime.now(UTC):%Y%m%d%H%M%S}"
        _sql(ready, _switch(name, draft, former), "postgres")
    print(f"restored the backup of {manifest['made_at']}; the former database is kept as {former}")
    return 0


def run_backup(places: Places, arguments: Sequence[str]) -> int:
    if len(arguments) > 1:
        raise Stop("usage: ./emoit backup [FOLDER]", USAGE)
    return back_up(places, Path(arguments[0]) if arguments else None)


def run_restore(places: Places, arguments: Sequence[str]) -> int:
    rest = [argument for argument in arguments if argument != "--replace"]
    if len(rest) != 1:
        raise Stop("usage: ./emoit restore FOLDER [--replace]", USAGE)
    return restore(places, Path(rest[0]), replace=len(rest) != len(arguments))
