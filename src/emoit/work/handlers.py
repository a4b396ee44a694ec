"""What happens to open work when people change."""

from __future__ import annotations

from datetime import datetime

from emoit.kernel.access import Actor
from emoit.kernel.outbox import on
from emoit.people.events import AccountDeactivated
from emoit.work import actions


@on(AccountDeactivated)
def return_open_work(event: AccountDeactivated, by: Actor, now: datetime) -> None:
    actions.release_all(by=by, now=now, account_id=event.account_id)
