"""The request log of a partner: counts of all, the newest in full. Written in batches, not waited for."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass

from emoit_partners.kit.store import Store

NEWEST = 500
PAUSE = 0.1  # seconds between two batches

_SCHEMA = """
create table if not exists kit_request (
    id integer primary key, at text not null, method text not null, path text not null, status integer not null,
    milliseconds real not null, note text not null) strict;
create table if not exists kit_count (
    method text not null, path text not null, status integer not null, count integer not null,
    primary key (method, path, status)) strict;
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request. `at`: ISO 8601, UTC. `status` 0: cut off. `note`: what the behaviour did to it, or empty."""

    at: str
    method: str
    path: str
    status: int
    milliseconds: float
    note: str


class RequestLog:
    """A request after a pause is written at once; the others with the next batch, at most 0.1 s later."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[Seen] = []
        self._turn = threading.Lock()
        self._last = 0.0
        self._timer: threading.Timer | None = None
        store.prepare(_SCHEMA)

    def add(self, seen: Seen) -> None:
        with self._turn:
            self._waiting.append(seen)
            if time.monotonic() - self._last < PAUSE:
                self._later()
                return
            self._last = time.monotonic()
        self.flush()

    def _later(self) -> None:
        if self._timer is None:
            self._timer = threading.Timer(PAUSE, self._on_time)
            self._timer.daemon = True
            self._timer.start()

    def _on_time(self) -> None:
        with self._turn:
            self._timer = None
            self._last = time.monotonic()
        self.flush()

    def flush(self) -> None:
        with self._turn:
            seen, self._waiting = self._waiting, []
        if not seen:
            return
        counts = Counter((one.method, _place(one.path), one.status) for one in seen)
        rows = [(one.at, one.method, one.path[:300], one.status, one.milliseconds, one.note) for one in seen]
        with self._store.transaction() as db:
            newest = db.execute(
                "insert into kit_request (at, method, path, status, milliseconds, note) values (?, ?, ?, ?, ?, ?)"
                " returning id",
                rows[0],
            ).fetchone()[0]
            db.executemany(
                "insert into kit_request (at, method, path, status, milliseconds, note) values (?, ?, ?, ?, ?, ?)",
                rows[1:],
            )
            db.execute("delete from kit_request where id <= ?", [newest + len(rows) - 1 - NEWEST])
            db.executemany(
                "insert into kit_count values (?, ?, ?, ?) on conflict do update set count = count + excluded.count",
                [(*key, count) for key, count in counts.items()],
            )

    def newest(self, most: int = 50) -> list[sqlite3.Row]:
        return self._store.all(
            "select at, method, path, status, milliseconds, note from kit_request order by id desc limit ?", [most]
        )

    def counts(self) -> list[sqlite3.Row]:
        return self._store.all("select method, path, status, count from kit_count order by path, method, status")

    def clear(self) -> None:
        with self._turn:
            self._waiting.clear()
        with self._store.transaction() as db:
            db.execute("delete from kit_request")
            db.execute("delete from kit_count")


def _place(path: str) -> str:
    """The first two parts of a path: what is counted together."""
    return "/".join(path.split("/")[:3])[:100]
