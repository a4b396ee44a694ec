"""Tell PostgreSQL who acts, for the length of one transaction.

The settings are made with SET LOCAL semantics, so a pooled connection carries nothing over to the next request:
outside `acting_as` every policy sees empty settings and shows no row.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from emoit.kernel.access.actor import Actor

_current: ContextVar[Actor | None] = ContextVar("emoit_actor", default=None)

_SET = "select set_config('emoit.readers', %s, true), set_config('emoit.agency', %s, true)"


def _tell(actor: Actor | None) -> None:
    readers = "{" + ",".join(sorted(actor.readers)) + "}" if actor else ""
    with connection.cursor() as cursor:
        cursor.execute(_SET, [readers, str(actor.agency_id) if actor else ""])


@contextmanager
def acting_as(actor: Actor) -> Iterator[Actor]:
    """One transaction (or savepoint) in which the database shows what `actor` may see. May be nested.

    A commit ends the settings, and so does a rollback to the savepoint; only a nested block that succeeds has to put
    the outer actor back.
    """
    with _acting(actor, transaction.atomic()):
        yield actor


@contextmanager
def alone_as(actor: Actor) -> Iterator[Actor]:
    """As `acting_as`, in a transaction of its own, which ends with the block. RuntimeError within another."""
    with _acting(actor, transaction.atomic(durable=True)):
        yield actor


@contextmanager
def _acting(actor: Actor, block: AbstractContextManager[None]) -> Iterator[None]:
    outer = _current.get()
    nested = connection.in_atomic_block
    with block:
        _tell(actor)
        token = _current.set(actor)
        try:
            yield
        finally:
            _current.reset(token)
        if nested and not connection.needs_rollback:
            _tell(outer)


@contextmanager
def becoming(actor: Actor) -> Iterator[Actor]:
    """As `acting_as`, inside an action: no savepoint of its own.

    An error must leave the action's transaction or savepoint, whose rollback puts the outer actor back and undoes what
    was done; whoever catches one on the way goes on as `actor`. RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("becoming() needs the transaction of an action")
    outer = _current.get()
    _tell(actor)
    token = _current.set(actor)
    try:
        yield actor
    finally:
        _current.reset(token)
    _tell(outer)


def current_actor() -> Actor | None:
    return _current.get()
