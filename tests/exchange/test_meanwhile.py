"""What is changed, retired or taken down while messages wait or are on their way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from emoit.exchange import actions, keys
from emoit.exchange.delivery import courier, lending, settling, sweeping
from emoit.exchange.envelopes import MEDIA_TYPES
from emoit.exchange.models import Certificate, Gate, Outbound
from emoit.exchange.models import Partner as Row
from emoit.exchange.rules.retrying import away
from emoit.exchange.transports import Reply
from emoit.exchange.types import Format, Priority, Transport, Use
from emoit.kernel.access import acting_as, platform
from tests.exchange.conftest import AGENCY, Place, now
from tests.exchange.test_deliver import OPERATOR, events
from tests.exchange.test_hostile import LARGE, lose
from tests.support.partner import certificate, pem_of

START = timedelta(days=1)


def speaks_as4(place: Place) -> None:
    theirs = certificate("P01", rsa.generate_private_key(65537, 2048))  # type: ignore[arg-type]
    with acting_as(place.by):
        actions.make_as4_key(by=place.by, now=now(), days=30)
        actions.add_certificate(by=place.by, now=now(), code="P01", use=Use.AS4, pem=pem_of(theirs))


@pytest.mark.parametrize(
    ("transport", "form"),
    [(Transport.HTTPS, Format.XML), (Transport.SOAP, Format.XML), (Transport.AS4, Format.AS4)],
)
def test_a_form_that_changes_between_two_tries(place: Place, transport: Transport, form: Format) -> None:
    """What was signed for the old form stays in the log; it never leaves in the new one's name."""
    speaks_as4(place)
    name = place.send()
    place.partner.behave("down")
    place.run()
    before = place.outbound(name).envelope_id
    place.change(transport=transport, format=form)
    assert place.run(later=timedelta(seconds=20)) == 1
    row = place.outbound(name)
    assert row.envelope is not None
    assert (row.state, row.error, row.attempts) == ("waiting", "http_503", 2)
    assert (row.envelope_id != before, row.envelope.media_type) == (True, MEDIA_TYPES[form])


def test_a_receipt_by_a_certificate_that_was_retired_on_the_way(place: Place) -> None:
    name = place.send()
    partner = place.partner
    with acting_as(place.by):
        partner_id = Row.objects.get().pk

    def clock():  # type: ignore[no-untyped-def]
        """Looked at before the receipt is written down."""
        with acting_as(place.by):
            if partner.effects() and Certificate.objects.filter(partner=partner_id, retired_at=None).exists():
                actions.retire_certificate(by=place.by, now=now(), fingerprint=keys.fingerprint(partner.own))
        return now()

    courier.run(by=place.by, partner_id=partner_id, clock=clock)
    assert partner.effects() == [(name, b'{"n": 1}')]
    row = place.outbound(name)
    assert (row.state, row.error, row.receipt) == ("waiting", "bad_receipt", None)


def test_an_answer_that_nobody_thought_of_keeps_no_other(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever reading it raises: the message is tried again and ends with an operator, like any other."""
    place.change(max_attempts=1)
    one, two = place.send(b"1"), place.send(b"2")
    known = courier.judge

    def judge(partner, lent, *more):  # type: ignore[no-untyped-def]
        if lent.message_id == one:
            raise AttributeError("meant to fail")
        return known(partner, lent, *more)

    monkeypatch.setattr(courier, "judge", judge)
    place.run()
    place.run()
    assert [place.outbound(name).state for name in (one, two)] == ["failed", "delivered"]
    assert place.outbound(one).error == "bad_receipt"


def lent(place: Place, at: timedelta = timedelta()) -> lending.Loan:
    with acting_as(place.by):
        return lending.lend(Row.objects.get(), now() + at)


def settled(place: Place, loan: lending.Loan, code: str = "") -> str:
    """With the partner's true answer, or with the failure `code`. The state of the message afterwards."""
    (one,) = loan.messages
    with acting_as(place.by):
        row = Row.objects.get()
        brought = settling.Try(one, away(code))
        if not code:
            told = place.partner.answer(one.envelope)
            assert told is not None
            brought = settling.judge(row, one, Reply(*told), loan.signers)
        settling.settle(row, [brought], (), now(), has_failures=False)
    return place.outbound(one.message_id).state


def test_two_couriers_with_one_message(place: Place) -> None:
    """The first was thought dead and comes back: its failure counts for nothing, its receipt proves delivery."""
    name = place.send()
    first = lent(place)
    with acting_as(platform("test")):
        assert sweeping.take_back(now() + timedelta(minutes=1)) == 1
    second = lent(place, timedelta(seconds=1))
    assert settled(place, first, "timeout") == "sending"
    assert settled(place, first) == "delivered"
    assert settled(place, second, "timeout") == "delivered"
    assert settled(place, second) == "delivered"
    assert place.partner.effects() == [(name, b'{"n": 1}')]
    assert events(place) == [("exchange.MessageDelivered", name)]


def test_a_courier_from_before_an_operator_asked_for_more(place: Place) -> None:
    """Tries count from 0 again: its loan bears the same number as the one that is out now."""
    place.change(max_attempts=1)
    name = place.send()
    first = lent(place)
    with acting_as(platform("test")):
        assert sweeping.take_back(now() + timedelta(minutes=1)) == 1
    assert place.outbound(name).state == "failed"
    with acting_as(OPERATOR):
        actions.try_again(by=OPERATOR, now=now(), message_id=name)
    second = lent(place, timedelta(seconds=1))
    assert (first.messages[0].attempt, second.messages[0].attempt) == (1, 1)
    assert settled(place, first, "timeout") == "sending"
    with acting_as(place.by):
        settling.settle(Row.objects.get(), (), first.messages, now(), has_failures=False)
    assert place.outbound(name).state == "sending"
    assert settled(place, second) == "delivered"


def test_a_receipt_after_somebody_gave_the_message_up(place: Place) -> None:
    name = place.send()
    loan = lent(place)
    with acting_as(platform("test")):
        sweeping.take_back(now() + timedelta(minutes=1))
    with acting_as(OPERATOR):
        actions.give_up(by=OPERATOR, now=now(), message_id=name, reason="Gửi nhầm")
    assert settled(place, loan) == "given_up"
    assert events(place) == []


def test_what_takes_every_courier_down_ends_with_an_operator(place: Place) -> None:
    place.change(max_attempts=3)
    one, two = place.send(b"1"), place.send(b"2")
    with acting_as(place.by):
        for name, attempts in ((one, 3), (two, 2)):
            lent = Outbound.objects.filter(message_id=name)
            lent.update(state="sending", attempts=attempts, claimed_until=now())
    with acting_as(platform("test")):
        assert sweeping.take_back(now() + timedelta(seconds=1)) == 2
    found = [(row.state, row.error, row.done_at is None) for row in map(place.outbound, (one, two))]
    assert found == [("failed", "lost_courier", False), ("waiting", "lost_courier", True)]
    assert events(place) == [("exchange.MessageFailed", one)]


@pytest.mark.parametrize("code", ["inactive_partner", "unknown_certificate", "expired_certificate", "tls_certificate"])
def test_a_partner_that_does_not_take_us_makes_no_dead_letters(
    place: Place, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    """It is about us, not about the messages: they wait until somebody over there has mended it."""
    names = [place.send(b"%d" % n) for n in range(20)]
    told = (403, "application/problem+json", b'{"code": "%s"}' % code.encode())
    monkeypatch.setattr(place.partner, "answer", lambda _content: told)
    assert place.run() == 5  # then the breaker opens
    assert {place.outbound(name).state for name in names} == {"waiting"}
    with acting_as(place.by):
        assert Gate.objects.get().last_error == code
    monkeypatch.undo()
    assert place.run(later=timedelta(minutes=1)) == 20


def test_a_message_that_never_left_says_nothing_of_the_partner(place: Place) -> None:
    """It is what the half-open breaker lets through first; the partner is still down."""
    names = [place.send(b"%d" % n) for n in range(6)]
    place.partner.behave("down")
    assert place.run() == 5
    lose(place, place.send(b"1" * LARGE, priority=Priority.URGENT))
    assert place.run(later=timedelta(seconds=40)) == 2
    with acting_as(place.by):
        assert (Gate.objects.get().failures, Gate.objects.get().trips) == (6, 2)
    assert sum(place.outbound(name).attempts for name in names) == 6


def test_a_key_to_come_is_used_from_its_day(place: Place) -> None:
    """Not from the first moment of its certificate: a partner whose clock is late would not take it yet."""
    old, start = keys.fingerprint(keys.read(place.our_certificate())), now() + START
    with acting_as(place.by):
        new = actions.make_key(by=place.by, now=now(), starts_at=start)
        row = Row.objects.get()
        lines = {one.fingerprint: one.reference for one in Certificate.objects.filter(partner=None, use=Use.TLS.value)}
        for moment, used in ((start - timedelta(minutes=9), old), (start, new)):
            assert keys.own(AGENCY, moment).fingerprint == used
            key = courier.tls_of(row, moment).own_key
            assert key is not None
            assert key.name == lines[used]
        actions.retire_certificate(by=place.by, now=now(), fingerprint=old)
        assert keys.own(AGENCY, start - timedelta(minutes=9)).fingerprint == new  # better early than none
