"""What the load asks of the tables themselves: counters, ids, row security for COPY, indexes, statistics.

COPY refuses a table whose row security is forced upon its owner. The owner's own policy lets everything through
anyway, so for the length of a load it is not forced; the serving role stays under its policies throughout.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings

from emoit.kernel.access import acting_as, process
from emoit.people import queries as people
from emoit.trial.rows import Rows

PEOPLE = ("Account", "Contact", "Citizen", "Enterprise", "Representation", "UnitRole")
# Rebuilt at once after a large load: entry by entry they would take longer than everything else together.
SEARCH_INDEXES = {
    "kernel_search_document": "create index kernel_search_document on kernel_search_entry using gin (document)",
    "kernel_search_folded": "create index kernel_search_folded on kernel_search_entry using gin (folded gin_trgm_ops)",
}
LARGE = 20_000  # dossiers


def names() -> list[str]:
    """The tables that a load writes by COPY."""
    models = [model for model, _ in Rows.TABLES.values()] + [f"people.{name}" for name in PEOPLE]
    return [apps.get_model(model)._meta.db_table for model in models]  # noqa: SLF001 - Django's own name for it


def agency_id() -> int:
    return people.agency_id_of(settings.EMOIT_AGENCY_CODE)


def count_dossiers(agency: int) -> int:
    """Whether there are dossiers; more than one need not be counted."""
    with acting_as(process("load_year", agency)):
        dossiers = apps.get_model("dossiers.Dossier").objects.filter(agency_id=agency)
        return 1 if dossiers.exists() else 0


def begun(agency: int, verb: str) -> dict[str, Any] | None:
    """The details of the newest row of the trail with that verb."""
    with acting_as(process("load_year", agency)):
        rows = apps.get_model("kernel.AuditEntry").objects.filter(agency_id=agency, verb=verb, subject_kind="year")
        found: dict[str, Any] | None = rows.order_by("-id").values_list("details", flat=True).first()
        return found


def reserve(cursor: psycopg.Cursor[Any], table: str, count: int) -> int:
    """The first of `count` ids that nobody else is given."""
    cursor.execute("select pg_get_serial_sequence(%s, 'id')", [table])
    (sequence,) = cursor.fetchone() or ("",)
    cursor.execute("select nextval(%s)", [sequence])
    (first,) = cursor.fetchone() or (0,)
    cursor.execute("select setval(%s, %s)", [sequence, first + count])
    return int(first)


def advance(cursor: psycopg.Cursor[Any], agency: int, wanted: Mapping[str, int]) -> dict[str, int]:
    """Move counters on by as many as are wanted; where each stood before."""
    before = {}
    for key, count in wanted.items():
        cursor.execute(
            "insert into kernel_series (agency_id, key, last) values (%s, %s, %s) on conflict (agency_id, key)"
            " do update set last = kernel_series.last + excluded.last returning last",
            [agency, key, count],
        )
        (last,) = cursor.fetchone() or (count,)
        before[key] = int(last) - count
    return before


def series_ids(cursor: psycopg.Cursor[Any], agency: int, keys: list[str]) -> dict[str, int]:
    cursor.execute("select key, id from kernel_series where agency_id = %s and key = any(%s)", [agency, keys])
    return {key: int(number) for key, number in cursor.fetchall()}


def open_day(cursor: psycopg.Cursor[Any], agency: int, day: date, count: int) -> int | None:
    """Make the day's counter; its id, or None if the day is there already."""
    cursor.execute(
        "insert into kernel_series (agency_id, key, last) values (%s, %s, %s) on conflict do nothing returning id",
        [agency, f"dossier:{day:%y%m%d}", count],
    )
    made = cursor.fetchone()
    return int(made[0]) if made else None


def missing_days(connection: psycopg.Connection[Any], agency: int, days: Mapping[date, int]) -> list[date]:
    """Days of the year that are not loaded yet, the largest first, so that no worker is left with one at the end."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("select key from kernel_series where agency_id = %s and key like 'dossier:%%'", [agency])
        there = {row[0] for row in cursor.fetchall()}
    missing = [day for day, count in days.items() if count and f"dossier:{day:%y%m%d}" not in there]
    return sorted(missing, key=lambda day: -days[day])


def unforced(cursor: psycopg.Cursor[Any]) -> None:
    _each(cursor, "no force", names())


def forced(cursor: psycopg.Cursor[Any]) -> None:
    cursor.execute("set constraints all immediate")  # what still waits to be checked would keep the tables
    _each(cursor, "force", names())


def _each(cursor: psycopg.Cursor[Any], word: str, tables: Iterable[str]) -> None:
    for table in tables:
        cursor.execute(f"alter table {table} {word} row level security")


@contextmanager
def opened(connection: psycopg.Connection[Any], *, year: int, dossiers: int) -> Iterator[None]:
    """The tables ready for COPY; afterwards as they were, whatever happens, indexes too."""
    with connection.transaction(), connection.cursor() as cursor:
        # by UTC: the first hours of a year in Viet Nam lie in the December before
        cursor.execute("select dossiers_make_partitions(%s, 14)", [date(year - 1, 12, 1)])
        unforced(cursor)
        if dossiers >= LARGE:
            for index in SEARCH_INDEXES:
                cursor.execute(f"drop index if exists {index}")
    try:
        yield
    finally:
        restore(connection)


def restore(connection: psycopg.Connection[Any]) -> None:
    """Row security forced again and every index there; also mends what a killed load left."""
    with connection.transaction(), connection.cursor() as cursor:
        forced(cursor)
        cursor.execute("set local maintenance_work_mem = '512MB'")
        for index, statement in SEARCH_INDEXES.items():
            cursor.execute("select to_regclass(%s) is null", [index])
            (absent,) = cursor.fetchone() or (False,)
            if absent:
                cursor.execute(statement)


def analyse(connection: psycopg.Connection[Any]) -> None:
    """Statistics, and which pages everybody may see: without that no list is read from an index alone."""
    connection.autocommit = True
    with connection.cursor() as cursor:
        for table in [*names(), "kernel_series"]:
            cursor.execute(f"vacuum (analyze) {table}")
