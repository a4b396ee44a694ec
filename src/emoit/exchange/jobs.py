"""What a worker does for the exchange."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from emoit.kernel import jobs
from emoit.kernel.access import Actor, acting_as


@jobs.job_in_steps("exchange.deliver")
def deliver(*, by: Actor, now: datetime, partner_id: int) -> None:  # noqa: ARG001 - a run outlasts its beginning
    """Bring to one partner what may go. It only wakes: what is due is said by the messages' own rows."""
    from emoit.exchange.delivery import courier

    courier.run(by=by, partner_id=partner_id, clock=timezone.now)


@jobs.periodic("exchange.sweep", "* * * * * */5")
def sweep(*, by: Actor, now: datetime) -> None:
    """Whatever a dead process left goes on within five seconds; retries come due here."""
    from emoit.exchange.delivery import sweeping

    with acting_as(by):
        sweeping.take_back(now)
        sweeping.wake_all(now)


@jobs.periodic("exchange.mend", "*/10 * * * *")
def mend(*, by: Actor, now: datetime) -> None:  # noqa: ARG001
    from emoit.exchange.delivery import sweeping

    with acting_as(by):
        sweeping.mend_heads()


@jobs.periodic("exchange.seal", "* * * * * */20")
def seal_evidence(*, by: Actor, now: datetime) -> None:
    from emoit.exchange import sealing

    for agency_id in sealing.agencies_with_work(by):
        while sealing.seal(by=by, now=now, agency_id=agency_id) == sealing.MOST:
            pass
        sealing.stamp(by=by, agency_id=agency_id)


@jobs.job_in_steps("exchange.check_certificates")
def check_certificates(*, by: Actor, now: datetime) -> None:  # noqa: ARG001 - a run outlasts its beginning
    """Ask the issuers of the agency's certificates; what they say is committed one by one."""
    from emoit.exchange.revocation import checking

    checking.check_due(by=by, clock=timezone.now)


@jobs.periodic("exchange.wake_checks", "3-59/10 * * * *")
def wake_checks(*, by: Actor, now: datetime) -> None:
    """A new certificate is asked about within ten minutes, every other one each four hours."""
    from emoit.exchange.revocation import checking

    with acting_as(by):
        checking.wake_due(now)
