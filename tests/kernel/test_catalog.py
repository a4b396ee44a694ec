"""Every table of ours is ready to be split by agency and stands behind row security. Exceptions name their reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection

# Table -> why it does without.
WITHOUT_AGENCY = {
    "people_account": "an account may act in several agencies; signing in happens before an agency is known",
    "people_agency": "the agency itself",
}
WITHOUT_ROW_SECURITY = {
    "people_account": "signing in reads it before there is an actor",
    "people_agency": "names of agencies are public, and are read before there is an actor",
}


def our_tables() -> list[str]:
    return sorted(
        {
            model._meta.db_table
            for config in apps.get_app_configs()
            if config.name.startswith("emoit.")
            for model in config.get_models(include_auto_created=True)
            if model._meta.managed and not model._meta.proxy
        }
    )


def rows(statement: str) -> dict[str, tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {row[0]: row[1:] for row in cursor.fetchall()}


@pytest.mark.django_db
def test_every_table_has_its_agency() -> None:
    columns = rows(
        "select table_name, data_type, is_nullable from information_schema.columns"
        " where column_name = 'agency_id' and table_schema = 'public'"
    )
    lacking = [t for t in our_tables() if columns.get(t) != ("bigint", "NO") and t not in WITHOUT_AGENCY]
    assert lacking == []


@pytest.mark.django_db
def test_every_table_stands_behind_row_security() -> None:
    tables = rows(
        "select c.relname, c.relrowsecurity, c.relforcerowsecurity,"
        " array(select p.polname::text from pg_policy p where p.polrelid = c.oid order by 1)"
        " from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace"
    )
    expected = {t: (True, True, {f"{t}_actor", f"{t}_owner"}) for t in our_tables() if t not in WITHOUT_ROW_SECURITY}
    # Restrictive policies (only_processes_write and the like) may only narrow further.
    found = {
        t: (on, forced, set(policies) - {f"{t}_{verb}" for verb in ("seen", "insert", "update", "delete")})
        for t, (on, forced, policies) in tables.items()
    }
    assert {t: found.get(t) for t in expected} == expected


@pytest.mark.django_db
def test_tables_carry_their_modules_name() -> None:
    wrong = [
        model._meta.db_table
        for config in apps.get_app_configs()
        if config.name.startswith("emoit.")
        for model in config.get_models()
        if not model._meta.db_table.startswith(f"{config.label}_")
    ]
    assert wrong == []


@pytest.mark.django_db
def test_functions_that_run_as_the_owner_fix_their_search_path() -> None:
    open_ones = rows(
        "select proname, proconfig from pg_proc where prosecdef and pronamespace = 'public'::regnamespace"
        " and not coalesce(array_to_string(proconfig, ','), '') like '%search_path=public, pg_temp%'"
    )
    assert open_ones == {}


@pytest.mark.django_db
def test_the_exceptions_are_needed() -> None:
    """An exception for a table that is gone or has been mended must go too."""
    tables = set(our_tables())
    stale = {t for t in (WITHOUT_AGENCY | WITHOUT_ROW_SECURITY) if t not in tables}
    assert stale <= {"people_agency"}  # comes with people
