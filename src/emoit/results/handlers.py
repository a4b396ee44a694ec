"""Who registers later sees what was entered under their identity before; whose system asked is told what is issued."""

from __future__ import annotations

from datetime import datetime

from emoit.kernel.access import Actor
from emoit.kernel.outbox import on
from emoit.people import queries as people
from emoit.people.events import AccountCreated, EnterpriseRegistered
from emoit.results import actions, rules
from emoit.results.events import ResultIssued, ResultReplaced, ResultRevoked
from emoit.results.models import Result
from emoit.results.types import State
from emoit.webhooks import actions as webhooks


@on(EnterpriseRegistered)
def show_to_enterprise(event: EnterpriseRegistered, by: Actor, now: datetime) -> None:
    _let_read(f"e:{event.enterprise_id}", by, now)


@on(AccountCreated)
def show_to_citizen(event: AccountCreated, by: Actor, now: datetime) -> None:
    _let_read(f"a:{event.account_id}", by, now)


def _let_read(reader: str, by: Actor, now: datetime) -> None:
    if key := people.holder_key_of(by.agency_id, reader):
        actions.let_read(by=by, now=now, holder_key=key, reader=reader)


@on(ResultIssued)
def announce_issued(event: ResultIssued, by: Actor, now: datetime) -> None:
    _announce(event, State.VALID, by, now)


@on(ResultRevoked)
def announce_revoked(event: ResultRevoked, by: Actor, now: datetime) -> None:
    _announce(event, State.REVOKED, by, now)


@on(ResultReplaced)
def announce_replaced(event: ResultReplaced, by: Actor, now: datetime) -> None:
    _announce(event, State.REPLACED, by, now)


Told = ResultIssued | ResultRevoked | ResultReplaced


def _announce(event: ResultIssued | ResultRevoked | ResultReplaced, state: State, by: Actor, now: datetime) -> None:
    """To the holder's own systems. A letter that refuses is no result: the dossier's own event tells of it."""
    row = Result.objects.get(pk=event.result_id)
    if row.kind in rules.LETTERS:
        return
    verb = {State.VALID: "issued"}.get(state, state.value)
    data: dict[str, str | int | bool | None] = {
        "result_id": event.result_id,
        "register_code": event.register_code,
        "dossier_code": event.subject_code,
        "state": state.value,
    }
    if isinstance(event, ResultReplaced):
        data["replaced_by_id"] = event.replaced_by_id
    webhooks.announce(
        by=by,
        now=now,
        kind=f"vn.gov.moit.emoit.result.{verb}",
        subject=f"results/{event.result_id}",
        at=now,
        data=data,
        readers=[key for key in row.readers if key.startswith(("a:", "e:"))],
    )
