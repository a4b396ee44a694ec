"""What people does by the clock."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from emoit.kernel import jobs
from emoit.kernel.access import Actor, acting_as
from emoit.people import actions


@jobs.periodic("people.forget_attempts", "20 3 * * *")
def forget_attempts(*, by: Actor, now: datetime) -> None:
    actions.forget_attempts(by=by, now=now)


@jobs.periodic("people.forget_sessions", "25 3 * * *")
def forget_sessions(*, by: Actor, now: datetime) -> None:
    actions.forget_sessions(by=by, now=now)


@jobs.job_in_steps("people.look_up")
def look_up(*, by: Actor, now: datetime, lookup_id: int) -> None:  # noqa: ARG001 - a run outlasts its beginning
    """Make one look-up, if it still waits. A register that does not answer is no error: it is asked again later."""
    from emoit.people import looking_up

    looking_up.make(by=by, clock=timezone.now, lookup_id=lookup_id)


@jobs.periodic("people.look_up_again", "* * * * *")
def look_up_again(*, by: Actor, now: datetime) -> None:
    """What could not be looked up is tried again when it comes due."""
    from emoit.people import looking_up

    with acting_as(by):
        looking_up.ask_again(now=now)


@jobs.periodic("people.forget_lookups", "*/10 * * * *")
def forget_lookups(*, by: Actor, now: datetime) -> None:
    with acting_as(by):
        while actions.forget_lookups(now=now):
            pass
