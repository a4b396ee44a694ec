"""The messages of a measurement: written by the action, held back, let go, and counted by SQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from emoit.exchange import actions
from emoit.exchange.types import Priority, Profile, Use
from emoit.kernel import jobs
from emoit.kernel.access import Actor, acting_as

CODE = "BENCH"
KIND = "bench.note"
PAYLOAD = '{"dossier": "000.00.17.G02-261122-0001", "state": "received", "note": "nhận hồ sơ"}'.encode()

TOGETHER = 100  # messages of one transaction, where many are written
_OPEN = "select count(*) from exchange_outbound where partner_id = %s and state <> 'delivered'"
_SPAN = """
    select count(*), extract(epoch from max(done_at) - min(done_at)) from exchange_outbound
    where partner_id = %s and id > %s and state = 'delivered'
"""
# Messages that were done although one of an earlier lane, written in the same backlog, was not. Those that were tried
# while the partner was down wait for their next try and are not counted.
_OVERTAKERS = """
    select count(*) from exchange_outbound o join (
        select priority, max(done_at) as last from exchange_outbound
        where partner_id = %s and id > %s and attempts = 1 group by priority
    ) lane on lane.priority < o.priority and o.done_at < lane.last
    where o.partner_id = %s and o.id > %s and o.attempts = 1
"""


@dataclass(frozen=True, slots=True)
class Bag:
    """The messages to the measurement's own partner."""

    by: Actor
    partner_id: int

    def send(self, priority: Priority = Priority.NORMAL) -> str:
        with acting_as(self.by):
            return actions.send(
                by=self.by, now=timezone.now(), partner=CODE, kind=KIND, payload=PAYLOAD, priority=priority
            )

    def fill(self, count: int, lanes: Sequence[Priority] = (Priority.NORMAL,)) -> None:
        """So many messages, the lanes in turns."""
        for start in range(0, count, TOGETHER):
            with transaction.atomic():
                for n in range(start, min(start + TOGETHER, count)):
                    self.send(lanes[n % len(lanes)])

    def newest(self) -> int:
        return int(self._value("select coalesce(max(id), 0) from exchange_outbound where partner_id = %s") or 0)

    def open(self) -> int:
        return int(self._value(_OPEN))

    def state(self, message_id: str) -> str:
        with acting_as(self.by), connection.cursor() as cursor:
            cursor.execute("select state from exchange_outbound where message_id = %s", [message_id])
            return str(cursor.fetchone()[0])

    def wait(self, *, seconds: float, until: Callable[[], bool] | None = None) -> None:
        """Until none is open, or something else is true. RuntimeError when it takes longer."""
        end = time.monotonic() + seconds
        while not (until() if until else self.open() == 0):
            if time.monotonic() > end:
                raise RuntimeError(f"{self.open()} messages are not delivered after {seconds:.0f} s")
            time.sleep(0.1)

    def rate_after(self, first: int) -> float:
        """Messages a second from the first to the last that was delivered."""
        with acting_as(self.by), connection.cursor() as cursor:
            cursor.execute(_SPAN, [self.partner_id, first])
            count, seconds = cursor.fetchone()
        return float(count / max(float(seconds), 1e-6))

    def overtakers_after(self, first: int) -> int:
        with acting_as(self.by), connection.cursor() as cursor:
            cursor.execute(_OVERTAKERS, [self.partner_id, first] * 2)
            return int(cursor.fetchone()[0])

    def hold(self) -> None:
        """As if the breaker were open: nothing leaves."""
        self._gate(open_until=timezone.now() + timedelta(hours=12))

    def release(self) -> None:
        """The breaker is closed, and a run is asked for."""
        self._gate(open_until=None, failures=0, trips=0)
        with acting_as(self.by):
            jobs.defer("exchange.deliver", agency_id=self.by.agency_id, partner_id=self.partner_id)

    def _gate(self, **changes: Any) -> None:
        with acting_as(self.by):
            apps.get_model("exchange.Gate").objects.filter(partner_id=self.partner_id).update(**changes)

    def _value(self, statement: str) -> Any:
        with acting_as(self.by), connection.cursor() as cursor:
            cursor.execute(statement, [self.partner_id])
            return cursor.fetchone()[0]


def our_certificate(by: Actor) -> str:
    """The newest signing certificate of ours; a key is made where there is none."""
    certificates = apps.get_model("exchange.Certificate").objects
    with acting_as(by):
        ours = certificates.filter(partner=None, use=Use.SIGN.value, retired_at=None).order_by("-id")
        if not ours.exists():
            actions.make_key(by=by, now=timezone.now())
        return str(ours.values_list("pem", flat=True)[0])


def settle_in(by: Actor, address: str, certificate: str) -> Bag:
    """The measurement's partner at that address, known by that certificate alone."""
    now = timezone.now()
    profile = Profile(code=CODE, name="Đo hiệu năng", address=address, max_attempts=10_000)
    with acting_as(by):
        known = apps.get_model("exchange.Partner").objects.filter(agency_id=by.agency_id, code=CODE).first()
        if known is None:
            actions.register_partner(by=by, now=now, profile=profile)
        else:
            actions.change_partner(by=by, now=now, profile=profile)
            actions.set_active(by=by, now=now, code=CODE, active=True)
        actions.add_certificate(by=by, now=now, code=CODE, use=Use.SIGN, pem=certificate)
        partner = apps.get_model("exchange.Partner").objects.get(agency_id=by.agency_id, code=CODE)
    return Bag(by, int(partner.pk))


def leave(by: Actor) -> None:
    """Nothing goes to the measurement's partner any more; what was exchanged stays as evidence."""
    with acting_as(by):
        actions.set_active(by=by, now=timezone.now(), code=CODE, active=False)
