"""What people does by the clock."""

from __future__ import annotations

from datetime import datetime

from emoit.kernel import jobs
from emoit.kernel.access import Actor
from emoit.people import actions


@jobs.periodic("people.forget_attempts", "20 3 * * *")
def forget_attempts(*, by: Actor, now: datetime) -> None:
    actions.forget_attempts(by=by, now=now)


@jobs.periodic("people.forget_sessions", "25 3 * * *")
def forget_sessions(*, by: Actor, now: datetime) -> None:
    actions.forget_sessions(by=by, now=now)
