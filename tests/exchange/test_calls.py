"""Questions to partners that answer at once: what keeps them from leaving, what they leave behind."""

from __future__ import annotations

import socket
import threading
import time as time_module
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from emoit.exchange import actions, queries
from emoit.exchange.models import Call, Gate
from emoit.exchange.types import Answered, CallFacts, Profile, Question, Unanswered, Use, Window
from emoit.kernel.access import NotFound, acting_as, process
from emoit.lib.working_time import VIET_NAM
from tests.exchange.conftest import AGENCY
from tests.support.partners import Running, running

CODE = "0100000001"
QUESTION = Question(
    partner="DKDN",
    service="enterprise",
    request_id="r1",
    purpose="verify",
    path=f"/v1/enterprises/{CODE}",
    headers={"Authorization": "Bearer sandbox-enterprises"},
    account_id=7,
    subject_kind="dossier",
    subject_id="12",
    seconds=60,
)
NOON = datetime(2026, 5, 4, 12, tzinfo=VIET_NAM)


@dataclass
class Asking:
    """One partner, registered; the clock is the test's."""

    partner: Running
    now: datetime = NOON
    count: int = 0

    def profile(self, **changed: Any) -> Profile:
        return Profile(**{"code": "DKDN", "name": "Đăng ký", "address": self.partner.address} | changed)

    def change(self, **changed: Any) -> None:
        with acting_as(self.by):
            actions.change_partner(by=self.by, now=self.now, profile=self.profile(**changed))

    by = process("test", AGENCY)

    def ask(self, **changed: Any) -> Answered:
        self.count += 1
        question = replace(QUESTION, **{"request_id": f"r{self.count}"} | changed)
        return actions.call(by=self.by, clock=lambda: self.now, question=question)

    def refused(self, **changed: Any) -> Unanswered:
        with pytest.raises(Unanswered) as refused:
            self.ask(**changed)
        return refused.value

    def calls(self) -> list[CallFacts]:
        return queries.calls(self.by)


@pytest.fixture(scope="module")
def enterprises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("enterprises", tmp_path_factory.mktemp("partner")) as found:
        yield found


@pytest.fixture
def asking(db: None, own_settings: None, enterprises: Running) -> Asking:
    enterprises.reset()
    enterprises.call("PUT", "/enterprises", {"tax_code": CODE, "name": "Công ty Mẫu"})
    made = Asking(enterprises)
    with acting_as(made.by):
        actions.register_partner(by=made.by, now=made.now, profile=made.profile())
    return made


def test_an_answer_and_its_row(asking: Asking) -> None:
    answer = asking.ask()
    assert (answer.status, answer.media_type) == (200, "application/json")
    (row,) = asking.calls()
    assert (row.outcome, row.status, row.bytes_out, row.bytes_in) == ("ok", 200, 0, len(answer.body))
    assert (row.account_id, row.purpose, row.subject_kind, row.subject_id) == (7, "verify", "dossier", "12")
    assert (row.partner, row.service, row.request_id, row.at) == ("DKDN", "enterprise", "r1", NOON)
    assert len(row.traceparent) == 55
    assert CODE not in str(row)


def test_no_transaction_is_open_while_a_partner_answers(asking: Asking) -> None:
    with acting_as(asking.by), pytest.raises(RuntimeError, match="durable"):
        asking.ask()
    assert asking.partner.call("GET", "/asked")["count"] == 0


def test_the_row_of_a_call_stays_as_it_ended(asking: Asking) -> None:
    asking.ask()
    for statement in ("update exchange_call set outcome = 'x'", "delete from exchange_call"):
        with acting_as(asking.by), pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute(statement)
    with acting_as(asking.by), pytest.raises(DatabaseError), transaction.atomic():
        Call.objects.update(purpose="other")


def test_each_question_once(asking: Asking) -> None:
    asking.ask(request_id="same")
    with pytest.raises(DatabaseError):
        asking.ask(request_id="same")
    assert asking.partner.call("GET", "/asked")["count"] == 1


def test_the_breaker_opens_and_lets_one_through(asking: Asking) -> None:
    asking.partner.behave(down="500")
    assert [asking.refused().code for _ in range(5)] == ["http_500"] * 5
    held = asking.refused()
    assert (held.code, held.retry_at) == ("breaker_open", NOON + timedelta(seconds=30))
    assert len(asking.calls()) == 5
    asking.partner.behave(down="no")
    asking.now = NOON + timedelta(seconds=31)
    assert asking.ask().status == 200
    with acting_as(asking.by):
        gate = Gate.objects.get()
    assert (gate.failures, gate.trips, gate.open_until) == (0, 0, None)


def test_the_rate(asking: Asking) -> None:
    asking.change(rate_per_minute=10)
    asking.now = NOON + timedelta(minutes=1)
    assert asking.ask().status == 200
    held = asking.refused()
    assert (held.code, held.retry_at) == ("rate_limited", asking.now + timedelta(seconds=6))
    asking.now += timedelta(seconds=6)
    assert asking.ask().status == 200


def test_maintenance(asking: Asking) -> None:
    asking.change(windows=(Window(frozenset({0}), time(11), time(13)),))
    held = asking.refused()
    assert (held.code, held.retry_at) == ("maintenance", datetime(2026, 5, 4, 6, tzinfo=UTC))
    assert asking.calls() == []


def test_a_stopped_partner(asking: Asking) -> None:
    with acting_as(asking.by):
        actions.set_active(by=asking.by, now=NOON, code="DKDN", active=False)
    assert asking.refused().code == "stopped"
    assert asking.calls() == []


def test_an_unknown_partner(asking: Asking) -> None:
    with pytest.raises(NotFound):
        asking.ask(partner="NONE")


FAULTS = [
    ({"down": "refuse"}, {}, "unreachable", None),
    ({"down": "html"}, {}, "not_expected", 200),
    ({"down": "500"}, {}, "http_500", 500),
    ({"down": "hang"}, {"seconds": 0.5}, "timeout", None),
    ({"lie": "endless"}, {}, "too_long", None),
    ({"drop_receipts": 1}, {}, "unreachable", None),
]


@pytest.mark.parametrize(("behaviour", "changed", "code", "status"), FAULTS)
def test_faults(
    asking: Asking, behaviour: dict[str, Any], changed: dict[str, Any], code: str, status: int | None
) -> None:
    asking.partner.behave(**behaviour)
    assert asking.refused(**changed).code == code
    (row,) = asking.calls()
    assert (row.outcome, row.status) == (code, status)
    with acting_as(asking.by):
        assert Gate.objects.get().failures == 1


@contextmanager
def dripping(head: bytes, drop: bytes) -> Iterator[str]:
    """A server that answers every request with `head` and then `drop` every tenth of a second, without end."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer() -> None:
            line, _ = door.accept()
            with line, suppress(OSError):
                line.recv(65536)
                line.sendall(head)
                while not over.wait(0.1):
                    line.sendall(drop)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        over.set()
        thread.join(60)


BODY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
DRIPS = [(b"", b"H"), (b"HTTP/1.1 200 OK\r\nX-A: ", b"a"), (b"", b"HTTP/1.1 100 Continue\r\n\r\n"), (BODY, b" ")]


@pytest.mark.parametrize(("head", "drop"), DRIPS)
def test_an_answer_that_comes_drop_by_drop_is_late(asking: Asking, head: bytes, drop: bytes) -> None:
    began = time_module.monotonic()
    with dripping(head, drop) as address:
        asking.change(address=address)
        assert asking.refused(seconds=0.5).code == "timeout"
    assert time_module.monotonic() - began < 30  # it would never end
    (row,) = asking.calls()
    assert (row.outcome, row.status) == ("timeout", None)


def test_what_the_partner_itself_refuses_is_an_answer(asking: Asking) -> None:
    assert asking.ask(path="/v1/enterprises/0").status == 404
    assert asking.ask(headers={}).status == 401
    with acting_as(asking.by):
        assert Gate.objects.get().failures == 0


def test_only_the_registered_certificate_is_trusted(asking: Asking, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    from tests.support.partner import certificate, pem_of

    key, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    mine, theirs = pem_of(certificate("a", key)), pem_of(certificate("a", other))
    (tmp_path / "c.pem").write_text(mine)
    plain = serialization.NoEncryption()
    pkcs8 = serialization.PrivateFormat.PKCS8
    (tmp_path / "k.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, plain))
    with running("enterprises", tmp_path, "--cert", tmp_path / "c.pem", "--key", tmp_path / "k.pem") as partner:
        asking.change(address=partner.address)
        with acting_as(asking.by):
            actions.add_certificate(by=asking.by, now=NOON, code="DKDN", use=Use.TLS, pem=theirs)
        assert asking.refused().code == "tls"
        with acting_as(asking.by):
            actions.add_certificate(by=asking.by, now=NOON, code="DKDN", use=Use.TLS, pem=mine)
        assert asking.ask(path="/v1/enterprises/0").status == 404


def test_questions_are_metered(asking: Asking) -> None:
    asking.ask()
    asking.partner.behave(down="500")
    asking.refused()
    with acting_as(asking.by), connection.cursor() as cursor:
        cursor.execute("select direction, partner_code, service, calls, failures from exchange_meter")
        assert cursor.fetchall() == [("out", "DKDN", "enterprise", 2, 1)]
