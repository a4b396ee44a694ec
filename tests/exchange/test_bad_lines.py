"""Lines that are cut, slow or away, and clocks that differ: every message arrives once and is receipted."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from emoit.exchange import actions
from emoit.exchange.models import Evidence, Outbound
from emoit.exchange.types import OutState, Profile, Use
from emoit.kernel.access import acting_as
from tests.exchange.conftest import NOTE, Place, now
from tests.support.fault_proxy import FaultProxy, bad_line
from tests.support.partners import Running, running

TALKS = 5  # conversations over which messages are spread
STEP = timedelta(minutes=11)  # of the couriers' clock between two runs: every pause and every wait is over


@dataclass(frozen=True)
class Dose:
    """`cut`: share of requests whose line is cut. `delay`: seconds before an answer. `away`: how long an outage is."""

    messages: int
    cut: float = 0.0
    delay: float = 0.0
    outages: int = 0
    away: float = 0.0


DOSES = [
    pytest.param(Dose(60, cut=0.3), id="cut"),
    pytest.param(Dose(8, delay=2.0), id="slow"),
    pytest.param(Dose(200, outages=2, away=0.5), id="away"),
    pytest.param(Dose(2000, cut=0.3), id="cut, the whole", marks=pytest.mark.nightly),
    pytest.param(Dose(200, delay=2.0), id="slow, the whole", marks=pytest.mark.nightly),
    pytest.param(Dose(5000, outages=6, away=10), id="away, the whole", marks=pytest.mark.nightly),
    pytest.param(
        Dose(500, cut=0.3, delay=2.0, outages=3, away=10), id="all at once, the whole", marks=pytest.mark.nightly
    ),
]


@contextmanager
def outages(proxy: FaultProxy, dose: Dose) -> Iterator[None]:
    """The other side goes and comes while the block runs."""
    over = threading.Event()

    def go() -> None:
        for _ in range(dose.outages):
            over.wait(0.2)
            proxy.go_away()
            over.wait(dose.away)
            proxy.come_back()

    thread = threading.Thread(target=go)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        over.set()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("dose", DOSES)
def test_over_a_bad_line_everything_arrives_once(committed_place: Place, dose: Dose) -> None:
    place = committed_place
    sent = [place.send(b"%d" % n, conversation=f"talk-{n % TALKS}") for n in range(dose.messages)]
    with bad_line(urlsplit(place.served.address).port or 0, cut=dose.cut, delay=dose.delay) as proxy:
        place.change(address=f"http://127.0.0.1:{proxy.port}/messages", max_attempts=1000, give_up_after_hours=10_000)
        later = timedelta()
        with outages(proxy, dose):
            for _ in range(200 + dose.messages):
                place.run(later=later)
                if not open_ones(place):
                    break
                later += STEP
                time.sleep(0.05)
    effects = [int(payload) for _, payload in place.partner.effects()]
    with acting_as(place.by):
        tries = sum(Outbound.objects.values_list("attempts", flat=True))
        receipts = Evidence.objects.filter(kind="sent_receipt").values("message_id").distinct().count()
    counts = {
        "messages": dose.messages,
        "tries": tries,
        "cuts": proxy.cuts,
        "lost": dose.messages - len(set(effects)),
        "doubled": len(effects) - len(set(effects)),
        "disordered": sum(
            mine != sorted(mine) for mine in ([n for n in effects if n % TALKS == talk] for talk in range(TALKS))
        ),
        "receipts": receipts,
    }
    sys.stdout.write(json.dumps(counts) + "\n")
    assert (counts["lost"], counts["doubled"], counts["disordered"]) == (0, 0, 0)
    assert receipts == len(sent)
    assert tries > dose.messages or not (dose.cut or dose.outages)
    assert proxy.cuts > 0 or not dose.cut


def open_ones(place: Place) -> int:
    with acting_as(place.by):
        return Outbound.objects.exclude(state=OutState.DELIVERED.value).count()


# -- clocks: the other agency is a process of its own, with a clock of its own


@pytest.fixture
def agency(place: Place, tmp_path: Path) -> Iterator[Running]:
    with running("agency", tmp_path) as found:
        own = found.call("GET", "/certificate")
        with acting_as(place.by):
            profile = Profile(code="P02", name="Cơ quan khác", address=own["address"])
            actions.register_partner(by=place.by, now=now(), profile=profile)
            actions.add_certificate(by=place.by, now=now(), code="P02", use=Use.SIGN, pem=own["certificate"])
        found.call("PUT", "/peers", {"own_code": "P02", "code": "G02", "certificates": [place.our_certificate()]})
        yield found


@pytest.mark.parametrize(
    ("skew", "error"),
    [
        (0, ""),
        (590, ""),
        (-590, ""),
        (620, "stale_envelope"),  # its clock is ahead: ours seems old to it
        (-620, "future_envelope"),
    ],
)
def test_clocks_may_differ_by_ten_minutes(place: Place, agency: Running, skew: int, error: str) -> None:
    agency.behave(clock_skew_s=skew)
    name = place.send(partner="P02")
    assert place.run() == 1
    row = place.outbound(name)
    assert (row.state, row.error) == ((OutState.WAITING.value, error) if error else (OutState.DELIVERED.value, ""))
    agency.behave(clock_skew_s=0)
    if error:  # set right, it takes the next try, under the same id
        assert place.run(later=timedelta(seconds=7)) == 1
    received = agency.call("GET", "/received")
    assert [(one["id"], one["duplicates"]) for one in received["messages"]] == [(name, 0)]
    assert place.outbound(name).state == OutState.DELIVERED.value


def test_a_receipt_dated_by_a_wrong_clock_still_proves(place: Place, agency: Running) -> None:
    """The time in a receipt is the partner's word; what it signs for is the identity."""
    agency.behave(clock_skew_s=-300, drop_receipts=1)
    name = place.send(partner="P02", kind=NOTE)
    place.run()
    assert place.outbound(name).error == "unreachable"  # the answer broke off
    assert place.run(later=timedelta(seconds=7)) == 1
    assert place.outbound(name).state == OutState.DELIVERED.value
    assert agency.call("GET", "/received")["totals"] == {"effects": 1, "messages": 1, "duplicates": 1}
