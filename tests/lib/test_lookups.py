"""A name server that never answers holds nobody longer than a request may take, nor more threads than places."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from threading import Event, Semaphore
from typing import Any

import pytest

from emoit.lib.lookups import Lookups, addresses_of
from emoit.lib.outgoing import Away, Place, request

LONG = 60.0  # never waited for


class NameServer:
    """Answers `93.184.215.14` once the test lets it; counts who asks."""

    def __init__(self) -> None:
        self.released, self.begun = Event(), Semaphore(0)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(f"{host}:{port}")
        self.begun.release()
        self.released.wait()
        return ["93.184.215.14"]


@pytest.fixture
def silent() -> Iterator[NameServer]:
    """Let go at the end, so that no thread outlives the test for long."""
    server = NameServer()
    yield server
    server.released.set()


def asked(resolve: Any, *, seconds: float = LONG, may: bool = True, host: str = "name.example") -> str:
    """The code with which a request is away."""
    with pytest.raises(Away) as away:
        request(
            "GET", Place(host, 1, "/", host, is_tls=False), None, {},
            may=lambda _: may, seconds=seconds, most=10, resolve=resolve,
        )  # fmt: skip
    return away.value.code


def test_a_look_up_that_hangs_ends_with_the_request_s_time(silent: NameServer) -> None:
    assert asked(Lookups(silent), seconds=0.01) == "timeout"
    silent.begun.acquire()
    assert silent.asked == ["name.example:1"]


def test_hanging_look_ups_are_not_made_more_than_there_are_places(silent: NameServer) -> None:
    lookups = Lookups(silent, most=2)
    codes = [asked(lookups, seconds=seconds) for seconds in (0.01, 0.01, LONG, LONG)]
    assert codes == ["timeout"] * 4  # the last two at once
    for _ in range(2):
        silent.begun.acquire()
    assert silent.asked == ["name.example:1"] * 2


def test_a_place_is_free_again_when_its_look_up_ended() -> None:
    lookups = Lookups(lambda _host, _port: ["93.184.215.14"], most=1)
    assert [lookups("name.example", 443, LONG) for _ in range(20)] == [["93.184.215.14"]] * 20


def test_an_address_is_not_looked_up(silent: NameServer) -> None:
    lookups = Lookups(silent, most=1)
    assert [lookups(host, 443, LONG) for host in ("127.0.0.1", "::1", "2001:DB8::1")] == [
        ["127.0.0.1"],
        ["::1"],
        ["2001:db8::1"],
    ]
    assert silent.asked == []


def _raising(fault: Exception) -> Any:
    def resolve(_host: str, _port: int) -> list[str]:
        raise fault

    return resolve


@pytest.mark.parametrize(
    ("resolve", "may", "code"),
    [
        (_raising(socket.gaierror(socket.EAI_NONAME, "unknown")), True, "unreachable"),
        (_raising(UnicodeError("label too long")), True, "unreachable"),
        (lambda _host, _port: [], True, "unreachable"),
        (lambda _host, _port: ["10.0.0.1"], False, "private_address"),
    ],
)
def test_what_a_look_up_brings(resolve: Any, may: bool, code: str) -> None:
    assert asked(Lookups(resolve), may=may) == code


def test_one_address_that_may_not_be_connected_to_spoils_the_name() -> None:
    lookups = Lookups(lambda _host, _port: ["93.184.215.14", "10.0.0.1"])
    with pytest.raises(Away) as away:
        request(
            "GET", Place("name.example", 1, "/", "name.example", is_tls=False), None, {},
            may=lambda ip: ip != "10.0.0.1", seconds=LONG, most=10, resolve=lookups,
        )  # fmt: skip
    assert away.value.code == "private_address"


def test_the_system_s_own_look_up() -> None:
    assert set(addresses_of("localhost", 80)) <= {"127.0.0.1", "::1"}
