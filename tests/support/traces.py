"""Everything that an action could have left behind, to show that a refused one left nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from psycopg import sql

from emoit.kernel.access import Actor, Refusal, acting_as, process

PREFIXES = ("dossiers_", "work_", "payments_", "kernel_", "results_", "signing_", "files_file", "procrastinate_jobs")


def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c where c.relkind in ('r', 'p') and not c.relispartition"
            " and c.relnamespace = 'public'::regnamespace and c.relname like any(%s) order by 1",
            [[f"{prefix}%" for prefix in PREFIXES]],
        )
        return [row[0] for row in cursor.fetchall()]


def taken(agency_id: int) -> dict[str, str]:
    """Table -> digest of all of its rows, as a process sees them."""
    with acting_as(process("test", agency_id)), connection.cursor() as cursor:
        found = {}
        for table in tables():
            rows = sql.SQL("select count(*), md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {} t")
            cursor.execute(rows.format(sql.Identifier(table)))
            count, digest = cursor.fetchone()
            found[table] = f"{count} {digest}"
        return found


@contextmanager
def refused(who: Actor, code: str) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    """What is done inside is refused with that code, and leaves no trace in any table."""
    before = taken(who.agency_id)
    with pytest.raises(Refusal) as caught:
        yield caught
    assert caught.value.code == code, caught.value.message
    after = taken(who.agency_id)
    assert {t: after[t] for t in after if after[t] != before[t]} == {}
