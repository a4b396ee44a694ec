"""We post to nobody more often than an hour allows who has not said that he wants it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from emoit.kernel.access import Actor, Refusal, acting_as
from emoit.webhooks import actions
from emoit.webhooks.delivery import sweeping
from emoit.webhooks.models import Challenge, Delivery, Subscription
from tests.webhooks.conftest import AGENCY, HAND, OWNER, STRANGER, Place, now

THERE, ELSEWHERE = "https://hooks.example/in", "https://other.example/in"


@pytest.fixture(autouse=True)
def few(settings: Any) -> None:
    """Two for an owner, so six to a host."""
    settings.EMOIT_WEBHOOKS_CHALLENGES = 2


def subscribe(at: datetime, address: str = THERE, owner: str = "e:5", by: Actor = OWNER) -> int:
    with acting_as(by):
        return actions.subscribe(by=by, now=at, owner_key=owner, address=address).info.id


def refused(call: Any) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        call()
    assert (refusal.value.code, refusal.value.status) == ("too_many_challenges", 429)
    return refusal.value


def counts() -> tuple[int, int, int]:
    with acting_as(HAND):
        return Subscription.objects.count(), Delivery.objects.count(), Challenge.objects.count()


def test_one_owner_in_an_hour(place: Place) -> None:
    begin = now()
    subscribe(begin)
    subscribe(begin + timedelta(minutes=20), ELSEWHERE)
    refusal = refused(lambda: subscribe(begin + timedelta(minutes=30), "https://third.example/"))
    assert refusal.headers == {"Retry-After": "1800"}  # type: ignore[attr-defined]
    assert str(refusal) == "Trong một giờ chỉ gửi được 2 thử thách cho mỗi chủ đăng ký. Hãy thử lại sau 30 phút."
    assert counts() == (2, 2, 2)
    subscribe(begin + timedelta(minutes=30), owner="a:7")
    subscribe(begin + timedelta(minutes=30), by=STRANGER, owner="a:8")
    subscribe(begin + timedelta(hours=1), "https://third.example/")
    assert counts() == (5, 5, 5)


@pytest.mark.parametrize("verb", ["verify", "change"])
def test_whatever_has_one_sent(place: Place, verb: str) -> None:
    begin = now()
    one = subscribe(begin)
    calls = {
        "verify": lambda: actions.verify(by=OWNER, now=begin, subscription_id=one),
        "change": lambda: actions.change(by=OWNER, now=begin, subscription_id=one, address=ELSEWHERE),
    }
    with acting_as(OWNER):
        actions.verify(by=OWNER, now=begin, subscription_id=one)
        before = counts()
        refused(calls[verb])
        actions.change(
            by=OWNER, now=begin, subscription_id=one, description="Kế toán"
        )  # no other address: none is sent
    assert counts() == before
    assert place.row(one).address == THERE


def test_deleting_gives_none_back(place: Place) -> None:
    begin = now()
    for _ in range(2):
        one = subscribe(begin)
        with acting_as(OWNER):
            actions.unsubscribe(by=OWNER, now=begin, subscription_id=one)
    refused(lambda: subscribe(begin))


def test_one_host_whoever_asks(place: Place) -> None:
    """However it is written, and though each owner moves on to another address afterwards."""
    begin = now()
    written = (THERE, "https://HOOKS.example/a", "https://hooks.example.:8443/", "https://hooks.example/?b=1")
    owners = [Actor(OWNER.kind, AGENCY, "Chủ", account_id=n, readers=frozenset({f"a:{n}"})) for n in range(100, 107)]
    for n, owner in enumerate(owners[:6]):
        one = subscribe(begin, written[n % 4], owner=f"a:{100 + n}", by=owner)
        with acting_as(owner):
            actions.change(by=owner, now=begin, subscription_id=one, address=f"https://moved{n}.example/")
    refusal = refused(lambda: subscribe(begin, owner="a:106", by=owners[6]))
    assert str(refusal) == "Trong một giờ chỉ gửi được 6 thử thách đến hooks.example. Hãy thử lại sau 60 phút."
    subscribe(begin, ELSEWHERE, owner="a:106", by=owners[6])


def test_what_no_longer_counts_is_forgotten(place: Place) -> None:
    begin = now()
    subscribe(begin)
    subscribe(begin + timedelta(minutes=5))
    for minutes, left in ((59, 2), (60, 1), (65, 0)):
        with acting_as(HAND):
            sweeping.forget_traces(begin + timedelta(minutes=minutes))
        assert counts() == (2, 2, left)
