"""For the few tests that need commits: several connections, real workers, a killed process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

# What set-up itself fills, and what only the migrations may touch.
_KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def owner_connection() -> psycopg.Connection[Any]:
    """A new autocommit connection of the owner to the test database."""
    parameters = connections["owner"].get_connection_params()
    known = {k: v for k, v in parameters.items() if k in {"host", "port", "user", "password", "dbname"}}
    return psycopg.connect(**known, autocommit=True)


def app_connection() -> psycopg.Connection[Any]:
    """A new connection of the serving role to the test database, in a transaction of its own."""
    parameters = connections["default"].get_connection_params()
    known = {k: v for k, v in parameters.items() if k in {"host", "port", "user", "password", "dbname"}}
    return psycopg.connect(**known)


@contextmanager
def committed_database(django_db_blocker: Any) -> Iterator[None]:
    """Let a test commit, and empty the emptied-by-default tables afterwards: those that held no row before."""
    with django_db_blocker.unblock():
        before = {table for table, filled in _tables() if filled}
        try:
            yield
        finally:
            connections["default"].close()
            _truncate([t for t, filled in _tables() if filled and t not in before | _KEPT])


def subprocess_environment(**extra: str) -> dict[str, str]:
    """The environment in which another process of ours uses the same test database and the same folders."""
    source = Path(settings.SOURCE).parent
    name = settings.DATABASES["default"]["NAME"]

    def url(alias: str) -> str:
        d = settings.DATABASES[alias]
        return f"postgresql://{d['USER']}:{d['PASSWORD']}@{d['HOST']}:{d['PORT']}/{name}"

    return {
        **os.environ,
        "DATABASE_URL": url("owner"),
        "DATABASE_APP_URL": url("default"),
        "DJANGO_SETTINGS_MODULE": "emoit.config.settings",
        "PYTHONPATH": f"{source}:{source.parent}",
        **extra,
    }


def _tables() -> list[tuple[str, bool]]:
    with owner_connection() as connection:
        names = [
            row[0]
            for row in connection.execute(
                "select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
            )
        ]
        found = []
        for name in names:
            row = connection.execute(
                sql.SQL("select exists (select 1 from {})").format(sql.Identifier(name))
            ).fetchone()
            found.append((name, bool(row and row[0])))
        return found


def _truncate(tables: list[str]) -> None:
    if not tables:
        return
    with owner_connection() as connection:
        connection.execute(
            sql.SQL("truncate {} cascade").format(sql.SQL(", ").join(sql.Identifier(table) for table in tables))
        )
