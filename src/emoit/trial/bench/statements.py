"""What our own code asks of the database: caught as it is asked, explained, or asked again without our code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from emoit.kernel.access import Actor, acting_as

Statement = tuple[str, Any]
# Also inside `with`, or in a function; a lock (`for update`) leaves nothing behind.
_WRITES = re.compile(
    r"\binsert\s+into\b|\bdelete\s+from\b|\bupdate\s+\S+(\s+\w+)?\s+set\b|\bemoit_put_entry\(|\bprocrastinate_defer",
    re.IGNORECASE,
)


@contextmanager
def caught() -> Iterator[list[Statement]]:
    """Every statement of the block, with its parameters."""
    found: list[Statement] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def writing(statements: list[Statement]) -> list[Statement]:
    """Those that leave something behind."""
    return [(sql, params) for sql, params in statements if _WRITES.search(sql)]


def buffers(by: Actor, act: Callable[[], object]) -> int:
    """Pages that the reads of `act` touch, as EXPLAIN counts them, found in memory or not. As that actor."""
    with acting_as(by):
        with caught() as statements:
            act()
        return sum(
            _touched(sql, params)
            for sql, params in statements
            if sql.lstrip().lower().startswith(("select", "(select")) and "set_config" not in sql
        )


def _touched(sql: str, params: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, buffers, format json) {sql}", params)
        plan = cursor.fetchone()[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
