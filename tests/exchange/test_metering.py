"""Calls are counted in both directions, by partner, service and day in Viet Nam, and nothing is counted twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction

from emoit.exchange import actions, queries
from emoit.exchange.models import Meter
from emoit.exchange.types import Direction, Metered
from emoit.kernel.access import Actor, ActorKind, Forbidden, Holding, acting_as, process

AGENCY = 1
BY = process("test", AGENCY)
MORNING = datetime(2026, 5, 12, 3, 0, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 5, 12, 17, 30, tzinfo=UTC)  # 00:30 of the 13th in Viet Nam
AUDITOR = Actor(ActorKind.OFFICER, AGENCY, "An", account_id=5, holdings=(Holding(1, "auditor"),))
CLERK = Actor(ActorKind.OFFICER, AGENCY, "Bình", account_id=6, holdings=(Holding(1, "specialist"),))

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture(autouse=True)
def as_process() -> Iterator[None]:
    with acting_as(BY):
        yield


def count(now: datetime = MORNING, **more: Any) -> None:
    given: dict[str, Any] = {"by": BY, "direction": Direction.OUT, "partner": "P01", "service": "ping"} | more
    actions.meter(now=now, **given)


def test_calls_of_a_day_add_up_in_one_row() -> None:
    count(bytes_out=100, bytes_in=7)
    count(failures=1, bytes_out=50)
    count(calls=3, failures=2)
    assert queries.metered(BY, date(2026, 5, 12), date(2026, 5, 12)) == [
        Metered(Direction.OUT, "P01", "ping", date(2026, 5, 12), calls=5, failures=3, bytes_in=7, bytes_out=150)
    ]


def test_direction_partner_service_and_day_are_told_apart() -> None:
    count()
    count(AFTER_MIDNIGHT)
    count(direction=Direction.IN)
    count(partner="P02")
    count(service="pong")
    found = [(m.partner, m.direction.value, m.service, m.day.day, m.calls) for m in queries.metered(*MAY)]
    assert found == [
        ("P01", "in", "ping", 12, 1),
        ("P01", "out", "ping", 12, 1),
        ("P01", "out", "ping", 13, 1),
        ("P01", "out", "pong", 12, 1),
        ("P02", "out", "ping", 12, 1),
    ]
    assert queries.metered(BY, date(2026, 5, 14), date(2026, 5, 31)) == []


MAY = (BY, date(2026, 5, 1), date(2026, 5, 31))


def test_a_person_may_count_but_not_look_behind() -> None:
    with acting_as(CLERK):
        count(by=CLERK)
        assert Meter.objects.count() == 0
        with pytest.raises(Forbidden):
            queries.metered(CLERK, date(2026, 5, 1), date(2026, 5, 31))
        assert queries.metered(AUDITOR, date(2026, 5, 1), date(2026, 5, 31))[0].calls == 1


def test_what_is_rolled_back_was_not_counted() -> None:
    with transaction.atomic():
        count()
        transaction.set_rollback(True)
    assert queries.metered(*MAY) == []


@pytest.mark.parametrize("wrong", [{"failures": 2}, {"failures": -1}, {"bytes_in": -1}, {"calls": -1}])
def test_what_is_no_count_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="not a count"):
        count(**wrong)
    assert queries.metered(*MAY) == []
