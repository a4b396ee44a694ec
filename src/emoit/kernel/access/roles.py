"""The serving role: created by the owner, owns nothing, bypasses nothing."""

from __future__ import annotations

import time
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import IntegrityError, InternalError, ProgrammingError, connections, transaction
from psycopg import errors, sql

APP_ROLE = "emoit_app"
TRIES = 6
# "tuple concurrently updated" is an internal error; a role made a moment ago is a duplicate.
_MADE_MEANWHILE = (errors.InternalError_, errors.DuplicateObject, errors.UniqueViolation)


def prepare_roles(app_url: str) -> None:
    """Create or mend the serving role and its default rights. Runs over the owner's connection, before migrations.

    `emoit_app` is the role that policies name; the login of `app_url` is that role or a member of it. Roles belong to
    the whole server: where several databases are prepared at once, one of them may have to try again.
    """
    for tries in range(1, TRIES + 1):
        try:
            _make_roles(app_url)
            break
        except (InternalError, ProgrammingError, IntegrityError) as error:
            if tries == TRIES or not isinstance(error.__cause__, _MADE_MEANWHILE):
                raise
            time.sleep(0.2 * tries)
    _give_rights()


def _make_roles(app_url: str) -> None:
    parts = urlsplit(app_url)
    login, password = unquote(parts.username or ""), unquote(parts.password or "")
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for role in dict.fromkeys((APP_ROLE, login)):
            cursor.execute("select 1 from pg_roles where rolname = %s", [role])
            if not cursor.fetchone():
                cursor.execute(
                    sql.SQL("create role {} nosuperuser nobypassrls nocreatedb nocreaterole").format(
                        sql.Identifier(role)
                    )
                )
        if settings.EMOIT_MANAGES_APP_LOGIN:
            cursor.execute(
                sql.SQL("alter role {} login password {}").format(sql.Identifier(login), sql.Literal(password))
            )
            if login != APP_ROLE:
                cursor.execute(sql.SQL("grant {} to {}").format(sql.Identifier(APP_ROLE), sql.Identifier(login)))


def _give_rights() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("revoke create on schema public from public")
        cursor.execute(f"grant usage on schema public to {APP_ROLE}")
        cursor.execute(
            f"alter default privileges in schema public grant select, insert, update, delete on tables to {APP_ROLE}"
        )
        cursor.execute(f"alter default privileges in schema public grant usage, select on sequences to {APP_ROLE}")
