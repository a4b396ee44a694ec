"""Addresses, signatures and waits as tables."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emoit.webhooks import catalogue
from emoit.webhooks.delivery import posting
from emoit.webhooks.rules import addresses, retrying, signatures
from emoit.webhooks.rules.states import MACHINE
from emoit.webhooks.types import State


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("https://hooks.example/in?a=1", ""),
        ("https://hooks.example:8443/", ""),
        ("https://93.184.215.14/", ""),
        ("http://hooks.example/", "not_https"),
        ("ftp://hooks.example/", "not_https"),
        ("https://user:pw@hooks.example/", "has_password"),
        ("https://hooks.example:25/", "bad_port"),
        ("https://hooks.example:99999/", "malformed"),
        ("https://hooks.example/#top", "malformed"),
        ("https://", "malformed"),
        ("https:///in", "malformed"),
        ("https://hooks.example/a b", "malformed"),
        ("https://hooks.example\\@10.0.0.1/", "malformed"),
        ("https://hóoks.example/", "malformed"),
        ("https://hooks.example/" + "a" * 500, "malformed"),
        ("https://10.1.2.3/", "private_address"),
        ("https://169.254.169.254/latest/meta-data", "private_address"),
        ("https://[::ffff:10.0.0.1]/", "private_address"),
        ("https://[fe80::1]/", "private_address"),
        ("https://localhost/", "private_address"),
        ("https://localhost./", "private_address"),
        ("https://127.0.0.1/", "private_address"),
    ],
)
def test_addresses_in_service(address: str, fault: str) -> None:
    found = ""
    try:
        addresses.endpoint(address, loopback=False)
    except addresses.BadAddress as bad:
        found = bad.code
    assert found == fault


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("http://127.0.0.1:9000/in", True),
        ("https://localhost:9443/", True),
        ("http://[::1]:9000/", True),
        ("http://10.0.0.1/", False),
        ("https://10.0.0.1/", False),
        ("http://hooks.example/", False),
    ],
)
def test_loopback_where_it_is_allowed(address: str, *, allowed: bool) -> None:
    if allowed:
        assert addresses.endpoint(address, loopback=True).is_loopback
    else:
        with pytest.raises(addresses.BadAddress):
            addresses.endpoint(address, loopback=True)


@pytest.mark.parametrize(
    ("ip", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07::1", True),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - what it resolves to
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("198.18.0.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:93.184.215.14", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("2001:0:a00:1::", False),
    ],
)
def test_public_addresses(ip: str, *, public: bool) -> None:
    assert addresses.is_public(ip) is public


@pytest.mark.parametrize(
    "answers",
    [["10.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["169.254.169.254"], ["::1"], ["::ffff:10.0.0.1"]],
    ids=" ".join,
)
def test_a_name_that_leads_into_our_network_is_not_connected_to(monkeypatch: Any, answers: list[str]) -> None:
    tried: list[Any] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [(0, 0, 0, "", (ip, 443)) for ip in answers])
    monkeypatch.setattr(socket, "create_connection", lambda *a, **_k: tried.append(a))
    with pytest.raises(posting.Away) as fault:
        posting.post("https://hooks.example/", b"{}", {}, seconds=1, loopback=False)
    assert (fault.value.code, tried) == ("private_address", [])


def test_the_name_is_resolved_once_and_that_very_address_connected_to(monkeypatch: Any) -> None:
    """A name that changes its mind between the look and the leap."""
    asked: list[str] = []
    tried: list[Any] = []

    def resolve(host: str, *_a: Any, **_k: Any) -> list[Any]:
        asked.append(host)
        return [(0, 0, 0, "", ("93.184.215.14" if len(asked) == 1 else "127.0.0.1", 443))]

    def connect(to: Any, **_k: Any) -> Any:
        tried.append(to)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(posting.Away) as fault:
        posting.post("https://hooks.example:8443/", b"{}", {}, seconds=1, loopback=False)
    assert (fault.value.code, asked, tried) == ("unreachable", ["hooks.example"], [("93.184.215.14", 8443)])


def test_the_signature_of_the_standard() -> None:
    """The example of the specification's own test."""
    body = b'{"test": 2432232314}'
    made = signatures.sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330, body=body,
    )  # fmt: skip
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "secret",
    ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_c2hvcnQ=", "whsec_***", "whsec_" + "A" * 88],
)
def test_bad_secrets(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        signatures.key_of(secret)


def test_new_secrets_differ_and_are_good() -> None:
    made = {signatures.new_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(signatures.key_of(secret)) for secret in made} == {32}


def test_the_waits_end_within_three_days() -> None:
    assert sum(retrying.WAITS, timedelta()) < retrying.GIVE_UP_AFTER
    assert sum(retrying.WAITS, timedelta()) > retrying.GIVE_UP_AFTER - timedelta(hours=2)
    assert list(retrying.WAITS) == sorted(retrying.WAITS)
    assert all(retrying.WAITS[n - 1] <= retrying.wait("x", n) <= retrying.WAITS[n - 1] * 1.1 for n in range(1, 11))


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"ok", "ok"),
        ("được".encode(), "được"),
        (b"\xff\x00\n\x1b[31m", "\\xff\\x00\\n\\x1b[31m"),
        ("\u202eabc".encode(), "\\u202eabc"),
        (b"a" * 5000, "a" * 300),
    ],
)
def test_an_answer_is_kept_escaped(body: bytes, shown: str) -> None:
    assert retrying.escaped(body) == shown


@pytest.mark.parametrize(("asked", "seconds"), [("", 0), ("30", 30), ("999999", 3600), ("-1", 0), ("soon", 0)])
def test_a_receiver_may_ask_for_time(asked: str, seconds: int) -> None:
    assert retrying.answered(503, "text/plain", b"", asked).wait == timedelta(seconds=seconds)


def test_every_state_ends() -> None:
    assert MACHINE.final == {State.ENDED}
    assert MACHINE.reachable(State.UNVERIFIED) == set(State)


def test_examples_of_the_catalogue_hold() -> None:
    for entry in catalogue.entries().values():
        assert catalogue.check(entry.type, entry.example) is entry
        assert entry.type.startswith(catalogue.PREFIX)
    assert len(catalogue.subscribable()) == 16


def test_headers_bear_the_moment_of_the_try() -> None:
    secret = signatures.new_secret()
    made = signatures.headers([secret], message_id="m", at=datetime(2026, 5, 4, tzinfo=UTC), body=b"{}")
    assert made["webhook-timestamp"] == "1777852800"
