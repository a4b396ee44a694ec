"""An owner with one receiver, which answers in a thread of the test's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import override_settings

from emoit.kernel.access import Actor, ActorKind, NotFound, acting_as, process
from emoit.webhooks import actions, log, own
from emoit.webhooks.delivery import courier
from emoit.webhooks.models import Delivery, Event, Subscription
from emoit.webhooks.types import NewSecret
from tests.support.committed import committed_database
from tests.support.receiver import Receiver, receiving

AGENCY = 1
HAND = process("test", AGENCY)
OWNER = Actor(ActorKind.CITIZEN, AGENCY, "Chủ", account_id=7, readers=frozenset({"a:7", "e:5"}))
STRANGER = Actor(ActorKind.CITIZEN, AGENCY, "Người khác", account_id=8, readers=frozenset({"a:8"}))
AT = datetime(2026, 5, 4, 2, 31, tzinfo=UTC)
SUBMITTED = "vn.gov.moit.emoit.dossier.submitted"
RECEIVED = "vn.gov.moit.emoit.dossier.received"


def now() -> datetime:
    return datetime.now(UTC)


def told(number: int, state: str = "submitted") -> dict[str, Any]:
    return {"dossier_id": number, "code": f"G02-260504-{number:04}", "state": state}


@dataclass
class Place:
    receiver: Receiver
    keys: dict[int, frozenset[str]]

    def announce(self, number: int, *readers: str, kind: str = SUBMITTED, at: datetime = AT) -> str:
        state = {SUBMITTED: "submitted", RECEIVED: "received"}[kind]
        with acting_as(HAND):
            return actions.announce(
                by=HAND,
                now=now(),
                kind=kind,
                subject=f"dossiers/{number}",
                at=at,
                data=told(number, state),
                readers=readers or ("e:5",),
            )

    def spread(self) -> int:
        with acting_as(HAND):
            return log.spread(AGENCY, now())

    def subscribe(self, by: Actor = OWNER, **given: Any) -> NewSecret:
        words: dict[str, Any] = {"owner_key": "e:5", "address": self.receiver.address} | given
        with acting_as(by):
            return actions.subscribe(by=by, now=now(), **words)

    def active(self, **given: Any) -> NewSecret:
        """Subscribed, and the challenge answered."""
        made = self.subscribe(**given)
        assert self.run(made.info.id) == 1
        assert self.row(made.info.id).state == "active"
        return made

    def run(self, subscription_id: int, later: timedelta = timedelta()) -> int:
        return courier.run(by=HAND, subscription_id=subscription_id, clock=lambda: now() + later)

    def do(self, verb: Any, subscription_id: int, by: Actor = OWNER, **given: Any) -> Any:
        with acting_as(by):
            return verb(by=by, now=now(), subscription_id=subscription_id, **given)

    def row(self, subscription_id: int) -> Subscription:
        with acting_as(HAND):
            return Subscription.objects.get(pk=subscription_id)

    def deliveries(self, subscription_id: int) -> list[Delivery]:
        """Without challenges, as they were made."""
        with acting_as(HAND):
            rows = Delivery.objects.filter(subscription_id=subscription_id).select_related("event").order_by("id")
            return [row for row in rows if row.event.in_log]

    def events(self) -> int:
        with acting_as(HAND):
            return Event.objects.count()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def bound(receiver: Receiver) -> Iterator[Place]:
    keys = {actor.account_id or 0: actor.readers for actor in (OWNER, STRANGER)}

    def keys_of(account_id: int, _now: datetime) -> frozenset[str]:
        if account_id not in keys:
            raise NotFound("Không có tài khoản này.")
        return keys[account_id]

    before = list(own._keys_of)
    own.bind_accounts(keys_of)
    with override_settings(EMOIT_WEBHOOKS_LOOPBACK=True, EMOIT_WEBHOOKS_TIMEOUT=60.0):
        yield Place(receiver, keys)
    own._keys_of[:] = before


@pytest.fixture
def place(db: None, bound: Place) -> Place:
    return bound


@pytest.fixture
def committed_place(django_db_setup: None, django_db_blocker: Any, bound: Place) -> Iterator[Place]:
    """The same, where everything is committed: for several connections and killed processes."""
    with committed_database(django_db_blocker):
        yield bound
