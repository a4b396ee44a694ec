"""The job that brings one event to one handler."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from emoit.kernel import jobs
from emoit.kernel.access import Actor

# Of two runs at once the second waits here for the first: for nothing if it commits, to take over if it rolls back.
_CLAIM = """
    insert into kernel_delivery (agency_id, event_id, handler, at) values (%s, %s, %s, %s)
    on conflict (event_id, handler) do nothing returning id
"""


@jobs.job("kernel.deliver")
def deliver(*, by: Actor, now: datetime, event_id: int, handler: str) -> None:
    """Run the handler and write its delivery in one transaction; a repeated job finds the delivery and does nothing."""
    from emoit.kernel.models import Event
    from emoit.kernel.outbox.publish import subscription

    event = Event.objects.get(pk=event_id)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [event.agency_id, event.pk, handler, now])
        if cursor.fetchone() is None:
            return
    subscriber = subscription(handler)
    subscriber.handler(subscriber.event(**event.payload), by, now)
