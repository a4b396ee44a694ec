"""Secrets of a subscription: told once, replaced, and each signing for its own day."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from emoit.kernel.access import Refusal, acting_as
from emoit.webhooks import actions
from emoit.webhooks.delivery import sweeping
from emoit.webhooks.delivery.lending import secrets_of
from emoit.webhooks.models import OldSecret
from emoit.webhooks.types import NewSecret
from tests.webhooks.conftest import HAND, OWNER, Place, now
from tests.webhooks.test_deliver import signature

DAY = timedelta(days=1)


def test_both_secrets_sign_for_a_day_after_a_rotation(place: Place) -> None:
    made = place.active()
    new = place.do(actions.rotate_secret, made.info.id)
    assert new.secret != made.secret
    place.announce(1)
    place.spread()
    place.run(made.info.id)
    (got,) = place.receiver.events()
    both = [signature(new.secret, got), signature(made.secret, got)]
    assert got.headers["webhook-signature"] == " ".join(both)
    place.announce(2)
    place.spread()
    place.run(made.info.id, later=timedelta(hours=25))
    got = place.receiver.events()[-1]
    assert got.headers["webhook-signature"] == signature(new.secret, got)


def test_every_secret_signs_for_its_day_however_often_it_is_replaced(place: Place) -> None:
    """Replaced at 0, 5 and 10 hours: each signs until 24 hours after that."""
    made = place.active()
    secrets, begin = [made.secret], now()
    for hours in (0, 5, 10):
        new = _rotated(place, made.info.id, begin + timedelta(hours=hours))
        assert new.info.old_secret_until == begin + timedelta(hours=hours + 24)
        secrets.append(new.secret)
    with pytest.raises(Refusal) as refusal:
        _rotated(place, made.info.id, begin + timedelta(hours=23))
    assert refusal.value.code == "too_many_secrets"
    row = place.row(made.info.id)
    with acting_as(HAND):
        found = {h: secrets_of(row, begin + timedelta(hours=h)) for h in (0, 23, 24, 29, 34)}
    newest_first = tuple(reversed(secrets))
    assert found == {
        0: newest_first,
        23: newest_first,
        24: newest_first[:3],
        29: newest_first[:2],
        34: newest_first[:1],
    }
    place.announce(1)
    place.spread()
    place.run(made.info.id)
    (got,) = place.receiver.events()
    assert got.headers["webhook-signature"] == " ".join(signature(one, got) for one in newest_first)
    assert _rotated(place, made.info.id, begin + timedelta(hours=24)).secret not in secrets


def _rotated(place: Place, subscription_id: int, at: datetime) -> NewSecret:
    with acting_as(OWNER):
        return actions.rotate_secret(by=OWNER, now=at, subscription_id=subscription_id)


def test_secrets_that_no_longer_sign_are_forgotten(place: Place) -> None:
    made, begin = place.active(), now()
    for hours in (0, 5):
        _rotated(place, made.info.id, begin + timedelta(hours=hours))
    with acting_as(HAND):
        for hours, left in ((23, 2), (24, 1), (29, 0)):
            sweeping.forget_traces(begin + timedelta(hours=hours))
            assert OldSecret.objects.count() == left
