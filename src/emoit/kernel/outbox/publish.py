"""Events and their handlers.

`publish` writes one event row and defers one job per handler, all in the caller's transaction: a process that dies
after the commit loses nothing, one that dies before it has told nobody.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from emoit.kernel import jobs, rows
from emoit.kernel.access import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseEvent:
    """Subclass as a frozen dataclass of ids and primitives (datetimes as ISO strings)."""

    agency_id: int


E = TypeVar("E", bound=BaseEvent)
Handler = Callable[[Any, Actor, datetime], None]


@dataclass(frozen=True, slots=True)
class Subscription:
    event: type[BaseEvent]
    handler: Handler
    name: str


_subscriptions: dict[str, Subscription] = {}


def kind_of(event: type[BaseEvent]) -> str:
    """`dossiers.DossierSubmitted` for the class of that name in emoit.dossiers.events."""
    return f"{event.__module__.split('.')[1]}.{event.__name__}"


def on(event: type[E]) -> Callable[[Callable[[E, Actor, datetime], None]], Callable[[E, Actor, datetime], None]]:
    """Subscribe a handler `(event, by, now)`; it runs in a job, once, within a transaction as a process."""

    def subscribe(handler: Callable[[E, Actor, datetime], None]) -> Callable[[E, Actor, datetime], None]:
        name = f"{handler.__module__}.{handler.__name__}"
        _subscriptions[name] = Subscription(event, handler, name)
        return handler

    return subscribe


def subscribers(event: type[BaseEvent]) -> list[Subscription]:
    return [s for s in _subscriptions.values() if s.event is event]


def subscription(name: str) -> Subscription:
    return _subscriptions[name]


def publish(event: BaseEvent, *, now: datetime) -> None:
    from emoit.kernel.models import Event

    row = Event(agency_id=event.agency_id, at=now, kind=kind_of(type(event)), payload=dataclasses.asdict(event))
    rows.insert(row)
    for subscriber in subscribers(type(event)):
        jobs.defer("kernel.deliver", agency_id=event.agency_id, event_id=row.pk, handler=subscriber.name)
