"""What is due is posted, signed and settled; what fails is tried again under the same id."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings

from emoit.kernel import audit
from emoit.kernel.access import acting_as
from emoit.webhooks import actions, queries
from emoit.webhooks.actions.subscriptions import WrongState
from emoit.webhooks.delivery import sweeping
from emoit.webhooks.delivery.lending import lend
from emoit.webhooks.rules.retrying import GIVE_UP_AFTER, SUSPEND_AFTER
from emoit.webhooks.types import NewSecret
from tests.support.receiver import Got
from tests.webhooks.conftest import HAND, OWNER, RECEIVED, STRANGER, SUBMITTED, Place, now

DAY = timedelta(days=1)


def signature(secret: str, got: Got) -> str:
    """Standard Webhooks in its own words, for what came."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{got.id}.{got.headers['webhook-timestamp']}.".encode() + got.body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def one(place: Place, made: NewSecret) -> Any:
    (row,) = place.deliveries(made.info.id)
    return row


def test_an_event_arrives_signed_as_a_cloud_event(place: Place) -> None:
    made = place.active()
    name = place.announce(12)
    assert place.spread() == 1
    assert place.run(made.info.id) == 1
    (got,) = place.receiver.events()
    assert got.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert got.headers["webhook-signature"] == signature(made.secret, got)
    assert abs(int(got.headers["webhook-timestamp"]) - now().timestamp()) < 10
    assert got.id == name
    assert got.event == {
        "specversion": "1.0",
        "id": name,
        "source": "urn:emoit:G02",
        "type": SUBMITTED,
        "subject": "dossiers/12",
        "time": "2026-05-04T02:31:00.000Z",
        "datacontenttype": "application/json",
        "dataschema": "http://127.0.0.1:8000/api/v1/su-kien/dossier.submitted.json",
        "data": {
            "dossier_id": 12,
            "code": "G02-260504-0012",
            "state": "submitted",
            "link": "http://127.0.0.1:8000/api/v1/dossiers/12",
        },
        "sequence": "1",
    }
    row = one(place, made)
    assert (row.state, row.attempts, row.status, row.error, row.answer) == ("delivered", 1, 204, "", "")


def test_nothing_is_sent_before_the_challenge_is_answered(place: Place) -> None:
    place.receiver.mode = "mute"
    made = place.subscribe()
    place.announce(1)
    place.spread()
    place.run(made.info.id)
    (asked,) = place.receiver.got
    assert asked.event["type"] == "vn.gov.moit.emoit.webhook.challenge"
    assert asked.headers["webhook-signature"] == signature(made.secret, asked)
    assert place.row(made.info.id).state == "unverified"
    assert place.deliveries(made.info.id) == []
    place.receiver.mode = "up"
    place.do(actions.verify, made.info.id)
    place.run(made.info.id)
    place.spread()
    place.run(made.info.id)
    assert place.row(made.info.id).state == "active"
    assert place.receiver.subjects() == ["dossiers/1"]  # also what happened meanwhile


def test_a_challenge_that_nobody_answers_ends_it_after_three_days(place: Place) -> None:
    place.receiver.mode = "mute"
    made = place.subscribe()
    place.run(made.info.id)
    place.run(made.info.id, later=GIVE_UP_AFTER)
    row = place.row(made.info.id)
    assert (row.state, row.reason) == ("ended", "unverified")


@pytest.mark.parametrize(
    ("mode", "status", "error", "answer"),
    [
        ("500", 500, "http_500", "no \\x00<b>"),
        ("404", 404, "http_404", "no \\x00<b>"),
        ("302", 302, "redirected", "no \\x00<b>"),
        ("html", 200, "html", "<html>log in</html>"),
        ("endless", None, "too_long", ""),
        ("hang", None, "timeout", ""),
        ("cut", None, "unreachable", ""),
    ],
)
def test_a_failing_receiver_is_tried_again_under_the_same_id(
    place: Place, mode: str, status: int | None, error: str, answer: str
) -> None:
    made = place.active()
    name = place.announce(1)
    place.spread()
    place.receiver.mode = mode
    begun = now()
    with override_settings(EMOIT_WEBHOOKS_TIMEOUT=0.5 if mode == "hang" else 60.0):
        assert place.run(made.info.id) == 1
    row, ended = one(place, made), now()
    assert (row.state, row.status, row.error, row.answer) == ("waiting", status, error, answer)
    assert begun + timedelta(seconds=4) < row.due_at < ended + timedelta(seconds=6)
    place.receiver.mode = "up"
    assert place.run(made.info.id) == 0  # not yet due
    assert place.run(made.info.id, later=timedelta(seconds=10)) == 1
    assert [got.id for got in place.receiver.events()] == [name, name]
    first, second = place.receiver.events()
    assert first.body == second.body
    row = one(place, made)
    assert (row.state, row.attempts, row.error) == ("delivered", 2, "")
    assert place.row(made.info.id).failures == 0


def test_a_trickle_of_bytes_ends_when_the_time_is_up(place: Place) -> None:
    made = place.active()
    place.announce(1)
    place.spread()
    place.receiver.mode = "endless"  # 1,000 bytes each 10 ms: 16 KiB take longer than the time given
    with override_settings(EMOIT_WEBHOOKS_TIMEOUT=0.1):
        place.run(made.info.id)
    assert one(place, made).error == "timeout"


def test_a_receiver_that_fails_is_left_alone_for_a_while(place: Place) -> None:
    """Of many that wait one alone tries whether it is back."""
    made = place.active()
    for n in range(5):
        place.announce(n)
    place.spread()
    place.receiver.mode = "500"
    assert place.run(made.info.id) == 1
    assert place.run(made.info.id) == 0
    assert place.run(made.info.id, later=timedelta(seconds=10)) == 1
    assert len(place.receiver.events()) == 2
    assert {row.state for row in place.deliveries(made.info.id)} == {"waiting"}
    held = place.row(made.info.id).held_until
    with acting_as(OWNER):
        waiting = [info for info in queries.deliveries_of(OWNER, made.info.id) if info.state == "waiting"]
    assert held is not None
    assert [info.due_at for info in waiting] == [held] * 5
    place.receiver.mode = "up"
    assert place.run(made.info.id, later=timedelta(hours=1)) == 5
    assert {row.state for row in place.deliveries(made.info.id)} == {"delivered"}


def test_tries_end_after_three_days(place: Place) -> None:
    made = place.active()
    place.announce(1)
    place.spread()
    place.receiver.mode = "500"
    later, tries = timedelta(), 0
    while one(place, made).state == "waiting":
        tries += place.run(made.info.id, later=later)
        later += timedelta(minutes=30)
    assert 8 <= tries <= 11
    assert GIVE_UP_AFTER - DAY < later <= GIVE_UP_AFTER + DAY
    assert (one(place, made).state, one(place, made).error) == ("failed", "http_500")
    assert place.row(made.info.id).state == "active"


def test_after_five_days_of_failures_it_is_suspended_and_goes_on_where_it_stopped(place: Place) -> None:
    made = place.active()
    place.announce(1)
    place.spread()
    place.receiver.mode = "500"
    place.run(made.info.id)
    place.run(made.info.id, later=SUSPEND_AFTER + DAY)
    row = place.row(made.info.id)
    assert (row.state, row.reason) == ("suspended", "failing")
    place.announce(2)
    place.spread()
    assert len(place.deliveries(made.info.id)) == 1
    place.receiver.mode = "up"
    before = len(place.receiver.events())
    assert place.run(made.info.id, later=SUSPEND_AFTER + 2 * DAY) == 0
    place.do(actions.resume, made.info.id)
    place.spread()
    place.run(made.info.id)
    assert place.receiver.subjects()[before:] == ["dossiers/2"]  # the first was given up
    assert place.row(made.info.id).failing_since is None


def test_410_ends_it(place: Place) -> None:
    made = place.active()
    for n in (1, 2):
        place.announce(n)
    place.spread()
    place.receiver.mode = "410"
    place.run(made.info.id)
    row = place.row(made.info.id)
    assert (row.state, row.reason) == ("ended", "gone")
    assert [(r.state, r.error) for r in place.deliveries(made.info.id)] == [("failed", "gone"), ("failed", "ended")]
    place.announce(3)
    place.spread()
    assert len(place.deliveries(made.info.id)) == 2
    with pytest.raises(WrongState):
        place.do(actions.resume, made.info.id)


def test_only_what_was_asked_for_and_may_be_seen(place: Place) -> None:
    made = place.active(types=[RECEIVED])
    place.announce(1)
    place.announce(2, kind=RECEIVED)
    place.announce(3, "a:8", kind=RECEIVED)
    place.spread()
    place.run(made.info.id)
    assert place.receiver.subjects() == ["dossiers/2"]


def test_who_no_longer_speaks_for_the_enterprise_is_told_nothing_more(place: Place) -> None:
    made = place.active()
    place.announce(1)
    place.spread()
    place.keys[7] = frozenset({"a:7"})
    assert place.run(made.info.id) == 0
    row = place.row(made.info.id)
    assert (row.state, row.reason) == ("ended", "owner_gone")
    assert place.receiver.events() == []
    with acting_as(HAND):
        (entry,) = audit.entries(HAND, verbs=["webhooks.end"])
    assert (entry.subject_id, entry.details) == (str(row.pk), {"reason": "owner_gone"})


def test_send_again_and_replay_keep_the_ids(place: Place) -> None:
    made = place.active()
    names = [place.announce(n) for n in (1, 2, 3)]
    place.announce(4, "a:8")
    place.spread()
    place.run(made.info.id)
    first = place.deliveries(made.info.id)[0]
    again = place.do(actions.redeliver, made.info.id, delivery_id=first.pk)
    assert (again.state, again.attempts) == ("waiting", 0)
    place.run(made.info.id)
    assert place.do(actions.replay, made.info.id, after=1) == 2
    place.run(made.info.id)
    assert [got.id for got in place.receiver.events()] == [*names, names[0], *names[1:]]
    assert len(place.deliveries(made.info.id)) == 3


def test_a_test_event_is_its_own_and_not_in_the_log(place: Place) -> None:
    made = place.active()
    place.do(actions.send_test, made.info.id)
    place.run(made.info.id)
    (got,) = place.receiver.events()
    assert (got.event["type"], got.event["data"]) == (
        "vn.gov.moit.emoit.webhook.test",
        {"note": "This is a test."},
    )
    assert "sequence" not in got.event
    assert place.spread() == 0


def test_a_pause_holds_everything_back(place: Place) -> None:
    made = place.active()
    place.do(actions.pause, made.info.id)
    place.announce(1)
    place.spread()
    assert place.run(made.info.id) == 0
    place.do(actions.resume, made.info.id)
    place.spread()
    place.run(made.info.id)
    assert place.receiver.subjects() == ["dossiers/1"]


def test_another_address_answers_a_challenge_first(place: Place) -> None:
    made = place.active()
    moved = place.do(actions.change, made.info.id, address=place.receiver.address + "2", types=[SUBMITTED])
    assert (moved.state, moved.types) == ("unverified", (SUBMITTED,))
    place.announce(1)
    place.spread()
    place.run(made.info.id)
    assert place.row(made.info.id).state == "active"
    assert [got.event["type"].rsplit(".")[-1] for got in place.receiver.got] == ["challenge", "challenge"]


def test_what_waited_goes_to_the_new_address(place: Place) -> None:
    """Moving is no end: an event that the old address did not take is not lost."""
    made = place.active()
    place.announce(1)
    place.spread()
    place.do(actions.change, made.info.id, address=place.receiver.address + "2")
    place.do(actions.verify, made.info.id)
    assert [row.state for row in place.deliveries(made.info.id)] == ["waiting"]
    place.run(made.info.id)
    place.run(made.info.id)
    assert [row.state for row in place.deliveries(made.info.id)] == ["delivered"]
    assert place.receiver.subjects() == ["dossiers/1"]


def test_a_run_that_died_is_made_up_for(place: Place) -> None:
    made = place.active()
    place.announce(1)
    place.spread()
    with acting_as(HAND):
        loan = lend(made.info.id, now())
        assert len(loan.lent) == 1
        assert lend(made.info.id, now()).lent == ()  # one run at a time
        assert sweeping.take_back(now()) == 0
        assert sweeping.take_back(now() + DAY) == 1
    assert place.run(made.info.id) == 1
    assert one(place, made).attempts == 2


def test_a_stranger_learns_nothing_and_changes_nothing(place: Place) -> None:
    made = place.active()
    place.announce(1)
    place.spread()
    (row,) = place.deliveries(made.info.id)
    verbs = [actions.pause, actions.resume, actions.unsubscribe, actions.rotate_secret, actions.send_test]
    for verb in [*verbs, actions.verify]:
        with pytest.raises(queries.NotFound):
            place.do(verb, made.info.id, by=STRANGER)
    for verb, given in (
        (actions.redeliver, {"delivery_id": row.pk}),
        (actions.replay, {"after": 0}),
        (actions.change, {"types": []}),
    ):
        with pytest.raises(queries.NotFound):
            place.do(verb, made.info.id, by=STRANGER, **given)
    with acting_as(STRANGER):
        assert queries.subscriptions_of(STRANGER) == []
        with pytest.raises(queries.NotFound):
            queries.deliveries_of(STRANGER, made.info.id)
    assert place.row(made.info.id).state == "active"
    with acting_as(OWNER):
        assert [info.id for info in queries.subscriptions_of(OWNER)] == [made.info.id]
        assert json.dumps([d.event.subject for d in queries.deliveries_of(OWNER, made.info.id)]) == json.dumps(
            ["dossiers/1", f"webhooks/{made.info.id}"]
        )
