"""The exchange and the sandbox's generic agency, which was written apart from it, understand each other both ways."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from emoit.exchange import actions
from emoit.exchange.models import Partner as Known
from emoit.exchange.types import Answer, Format, OutState, Use
from emoit.kernel.access import acting_as, process
from tests.exchange.conftest import AGENCY, NOTE, Place, now
from tests.support.partner import Partner, Served
from tests.support.partners import Running, running

LATER = timedelta(minutes=1)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("agency", tmp_path_factory.mktemp("agency")) as agency:
        yield agency


@pytest.fixture
def agency(started: Running) -> Running:
    started.reset()
    return started


@pytest.fixture(params=[Format.JSON, Format.XML])
def met(db: None, own_settings: None, agency: Running, tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    """Each knows the other's certificate."""
    theirs = agency.call("GET", "/certificate")
    place = Place(Served(Partner(tmp_path / "unused"), theirs["address"]), process("test", AGENCY))
    with acting_as(place.by):
        actions.make_key(by=place.by, now=now())
        actions.register_partner(by=place.by, now=now(), profile=place.profile(format=request.param))
        actions.add_certificate(by=place.by, now=now(), code="P01", use=Use.SIGN, pem=theirs["certificate"])
    agency.call("PUT", "/peers", {"code": "G02", "certificates": [place.our_certificate()], "format": request.param})
    return place


def effects(agency: Running) -> dict[str, int]:
    found: dict[str, int] = agency.call("GET", "/received")["totals"]
    return found


def test_ours_to_it(met: Place, agency: Running) -> None:
    ids = [met.send(conversation="a"), met.send(conversation="a"), met.send(b"{}")]
    assert met.run() == 3
    assert [met.outbound(one).state for one in ids] == [OutState.DELIVERED.value] * 3
    assert effects(agency) == {"effects": 3, "messages": 3, "duplicates": 0}


def test_a_receipt_that_was_cut_off_comes_with_the_next_try(met: Place, agency: Running) -> None:
    agency.behave(drop_receipts=1)
    id_ = met.send()
    met.run()
    assert met.outbound(id_).state == OutState.WAITING.value
    met.run(LATER)
    assert met.outbound(id_).state == OutState.DELIVERED.value
    assert effects(agency) == {"effects": 1, "messages": 1, "duplicates": 1}


@pytest.mark.parametrize("behaviour", [{"lie": lie} for lie in ("digest", "key", "other", "no_receipt")])
def test_its_lies_deliver_nothing(met: Place, agency: Running, behaviour: dict[str, Any]) -> None:
    agency.behave(**behaviour)
    id_ = met.send()
    met.run()
    assert met.outbound(id_).state != OutState.DELIVERED.value
    assert met.outbound(id_).receipt is None


@pytest.mark.parametrize("down", ["refuse", "500", "html"])
def test_while_it_is_down_the_message_waits(met: Place, agency: Running, down: str) -> None:
    agency.behave(down=down)
    id_ = met.send()
    met.run()
    assert met.outbound(id_).state == OutState.WAITING.value
    agency.behave(down="no")
    met.run(LATER)
    assert met.outbound(id_).state == OutState.DELIVERED.value
    assert effects(agency) == {"effects": 1, "messages": 1, "duplicates": 0}


# -- its messages to us


@dataclass
class Relay:
    """A door whose answers come from the thread of the test, which holds the database's transaction."""

    address: str
    came: queue.Queue[tuple[bytes, str, queue.Queue[Answer]]]

    def answer_one(self, place: Place) -> Answer:
        content, media_type, back = self.came.get(timeout=120)
        answer = place.accept(content, media_type=media_type)
        back.put(answer)
        return answer


@pytest.fixture
def relay() -> Iterator[Relay]:
    came: queue.Queue[tuple[bytes, str, queue.Queue[Answer]]] = queue.Queue()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            back: queue.Queue[Answer] = queue.Queue()
            came.put((self.rfile.read(int(self.headers["Content-Length"])), self.headers["Content-Type"], back))
            answer = back.get(timeout=120)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.media_type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Relay(f"http://127.0.0.1:{server.server_port}/lien-thong/v1/messages", came)
    server.shutdown()
    server.server_close()


def send(met: Place, agency: Running, relay: Relay, **told: Any) -> str:
    peer = {"code": "G02", "certificates": [met.our_certificate()], "address": relay.address}
    with acting_as(met.by):
        form = Known.objects.get(code="P01").format
    agency.call("PUT", "/peers", peer | {"format": form})
    (id_,) = agency.call("POST", "/send", {"peer": "G02", "kind": NOTE} | told)["ids"]
    return str(id_)


def test_its_messages_to_us(met: Place, agency: Running, relay: Relay) -> None:
    id_ = send(met, agency, relay, payload={"n": 1})
    assert relay.answer_one(met).status == 200
    assert met.notes() == [id_]
    assert settled(agency)["state"] == "delivered"


def test_a_repeated_message_has_its_effect_once(met: Place, agency: Running, relay: Relay) -> None:
    agency.behave(repeat=2)
    id_ = send(met, agency, relay)
    first = relay.answer_one(met)
    assert [relay.answer_one(met).body for _ in range(2)] == [first.body] * 2
    assert met.notes() == [id_]


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ({"lie": "digest"}, "digest_mismatch"),
        ({"lie": "key"}, "bad_signature"),
        ({"clock_skew_s": 1200}, "future_envelope"),
        ({"clock_skew_s": -1200}, "stale_envelope"),
    ],
)
def test_its_lies_have_no_effect(
    met: Place, agency: Running, relay: Relay, behaviour: dict[str, Any], code: str
) -> None:
    agency.behave(**behaviour)
    send(met, agency, relay)
    assert relay.answer_one(met).code == code
    assert (met.notes(), met.rejections()) == ([], {code: 1})


def settled(agency: Running) -> dict[str, Any]:
    end = time.monotonic() + 120
    while True:
        (found,) = agency.call("GET", "/messages")["messages"]
        if found["state"] != "waiting" or time.monotonic() > end:
            return dict(found)
        time.sleep(0.05)
