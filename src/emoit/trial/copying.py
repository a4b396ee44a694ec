"""Rows to PostgreSQL by COPY, over the owner's connection.

A table's COPY names the columns that the year knows. What other columns the model has by now must be filled by the
database (a default, or null); where it cannot, the model's own default is written, so that a new column of another
module does not stop the year.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import psycopg
from django.apps import apps
from django.db import connections
from django.db.models import NOT_PROVIDED, Field

NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


_SPECIAL = re.compile(r"[\\\t\n\r]")


def text(value: str) -> str:
    """Free text as COPY reads it."""
    return value.translate(_ESCAPES) if _SPECIAL.search(value) else value  # looking is ten times as fast


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    return datetime.fromtimestamp(number * 86_400, UTC).strftime("%Y-%m-%d ")


_CLOCK = [f"{n // 3600:02d}:{n % 3600 // 60:02d}:{n % 60:02d}+00" for n in range(86_400)]


def stamp(at: int | None) -> str:
    """A moment (seconds, UTC) as COPY reads it."""
    return NULL if at is None else _day(at // 86_400) + _CLOCK[at % 86_400]


def owner_connection() -> psycopg.Connection[Any]:
    """A connection of the owner's own, outside Django: for one process and its transactions."""
    known = connections["owner"].settings_dict
    return psycopg.connect(
        dbname=known["NAME"], user=known["USER"], password=known["PASSWORD"], host=known["HOST"], port=known["PORT"]
    )


class Table:
    """One COPY. `row` takes the values of `columns` as texts fit for COPY, in that order."""

    def __init__(self, model: str, columns: Sequence[str], *, defaulted: set[str]) -> None:
        self.meta = apps.get_model(model)._meta  # noqa: SLF001 - Django's own name for it
        fields = {f.column: f for f in self.meta.concrete_fields}
        rest = {
            name: _constant(f) for name, f in fields.items() if name not in columns and _must_be_given(f, defaulted)
        }
        self.name: str = self.meta.db_table
        self.columns = (*columns, *rest)
        self.tail = "".join(f"\t{value}" for value in rest.values()) + "\n"
        self.rows: list[str] = []

    def add(self, *values: str) -> None:
        self.rows.append("\t".join(values) + self.tail)

    def copy(self, cursor: psycopg.Cursor[Any]) -> int:
        """Write what was added; how many rows."""
        rows, self.rows = self.rows, []
        if rows:
            columns = ", ".join(f'"{name}"' for name in self.columns)
            with cursor.copy(f"copy {self.name} ({columns}) from stdin") as copy:
                copy.write("".join(rows))
        return len(rows)


def _must_be_given(field: Field[Any, Any], defaulted: set[str]) -> bool:
    return not (field.primary_key or field.null or f"{field.model._meta.db_table}.{field.column}" in defaulted)  # noqa: SLF001


def _constant(field: Field[Any, Any]) -> str:
    if field.default is NOT_PROVIDED and not field.empty_strings_allowed:
        raise LookupError(f"{field.model.__name__}.{field.name} must be given and has no default")
    value = field.get_default()
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, (dict, list)):
        return "{}" if field.get_internal_type() == "ArrayField" else text(json.dumps(value))
    return text(str(value))


def defaulted_columns(cursor: psycopg.Cursor[Any]) -> set[str]:
    """`table.column` of every column that the database fills by itself."""
    cursor.execute(
        "select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid"
        " where c.relnamespace = 'public'::regnamespace and a.attnum > 0"
        " and (a.atthasdef or a.attidentity <> '' or a.attgenerated <> '')"
    )
    return {row[0] for row in cursor.fetchall()}
