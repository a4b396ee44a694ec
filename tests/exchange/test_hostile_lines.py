"""Lines to partners that are slow on purpose, or show another certificate of the same authority."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from emoit.exchange import actions, keys
from emoit.exchange.delivery import courier
from emoit.exchange.models import Certificate, Outbound
from emoit.exchange.transports import Away, Line, Tls
from emoit.exchange.types import Use
from emoit.kernel.access import acting_as
from emoit.lib import timestamps
from tests.exchange.conftest import Place, now
from tests.support.partner import PEM, Partner, certificate, pem_of, serving
from tests.support.small_ca import Key, SmallCa, new_key, pem


def server_side(folder: Path, key: Key, own: x509.Certificate) -> ssl.SSLContext:
    raw = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "line.pem").write_bytes(raw + pem_of(own).encode())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "line.pem")
    return context


class Html(Partner):
    def answer(self, _content: bytes) -> tuple[int, str, bytes]:
        return 200, "text/html", b"<p>reached</p>"


@pytest.mark.parametrize("told", ["its chain", "the authority itself"])
def test_another_certificate_of_the_same_authority_is_not_the_partners(tmp_path: Path, told: str) -> None:
    """An operator registers a file that holds the chain: whoever buys from that authority would be the partner."""
    ca, key, other = SmallCa(), new_key(), new_key()
    ours, theirs = ca.issue("P01", key), ca.issue("P02", other)
    known = keys.alone(pem(ours, ca.own)) if told == "its chain" else pem(ca.own)
    with serving(Html(tmp_path / "p"), server_side(tmp_path, other, theirs)) as served:
        with Line(served.address, Tls((known,)), 60) as line, pytest.raises(Away) as away:
            line.post(b"{}", "application/json")
    assert away.value.code == "tls"
    with serving(Html(tmp_path / "p"), server_side(tmp_path, key, ours)) as served:
        with Line(served.address, Tls((keys.alone(pem(ours, ca.own)),)), 60) as line:
            assert line.post(b"{}", "application/json").status == 200


def test_a_registered_chain_is_trusted_for_its_first_alone(place: Place) -> None:
    ca = SmallCa()
    with acting_as(place.by):
        chain = pem(ca.issue("P01", new_key()), ca.own)
        actions.add_certificate(by=place.by, now=now(), code="P01", use=Use.TLS, pem=chain)
        row = Certificate.objects.select_related("partner").get(partner__code="P01", use=Use.TLS.value)
        assert row.partner is not None
        (trusted,) = courier.tls_of(row.partner, now()).trusted
    assert trusted.count("BEGIN CERTIFICATE") == 1
    assert keys.fingerprint(keys.read(trusted)) == row.fingerprint


@contextmanager
def trickling(before: bytes) -> Iterator[str]:
    """One that begins to answer and then adds a byte each tenth of a second."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = listener.accept()
        with line, suppress(OSError):
            line.recv(65536)
            line.sendall(before)
            for _ in range(150):
                time.sleep(0.1)
                line.sendall(b"x")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.close()


@pytest.mark.parametrize(
    "before",
    [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"],
    ids=["its first line", "its headers", "its body"],
)
def test_an_answer_that_trickles_is_cut(before: bytes) -> None:
    began = time.monotonic()
    with trickling(before) as address, Line(address, Tls(), 1) as line, pytest.raises(Away) as away:
        line.post(b"{}", "application/json")
    assert away.value.code in {"timeout", "unreachable"}
    assert time.monotonic() - began < 10  # it would go on for fifteen


def test_a_time_stamp_that_trickles_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sealing waits for it, and so would every message after four hours."""
    monkeypatch.setattr(timestamps, "SECONDS", 0.5)
    told = b"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: 9000\r\n\r\n"
    with trickling(told) as address, pytest.raises(timestamps.NoTimeStamp) as no_stamp:
        timestamps.stamp(b"x", address)
    assert str(no_stamp.value) == "no answer: timeout"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:1/", "no answer: unreachable"),
        ("ftp://tsa.example.vn/", "EMOIT_TSA_URL must begin with http:// or https://"),
        ("tsa.example.vn", "EMOIT_TSA_URL must begin with http:// or https://"),
    ],
)
def test_no_authority_of_time_there(url: str, words: str) -> None:
    with pytest.raises(timestamps.NoTimeStamp) as no_stamp:
        timestamps.stamp(b"x", url)
    assert str(no_stamp.value) == words


def test_a_line_is_kept_after_an_answer(tmp_path: Path) -> None:
    """What was left of the first answer's time is not what the second has."""
    partner = Html(tmp_path / "p")
    with serving(partner) as served, Line(served.address, Tls(), 60) as line:
        for _ in range(3):
            assert line.post(b"{}", "application/json").body == b"<p>reached</p>"
        kept = line._connection
        assert kept is not None
        assert line.post(b"{}", "application/json").status == 200
        assert line._connection is kept


def test_an_address_keeps_its_query(tmp_path: Path) -> None:
    asked: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = listener.accept()
        with line:
            asked.append(line.recv(65536))
            line.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with Line(f"http://127.0.0.1:{listener.getsockname()[1]}/in?tenant=5", Tls(), 60) as line:
        assert line.post(b"{}", "application/json").status == 204
    listener.close()
    assert asked[0].startswith(b"POST /in?tenant=5 HTTP/1.1\r\n")


def test_retiring_the_last_line_certificate_does_not_open_the_door(place: Place) -> None:
    partner = place.partner
    print_ = keys.fingerprint(partner.own)
    with acting_as(place.by):
        actions.add_certificate(by=place.by, now=now(), code="P01", use=Use.TLS, pem=pem(SmallCa().own))
        line = Certificate.objects.get(partner__code="P01", use=Use.TLS.value).fingerprint
    assert place.accept(partner.envelope(partner.message()), tls=line).is_receipt
    with acting_as(place.by):
        actions.retire_certificate(by=place.by, now=now(), fingerprint=line)
    for shown in ("", line, print_):
        assert place.accept(partner.envelope(partner.message()), tls=shown).code == "tls_certificate"


def test_a_line_certificate_to_come_does_not_shut_the_door(place: Place) -> None:
    partner, tomorrow = place.partner, now() + timedelta(days=1)
    own = certificate("P01", partner.key, since=tomorrow)
    with acting_as(place.by):
        line = actions.add_certificate(by=place.by, now=now(), code="P01", use=Use.TLS, pem=pem_of(own))
    assert place.accept(partner.envelope(partner.message())).is_receipt

    def then(tls: str) -> str:
        at = tomorrow + timedelta(minutes=1)
        content = partner.envelope(partner.message(at=at))
        return actions.accept(by=place.by, now=at, content=content, media_type="application/json", tls=tls).code

    assert [then(""), then(line)] == ["tls_certificate", ""]


def test_a_run_ends_where_the_line_is_no_longer_trusted(place: Place, tmp_path: Path) -> None:
    """The second of a conversation would go over the line that the first left open."""
    partner = place.partner
    own = certificate("127.0.0.1", partner.key)
    with serving(partner, server_side(tmp_path, partner.key, own)) as served:
        place.change(address=served.address)
        with acting_as(place.by):
            print_ = actions.add_certificate(by=place.by, now=now(), code="P01", use=Use.TLS, pem=pem_of(own))
        one, two = (place.send(b"%d" % n, conversation="case-1") for n in range(2))
        with acting_as(place.by):
            partner_id = Outbound.objects.get(message_id=one).partner_id
        retired: list[str] = []

        def clock():  # type: ignore[no-untyped-def]
            if partner.effects() and not retired:
                retired.append(print_)
                with acting_as(place.by):
                    actions.retire_certificate(by=place.by, now=now(), fingerprint=print_)
            return now()

        courier.run(by=place.by, partner_id=partner_id, clock=clock)
        assert [name for name, _ in partner.effects()] == [one]
        place.run()
    assert (place.outbound(two).state, place.outbound(two).error) == ("waiting", "tls")
    assert len(partner.effects()) == 1
