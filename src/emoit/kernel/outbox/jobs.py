"""The job that brings one event to one handler."""

from __future__ import annotations

from datetime import datetime

from emoit.kernel import jobs
from emoit.kernel.access import Actor


@jobs.job("kernel.deliver")
def deliver(*, by: Actor, now: datetime, event_id: int, handler: str) -> None:
    """Run the handler and write its delivery in one transaction; a repeated job finds the delivery and does nothing."""
    from emoit.kernel.models import Delivery, Event
    from emoit.kernel.outbox.publish import subscription

    event = Event.objects.select_for_update().get(pk=event_id)
    if Delivery.objects.filter(event=event, handler=handler).exists():
        return
    subscriber = subscription(handler)
    subscriber.handler(subscriber.event(**event.payload), by, now)
    Delivery.objects.create(agency_id=event.agency_id, event=event, handler=handler, at=now)
