"""Migration operations for row security.

`emoit_readers()` is the array of the actor's reader keys, `emoit_agency()` the agency; both null-safe: without an
actor they match nothing. Each table gets one policy for all commands; USING decides what is seen and touched, WITH
CHECK what may be written.
"""

from __future__ import annotations

import re

from django.db.migrations.operations import RunSQL

# A process of ours sees its own agency; a technical job of the installation sees all. The sub-selects make PostgreSQL
# ask once a statement, not once a row.
PROCESS = (
    "('system' = any((select emoit_readers())::text[]) and agency_id = (select emoit_agency()))"
    " or 'platform' = any((select emoit_readers())::text[])"
)


def _once(condition: str) -> str:
    """The same condition with the actor read once for a statement: a sub-select, not a call for every row."""
    condition = re.sub(r"(?<!select )emoit_readers\(\)", "(select emoit_readers())::text[]", condition)
    return re.sub(r"(?<!select )emoit_agency\(\)", "(select emoit_agency())", condition)


def row_security(table: str, *, using: str, check: str | None = None) -> RunSQL:
    """Enable and force row security on `table`. `using` and `check` are SQL over the row's columns.

    A process of ours passes both in any case, see PROCESS.
    """
    using, check = _once(using), _once(check) if check else check
    seen = f"({PROCESS} or ({using}))"
    written = f"({PROCESS} or ({check or 'agency_id = (select emoit_agency())'}))"
    return RunSQL(
        f"""
        alter table {table} enable row level security;
        alter table {table} force row level security;
        create policy {table}_actor on {table} for all to emoit_app using {seen} with check {written};
        create policy {table}_owner on {table} for all to current_user using (true) with check (true);
        """,
        f"""
        drop policy {table}_actor on {table};
        drop policy {table}_owner on {table};
        alter table {table} no force row level security;
        alter table {table} disable row level security;
        """,
    )


def now_seen(table: str, *, using: str, before: str) -> RunSQL:
    """Change what `row_security` shows of a table, not what it lets be written. `before`: what it showed until then."""
    change = f"alter policy {table}_actor on {table} using ({PROCESS} or ({{using}}));"
    return RunSQL(change.format(using=_once(using)), change.format(using=_once(before)))


def within_agency(table: str) -> RunSQL:
    """Rows seen by every actor of the agency, and by no other: reference tables and technical ones."""
    return row_security(table, using="agency_id = (select emoit_agency())")


def only_processes_write(table: str) -> RunSQL:
    """Whatever the table's policy shows, only a process of ours inserts, updates, deletes or locks rows here."""
    return RunSQL(
        f"""
        create policy {table}_insert on {table} as restrictive for insert to emoit_app with check ({PROCESS});
        create policy {table}_update on {table} as restrictive for update to emoit_app
            using ({PROCESS}) with check ({PROCESS});
        create policy {table}_delete on {table} as restrictive for delete to emoit_app using ({PROCESS});
        """,
        f"""
        drop policy {table}_insert on {table};
        drop policy {table}_update on {table};
        drop policy {table}_delete on {table};
        """,
    )


def append_only(table: str) -> RunSQL:
    """The serving role may insert and read, never update or delete; the owner cannot do so unseen either."""
    return RunSQL(
        f"revoke update, delete, truncate on {table} from emoit_app;",
        f"grant update, delete on {table} to emoit_app;",
    )


def immutable_when(table: str, condition: str, message: str) -> RunSQL:
    """Refuse UPDATE and DELETE of rows for which `condition` (SQL over OLD) holds."""
    name = f"{table}_immutable"
    return RunSQL(
        f"""
        create function {name}() returns trigger language plpgsql as $$
        begin
            if {condition} then raise exception '{message}' using errcode = 'restrict_violation'; end if;
            if tg_op = 'DELETE' then return old; end if;
            return new;
        end $$;
        create trigger {name} before update or delete on {table} for each row execute function {name}();
        """,
        f"drop trigger {name} on {table}; drop function {name}();",
    )
