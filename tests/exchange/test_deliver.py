"""What goes out: to a partner that really answers, and to one that does not as it should."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection

from emoit.exchange import actions
from emoit.exchange.delivery import sweeping
from emoit.exchange.models import Certificate, Evidence, Gate, Outbound
from emoit.exchange.types import Format, OutState, Priority, Use
from emoit.kernel import audit
from emoit.kernel.access import Actor, ActorKind, Forbidden, Holding, NotFound, Refusal, acting_as
from emoit.kernel.models import Event
from tests.exchange.conftest import AGENCY, Place, now
from tests.support.jobs import waiting_jobs


def officer(account_id: int, role: str) -> Actor:
    return Actor(
        ActorKind.OFFICER,
        AGENCY,
        "Cán bộ",
        account_id=account_id,
        readers=frozenset({f"a:{account_id}", "u:1"}),
        holdings=(Holding(1, role),),
    )


OFFICER, OPERATOR = officer(7, "specialist"), officer(8, "administrator")


def events(place: Place) -> list[tuple[str, str]]:
    with acting_as(place.by):
        return [(e.kind, e.payload["message_id"]) for e in Event.objects.order_by("id")]


def gate(place: Place) -> Gate:
    with acting_as(place.by):
        return Gate.objects.get()


def test_a_message_leaves_is_receipted_and_told_of(place: Place) -> None:
    name = place.send(b'{"n": 1}', by=OFFICER, subject_kind="dossier", subject_id=12)
    row = place.outbound(name)
    assert (row.state, row.sequence, row.is_head, row.attempts) == (OutState.WAITING.value, 1, True, 0)
    assert [job for job, _ in waiting_jobs()] == ["exchange.deliver"]
    assert place.run() == 1
    row = place.outbound(name)
    assert (row.state, row.attempts, row.error) == (OutState.DELIVERED.value, 1, "")
    assert place.partner.effects() == [(name, b'{"n": 1}')]
    assert row.receipt is not None
    assert json.loads(bytes(row.receipt.content))["payload"]
    assert events(place) == [("exchange.MessageDelivered", name)]
    with acting_as(place.by):
        (sent,) = audit.entries(place.by, verbs=["exchange.send"])
    assert (sent.account_id, sent.subject_id, sent.details["about"]) == (7, name, "dossier:12")
    assert place.run() == 0


def test_many_messages_ask_for_one_run(place: Place) -> None:
    for _ in range(5):
        place.send()
    assert len(waiting_jobs()) == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"partner": "P99"}, "not_found"),
        ({"kind": "Not a kind"}, "bad_message"),
        ({"media_type": "json"}, "bad_message"),
        ({"conversation": "with a blank"}, "bad_message"),
        ({"in_reply_to": "x"}, "bad_message"),
        ({"traceparent": "00-00-00-00"}, "bad_message"),
        ({"payload": b"x" * (10 * 1024 * 1024 + 1)}, "too_large"),
    ],
)
def test_what_is_not_sent(place: Place, given: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        place.send(**given)  # type: ignore[arg-type]
    assert refusal.value.code == code
    with acting_as(place.by):
        assert (Outbound.objects.count(), waiting_jobs()) == (0, [])


def test_a_stopped_partner_takes_nothing_and_sends_nothing(place: Place) -> None:
    waiting = place.send()
    with acting_as(place.by):
        actions.set_active(by=place.by, now=now(), code="P01", active=False)
    with pytest.raises(Refusal) as refusal:
        place.send()
    assert refusal.value.code == "inactive_partner"
    assert place.run() == 0
    content = place.partner.envelope(place.partner.message())
    assert place.accept(content).code == "inactive_partner"
    with acting_as(place.by):
        actions.set_active(by=place.by, now=now(), code="P01", active=True)
    assert place.run() == 1
    assert place.partner.effects()[0][0] == waiting


def test_large_payloads_are_files(place: Place) -> None:
    payload = b"x" * (64 * 1024 + 1)
    name = place.send(payload, media_type="application/pdf")
    row = place.outbound(name)
    assert (row.payload, row.file_id is None) == (None, False)
    place.run()
    assert place.partner.effects() == [(name, payload)]


def test_order_within_a_conversation_and_lanes(place: Place) -> None:
    bulk = [place.send(b"%d" % n, priority=Priority.BULK) for n in range(3)]
    talk = [place.send(b"t%d" % n, conversation="case-1") for n in range(3)]
    urgent = place.send(priority=Priority.URGENT)
    assert [place.outbound(name).is_head for name in talk] == [True, False, False]
    assert place.run() == 7
    order = [name for name, _ in place.partner.effects()]
    assert order[0] == urgent
    assert order[1] == talk[0]
    assert [name for name in order if name in talk] == talk
    assert set(order[2:5]) == set(bulk)  # a lane goes over several lines at once


def test_what_is_behind_a_dead_letter_waits_until_an_operator_decides(place: Place) -> None:
    one, two, three = (place.send(b"%d" % n, conversation="case-1") for n in range(3))
    place.partner.behave("refuse")
    assert place.run() == 1
    assert [place.outbound(name).state for name in (one, two, three)] == ["failed", "waiting", "waiting"]
    assert place.outbound(one).error == "refused"
    assert events(place) == [("exchange.MessageFailed", one)]
    place.partner.behave("up")
    assert place.run() == 0
    with pytest.raises(Forbidden):
        actions.try_again(by=OFFICER, now=now(), message_id=one)
    assert place.outbound(one).state == "failed"
    with acting_as(OPERATOR):
        actions.try_again(by=OPERATOR, now=now(), message_id=one)
    assert place.run() == 3
    assert [name for name, _ in place.partner.effects()] == [one, two, three]
    with acting_as(place.by):
        (entry,) = audit.entries(place.by, verbs=["exchange.try_again"])
    assert (entry.account_id, entry.subject_id) == (8, one)
    with acting_as(OPERATOR), pytest.raises(Refusal) as refusal:
        actions.try_again(by=OPERATOR, now=now(), message_id=one)
    assert refusal.value.code == "not_stuck"


def test_giving_up_lets_the_conversation_go_on(place: Place) -> None:
    one, two = (place.send(b"%d" % n, conversation="case-1") for n in range(2))
    place.partner.behave("refuse")
    place.run()
    place.partner.behave("up")
    with acting_as(OPERATOR):
        with pytest.raises(Refusal) as refusal:
            actions.give_up(by=OPERATOR, now=now(), message_id=one, reason=" ")
        assert refusal.value.code == "reason_missing"
        with pytest.raises(NotFound):
            actions.give_up(by=OPERATOR, now=now(), message_id="none", reason="Gửi nhầm")
        actions.give_up(by=OPERATOR, now=now(), message_id=one, reason="Gửi nhầm")
    assert place.run() == 1
    assert [name for name, _ in place.partner.effects()] == [two]
    assert [place.outbound(name).state for name in (one, two)] == ["given_up", "delivered"]


def test_giving_up_one_in_the_middle_does_not_overtake(place: Place) -> None:
    one, two, three = (place.send(b"%d" % n, conversation="case-1") for n in range(3))
    with acting_as(OPERATOR):
        actions.give_up(by=OPERATOR, now=now(), message_id=two, reason="Gửi nhầm")
    assert [place.outbound(name).is_head for name in (one, three)] == [True, False]
    place.run()
    assert [name for name, _ in place.partner.effects()] == [one, three]


@pytest.mark.parametrize(
    ("mode", "code", "has_effect"),
    [
        ("html", "no_receipt", False),  # 200 with a page is no receipt
        ("down", "http_503", False),
        ("cut", "unreachable", True),  # the partner has it: only the receipt is lost
        ("forged", "bad_receipt", True),
        ("other", "wrong_receipt", True),
    ],
)
def test_what_is_no_receipt_is_tried_again_under_the_same_id(
    place: Place, mode: str, code: str, has_effect: bool
) -> None:
    name, at = place.send(), now()
    place.partner.behave(mode)
    assert place.run(at=at) == 1
    row = place.outbound(name)
    assert (row.state, row.error, row.attempts) == (OutState.WAITING.value, code, 1)
    assert row.due_at > at + timedelta(seconds=4)
    assert len(place.partner.effects()) == has_effect
    assert gate(place).failures == 1
    digest = row.envelope.digest if row.envelope else ""
    place.partner.behave("up")
    assert place.run(at=at) == 0  # not due yet
    assert place.run(at=at + timedelta(seconds=7)) == 1
    row = place.outbound(name)
    assert (row.state, row.attempts) == (OutState.DELIVERED.value, 2)
    assert row.envelope is not None
    assert row.envelope.digest == digest  # the very same bytes
    assert place.partner.effects() == [(name, b'{"n": 1}')]  # once
    assert gate(place).failures == 0


def test_a_late_try_is_signed_anew_under_the_same_id_and_identity(place: Place) -> None:
    name = place.send()
    place.partner.behave("cut")
    place.run()
    place.partner.behave("up")
    before = place.outbound(name).envelope_id
    place.run(later=timedelta(minutes=9))
    row = place.outbound(name)
    assert row.envelope_id != before
    assert row.state == OutState.DELIVERED.value
    assert place.partner.effects() == [(name, b'{"n": 1}')]


def test_a_slow_partner_is_left(place: Place, settings: object) -> None:
    settings.EMOIT_EXCHANGE_TIMEOUT = 0.3  # type: ignore[attr-defined]
    name = place.send()
    place.partner.behave("slow 1.5")
    place.run()
    assert place.outbound(name).error == "timeout"


def test_the_breaker_opens_and_nobodys_tries_are_spent(place: Place) -> None:
    names, at = [place.send(b"%d" % n) for n in range(30)], now()
    place.partner.behave("down")
    assert place.run(at=at) == 5
    tried = [place.outbound(name).attempts for name in names]
    assert (sum(tried), max(tried)) == (5, 1)
    assert gate(place).open_until is not None
    place.partner.behave("up")
    assert place.run(at=at + timedelta(seconds=29)) == 0
    assert place.run(at=at + timedelta(seconds=40)) == 30  # one tries, the others follow
    assert (gate(place).failures, gate(place).open_until) == (0, None)
    assert sorted(name for name, _ in place.partner.effects()) == sorted(names)


def test_the_rate_of_the_partner_is_kept(place: Place) -> None:
    place.change(rate_per_minute=60)
    for n in range(20):
        place.send(b"%d" % n)
    at = now() + timedelta(seconds=60)
    assert place.run(at=at) == 6
    assert place.run(at=at + timedelta(seconds=2)) in {1, 2}


def test_nothing_goes_in_a_maintenance_window(place: Place) -> None:
    from datetime import time

    from emoit.exchange.types import Window

    always = Window(frozenset(range(7)), time(0), time(23, 59, 59))
    place.send()
    place.change(windows=(always,))
    assert place.run() == 0
    place.change()
    assert place.run() == 1


def test_after_the_last_try_it_is_a_dead_letter(place: Place) -> None:
    place.change(max_attempts=2)
    name = place.send()
    place.partner.behave("html")
    place.run()
    assert place.outbound(name).state == OutState.WAITING.value
    place.run(later=timedelta(seconds=30))
    row = place.outbound(name)
    assert (row.state, row.error, row.attempts) == (OutState.FAILED.value, "no_receipt", 2)
    assert events(place) == [("exchange.MessageFailed", name)]


def test_what_a_dead_courier_left_comes_back(place: Place) -> None:
    name = place.send()
    with acting_as(place.by):
        Outbound.objects.filter(message_id=name).update(
            state="sending", attempts=1, claimed_until=now() + timedelta(seconds=15)
        )
        assert sweeping.take_back(now()) == 0
        assert sweeping.take_back(now() + timedelta(seconds=16)) == 1
    row = place.outbound(name)
    assert (row.state, row.attempts, row.error) == (OutState.WAITING.value, 1, "lost_courier")
    assert place.run() == 1


def test_the_sweeper_asks_for_the_run_that_was_lost(place: Place) -> None:
    place.send()
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")
    with acting_as(place.by):
        assert sweeping.wake_all(now() - timedelta(minutes=1)) == 0  # not due then
        assert sweeping.wake_all(now()) == 1
        assert sweeping.wake_all(now()) == 0  # one waits
    assert [job for job, _ in waiting_jobs()] == ["exchange.deliver"]


def test_a_conversation_without_a_head_is_mended(place: Place) -> None:
    one, two = (place.send(b"%d" % n, conversation="case-1") for n in range(2))
    with acting_as(place.by):
        Outbound.objects.update(is_head=False)
        assert sweeping.mend_heads() == 1
        assert sweeping.mend_heads() == 0
    assert [place.outbound(name).is_head for name in (one, two)] == [True, False]


def test_without_a_key_messages_wait(place: Place) -> None:
    name = place.send()
    with acting_as(place.by):
        print_ = Certificate.objects.get(partner=None, use=Use.SIGN.value).fingerprint
        actions.retire_certificate(by=place.by, now=now(), fingerprint=print_)
    assert place.run() == 0
    assert place.outbound(name).attempts == 0
    fields = place.partner.message()
    assert place.accept(place.partner.envelope(fields)).code == "no_key"
    assert place.notes() == []


def test_every_try_leaves_its_evidence(place: Place) -> None:
    name = place.send()
    place.run()
    with acting_as(place.by):
        assert list(Evidence.objects.order_by("id").values_list("kind", "message_id")) == [
            ("sent", name),
            ("sent_receipt", name),
        ]


def test_the_xml_form_leaves_too(place: Place) -> None:
    """The partner of the tests reads JSON alone: it breaks off, and the envelope is kept as XML."""
    place.change(format=Format.XML)
    name = place.send()
    place.run()
    row = place.outbound(name)
    assert row.envelope is not None
    assert row.envelope.media_type == "application/xml"
    assert bytes(row.envelope.content).startswith(b"<Message xmlns=")
    assert row.error == "unreachable"
