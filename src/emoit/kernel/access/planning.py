"""SQL functions that are called for every request, planned once a session.

PostgreSQL plans the body of a `language sql` function anew for each statement that calls it, and one that runs with
its owner's sight is never inlined; a PL/pgSQL function keeps its plans for the life of the connection.
"""

from __future__ import annotations

from django.db import migrations

_BODY = "(select rtrim(prosrc, E'; \\n') from pg_proc where oid = '{name}'::regproc)"
_KEPT = """
do $do$ begin
    execute format(
        'create or replace function {signature} language plpgsql stable security definer '
        'set search_path = public, pg_temp as %L', 'begin return (' || {body} || '); end'
    );
end $do$
"""


def planned_once(name: str, signature: str) -> migrations.RunSQL:
    """The same function, of one scalar query that only reads, in PL/pgSQL. Its owner and its grants stay.

    `signature`: `name(arguments) returns type`, as it was created.
    """
    return migrations.RunSQL(_KEPT.format(signature=signature, body=_BODY.format(name=name)), migrations.RunSQL.noop)
