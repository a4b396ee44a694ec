"""Test databases: make, copy, drop, and point both connections at one of them."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

ALIASES = ("owner", "default")


@contextmanager
def _server() -> Iterator[psycopg.Connection[Any]]:
    parameters = {**connections["owner"].get_connection_params(), "dbname": "postgres"}
    known = {k: v for k, v in parameters.items() if k in {"host", "port", "user", "password", "dbname"}}
    with psycopg.connect(**known, autocommit=True) as connection:
        yield connection


_OTHERS = (
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and backend_type = 'client backend'"
)


def create(name: str, *, template: str = "") -> None:
    """A new database in place of an old one of that name. Whoever still closes a connection to `template` is ended."""
    drop(name)
    with _server() as server:
        if template:
            server.execute(_OTHERS, [template])
            statement = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
        else:
            statement = sql.SQL(
                "create database {} template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'"
            ).format(sql.Identifier(name))
        for left in reversed(range(50)):  # a backend that was told to end takes a moment
            try:
                server.execute(statement)
                break
            except psycopg.errors.ObjectInUse:
                if not left:
                    raise
                time.sleep(0.1)


def drop(name: str) -> None:
    with _server() as server:
        server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@contextmanager
def using(name: str) -> Iterator[None]:
    """Both connections (and the pool behind `default`) lead to this database, and back again afterwards."""
    before = settings.DATABASES["owner"]["NAME"]
    _point_at(name)
    try:
        yield
    finally:
        _point_at(before)


def _point_at(name: str) -> None:
    for alias in ALIASES:
        connections[alias].close()
    connections["default"].close_pool()
    for alias in ALIASES:
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name
    _forget()


def _forget() -> None:
    """Empty the caches of our modules: they remember rows by ids that mean other rows in another database."""
    for name, module in list(sys.modules.items()):
        if name.startswith("emoit."):
            for value in vars(module).values():
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()
