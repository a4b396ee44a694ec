"""Rows written as often as anything is done: Django's compiler makes the text of an INSERT anew for each of them.

Models stay the truth of columns and values; only the text is made once a model.
"""

from __future__ import annotations

from functools import lru_cache

from django.db import connection, models


@lru_cache(maxsize=64)
def _insert(model: type[models.Model]) -> tuple[str, tuple[models.Field, ...]]:  # type: ignore[type-arg]
    meta = model._meta  # noqa: SLF001 - Django's own name for it
    key = meta.pk
    fields = tuple(field for field in meta.concrete_fields if field is not key and not field.generated)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return f'insert into "{meta.db_table}" ({columns}) values ({marks}) returning "{key.column}"', fields  # noqa: S608


def insert(row: models.Model) -> int:
    """Write a new row of a model whose key the database numbers; sets and returns that key. No signal is sent."""
    text, fields = _insert(type(row))
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001
    return int(row.pk)
