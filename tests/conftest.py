"""The real database for every test: made by the owner, used by the role that owns nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections


def _recreate(name: str) -> None:
    import psycopg
    from psycopg import sql

    owner = connections["owner"]
    parameters = {**owner.get_connection_params(), "dbname": "postgres"}
    known = {k: v for k, v in parameters.items() if k in {"host", "port", "user", "password", "dbname"}}
    with psycopg.connect(**known, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL(
                "create database {} template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'"
            ).format(sql.Identifier(name))
        )


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, worker_id: str) -> Iterator[None]:
    """One database per test worker, migrated by the owner."""
    name = f"test_{settings.DATABASES['owner']['NAME']}_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}"
    with django_db_blocker.unblock():
        _recreate(name)
        for alias in ("owner", "default"):
            connections[alias].close()
            settings.DATABASES[alias]["NAME"] = name
            connections[alias].settings_dict["NAME"] = name
        call_command("prepare_database", verbosity=0)
        yield
        for alias in ("owner", "default"):
            connections[alias].close()
        connections["default"].close_pool()


@pytest.fixture(scope="session")
def worker_id() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "one")


@pytest.fixture(autouse=True)
def _plain_static_names(settings: Any) -> None:
    """Pages name static files plainly: hashed names need `collectstatic`, which is no part of a test."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
