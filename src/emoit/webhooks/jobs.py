"""What a worker does for webhooks."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from emoit.kernel import jobs
from emoit.kernel.access import Actor, acting_as


@jobs.job("webhooks.spread")
def spread(*, by: Actor, now: datetime) -> None:
    """Number the new events of the agency and make their deliveries."""
    from emoit.webhooks import log

    log.spread(by.agency_id, now)


@jobs.job_in_steps("webhooks.deliver")
def deliver(*, by: Actor, now: datetime, subscription_id: int) -> None:  # noqa: ARG001 - a run outlasts its beginning
    """Bring to one receiver what may go. It only wakes: what is due is said by the deliveries' own rows."""
    from emoit.webhooks.delivery import courier

    courier.run(by=by, subscription_id=subscription_id, clock=timezone.now)


@jobs.periodic("webhooks.sweep", "* * * * * */5")
def sweep(*, by: Actor, now: datetime) -> None:
    """Whatever a dead worker left goes on within five seconds; retries come due here."""
    from emoit.webhooks import log
    from emoit.webhooks.delivery import sweeping

    with acting_as(by):
        sweeping.take_back(now)
        sweeping.wake_all(now)
        for agency_id in log.agencies_with_work():
            jobs.defer("webhooks.spread", agency_id=agency_id)


@jobs.periodic("webhooks.forget", "20 3 * * *")
def forget(*, by: Actor, now: datetime) -> None:
    """Events live for ninety days, what became of their deliveries for thirty."""
    from emoit.webhooks.delivery import sweeping

    for step in (sweeping.forget_traces, sweeping.forget_events, sweeping.forget_deliveries):
        while True:
            with acting_as(by):
                if step(now) < sweeping.MOST:
                    break
