"""What the API does by the clock."""

from __future__ import annotations

from datetime import datetime

from emoit.api import actions
from emoit.kernel import jobs
from emoit.kernel.access import Actor


@jobs.periodic("api.forget_replies", "40 * * * *")
def forget_replies(*, by: Actor, now: datetime) -> None:
    actions.forget_replies(by=by, now=now)
