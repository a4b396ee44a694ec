"""Who registers later sees what was entered under their identity before."""

from __future__ import annotations

from datetime import datetime

from emoit.kernel.access import Actor
from emoit.kernel.outbox import on
from emoit.people import queries as people
from emoit.people.events import AccountCreated, EnterpriseRegistered
from emoit.results import actions


@on(EnterpriseRegistered)
def show_to_enterprise(event: EnterpriseRegistered, by: Actor, now: datetime) -> None:
    _let_read(f"e:{event.enterprise_id}", by, now)


@on(AccountCreated)
def show_to_citizen(event: AccountCreated, by: Actor, now: datetime) -> None:
    _let_read(f"a:{event.account_id}", by, now)


def _let_read(reader: str, by: Actor, now: datetime) -> None:
    if key := people.holder_key_of(by.agency_id, reader):
        actions.let_read(by=by, now=now, holder_key=key, reader=reader)
