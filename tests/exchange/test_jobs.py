"""What a worker runs, and several at once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

from django.db import connection

from emoit.exchange import jobs, queries
from emoit.exchange.delivery import courier
from emoit.exchange.models import Evidence, Outbound, Seal
from emoit.exchange.types import Answer
from emoit.kernel.access import acting_as, platform
from tests.exchange.conftest import Place, now
from tests.support.jobs import run_jobs, waiting_jobs

BY = platform("test")


def test_the_job_that_send_defers_delivers(place: Place) -> None:
    name = place.send()
    assert run_jobs() == 1
    assert place.outbound(name).state == "delivered"


def test_a_run_goes_on_until_nothing_is_left(place: Place) -> None:
    for n in range(25):
        place.send(b"%d" % n)
    assert run_jobs() == 1
    assert len(place.partner.effects()) == 25


def test_the_clock_does_the_rest(place: Place) -> None:
    """A retry that came due, a courier that died, a seal: without any job but the clock's."""
    one, two = place.send(b"1"), place.send(b"2")
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")
    with acting_as(place.by):
        Outbound.objects.filter(message_id=one).update(
            state="sending", attempts=1, claimed_until=now() - timedelta(seconds=1)
        )
    jobs.sweep(by=BY, now=now())
    assert [name for name, _ in waiting_jobs()] == ["exchange.deliver"]
    assert run_jobs() == 1
    assert {place.outbound(one).state, place.outbound(two).state} == {"delivered"}
    jobs.mend(by=BY, now=now())
    jobs.seal_evidence(by=BY, now=now())
    with acting_as(BY):
        assert Evidence.objects.filter(seq=None).count() == 0
        assert Seal.objects.get().last_seq == 4


def test_the_same_message_at_the_same_moment(committed_place: Place) -> None:
    """Two connections bring it: one effect, one receipt, to the byte."""
    place = committed_place
    fields = place.partner.message()
    contents = [place.partner.envelope(fields) for _ in range(4)]
    barrier, answers = threading.Barrier(4), list[Answer]()

    def bring(content: bytes) -> None:
        barrier.wait()
        answers.append(place.accept(content))
        connection.close()

    threads = [threading.Thread(target=bring, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert place.notes() == [fields["id"]]
    (row,) = place.inbound()
    assert row.duplicates == 3


def test_couriers_at_the_same_moment(committed_place: Place) -> None:
    """Each message leaves once, those of a conversation in their order."""
    place = committed_place
    names = [place.send(b"%d" % n, conversation=f"talk-{n % 5}") for n in range(60)]
    with acting_as(place.by):
        (partner_id,) = Outbound.objects.values_list("partner_id", flat=True).distinct()
    errors: list[Any] = []

    def carry() -> None:
        try:
            for _ in range(20):
                courier.run(by=place.by, partner_id=partner_id, clock=now)
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)
        connection.close()

    threads = [threading.Thread(target=carry) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    place.run()
    assert errors == []
    effects = [int(payload) for _, payload in place.partner.effects()]
    assert sorted(effects) == list(range(60))
    for talk in range(5):
        mine = [n for n in effects if n % 5 == talk]
        assert mine == sorted(mine)
    with acting_as(place.by):
        assert set(Outbound.objects.values_list("state", "attempts")) == {("delivered", 1)}
    assert len(names) == 60


def test_what_operators_are_told(place: Place) -> None:
    place.partner.behave("down")
    for n in range(6):
        place.send(b"%d" % n)
    place.run()
    (state,) = queries.partners(place.by, now=now())
    assert (state.waiting, state.sending, state.failed, state.breaker.value) == (6, 0, 0, "open")
    assert state.last_error == "http_503"
    evidence = queries.evidence_state(place.by, now=now())
    assert (evidence.unsealed, evidence.oldest_unstamped, evidence.may_sign) == (6, None, True)
