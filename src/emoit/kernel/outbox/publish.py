"""Events and their handlers.

`publish` writes one event row and defers one job per handler, all in the caller's transaction: a process that dies
after the commit loses nothing, one that dies before it has told nobody.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection

from emoit.kernel import jobs
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
    when: Callable[[Any], bool]


_subscriptions: dict[str, Subscription] = {}


def kind_of(event: type[BaseEvent]) -> str:
    """`dossiers.DossierSubmitted` for the class of that name in emoit.dossiers.events."""
    return f"{event.__module__.split('.')[1]}.{event.__name__}"


def _always(_event: BaseEvent) -> bool:
    return True


def on(
    event: type[E], *, when: Callable[[E], bool] = _always
) -> Callable[[Callable[[E, Actor, datetime], None]], Callable[[E, Actor, datetime], None]]:
    """Subscribe a handler `(event, by, now)`; it runs in a job, once, within a transaction as a process.

    `when` is asked as the event is published, by the event alone: where it says no, there is no job.
    """

    def subscribe(handler: Callable[[E, Actor, datetime], None]) -> Callable[[E, Actor, datetime], None]:
        name = f"{handler.__module__}.{handler.__name__}"
        _subscriptions[name] = Subscription(event, handler, name, when)
        return handler

    return subscribe


def subscribers(event: type[BaseEvent]) -> list[Subscription]:
    return [s for s in _subscriptions.values() if s.event is event]


def subscription(name: str) -> Subscription:
    return _subscriptions[name]


def publish(event: BaseEvent, *, now: datetime) -> None:
    publish_all([event], now=now)


# By hand: whatever happens in batches is told in batches. Ids are given in the order of the arrays.
_PUBLISH = """
    insert into kernel_event (agency_id, at, kind, payload)
    select v.agency_id, %s, v.kind, v.payload
    from unnest(%s::bigint[], %s::text[], %s::jsonb[]) with ordinality as v (agency_id, kind, payload, place)
    order by v.place
    returning id
"""


def publish_all(events: Sequence[BaseEvent], *, now: datetime) -> None:
    """As `publish` of each, in their order, by one statement."""
    if not events:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _PUBLISH,
            [
                now,
                [event.agency_id for event in events],
                [kind_of(type(event)) for event in events],
                [json.dumps(dataclasses.asdict(event)) for event in events],
            ],
        )
        ids = [number for (number,) in cursor.fetchall()]
    for event, event_id in zip(events, ids, strict=True):
        for subscriber in subscribers(type(event)):
            if not subscriber.when(event):
                continue
            jobs.defer("kernel.deliver", agency_id=event.agency_id, event_id=event_id, handler=subscriber.name)
