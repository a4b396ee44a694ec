"""The store of a partner: one SQLite file, written by several threads and processes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

Value = str | int | float | bytes | None

_OWN = """
create table if not exists kit_fact (name text primary key, value text not null) strict;
create table if not exists kit_kept (name text primary key) strict;
"""


class Store:
    """One SQLite file: write-ahead log, foreign keys, and every commit on the disk before it is said (FULL).

    Each thread has a connection of its own; the threads of one process take turns to write without polling.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._own = threading.local()
        self._turn = threading.RLock()
        with self._turn:
            self.db.execute("pragma journal_mode = wal")
            self.prepare(_OWN)

    @property
    def db(self) -> sqlite3.Connection:
        """This thread's connection, in autocommit; its rows are indexed by place and by name."""
        found: sqlite3.Connection | None = getattr(self._own, "db", None)
        if found is None:
            found = self._own.db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            found.row_factory = sqlite3.Row
            found.execute("pragma foreign_keys = on")
            found.execute("pragma synchronous = full")
        return found

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; the one writer from its first line on. A block within another is part of it."""
        db = self.db
        if db.in_transaction:
            yield db
            return
        with self._turn:
            db.execute("begin immediate")
            try:
                yield db
            except BaseException:
                db.execute("rollback")
                raise
            db.execute("commit")

    def all(self, statement: str, values: Sequence[Value] = ()) -> list[sqlite3.Row]:
        return self.db.execute(statement, values).fetchall()

    def one(self, statement: str, values: Sequence[Value] = ()) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self.db.execute(statement, values).fetchone()
        return found

    def run(self, statement: str, values: Sequence[Value] = ()) -> int:
        """One write in a transaction of its own; gives how many rows it changed."""
        with self.transaction() as db:
            return db.execute(statement, values).rowcount

    def prepare(self, schema: str, *, keep: Collection[str] = ()) -> None:
        """Run `create … if not exists` statements; `keep` names the tables that a reset does not empty."""
        with self._turn:
            self.db.executescript("begin immediate;" + schema + "commit;")
        if keep:
            with self.transaction() as db:
                db.executemany("insert or ignore into kit_kept values (?)", [(name,) for name in keep])

    def clear(self) -> None:
        """Empty the partner's own tables but those to keep. The kit's are not touched."""
        with self.transaction() as db:
            db.execute("pragma defer_foreign_keys = on")
            kept = {row[0] for row in db.execute("select name from kit_kept")}
            tables = db.execute(
                "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'"
            )
            for (name,) in tables.fetchall():
                if name not in kept and not name.startswith("kit_"):
                    db.execute(f'delete from "{name}"')  # noqa: S608 - the name of a table of this very file

    def fact(self, name: str) -> str:
        """What the host wrote down for the partner, such as `address`; empty where it has not."""
        row = self.one("select value from kit_fact where name = ?", [name])
        return str(row[0]) if row else ""

    def state_fact(self, name: str, value: str) -> None:
        self.run("insert or replace into kit_fact values (?, ?)", [name, value])

    def close(self) -> None:
        """This thread's connection; the others end with their threads."""
        self.db.close()
        self._own.db = None
