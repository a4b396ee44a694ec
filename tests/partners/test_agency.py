"""The generic agency, met by another system that writes the envelopes with the same words."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from emoit_partners.agency import envelope
from emoit_partners.agency.envelope import MEDIA_TYPES
from emoit_partners.agency.faults import Fault
from emoit_partners.agency.signing import Own, open_own, stranger
from tests.support.partners import Running, running

CODE = "G02"


@dataclass
class We:
    """A system that the agency knows."""

    own: Own
    agency: Running

    def fields(self, body: bytes = b'{"n": 1}', **changed: str) -> dict[str, str]:
        name = str(uuid.uuid4())
        return {
            "id": name,
            "sender": CODE,
            "recipient": "P01",
            "kind": "test.note",
            "conversation": name,
            "sequence": "1",
            "after": "",
            "in_reply_to": "",
            "media_type": "application/json",
            "digest": hashlib.sha256(body).hexdigest(),
            "size": str(len(body)),
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "signed_at": envelope.moment(datetime.now(UTC)),
        } | changed

    def send(self, fields: dict[str, str], body: bytes = b'{"n": 1}', form: str = "json") -> tuple[int, bytes]:
        return self.post(envelope.pack("message", fields, body, form, self.own), form)

    def post(self, content: bytes, form: str = "json") -> tuple[int, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", urlsplit(self.agency.address).port, timeout=60)
        try:
            line.request("POST", "/messages", content, {"Content-Type": MEDIA_TYPES[form]})
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    def receipt(self, content: bytes, form: str = "json") -> dict[str, str]:
        """The fields of a receipt of the agency's. Fault otherwise."""
        theirs = self.agency.call("GET", "/certificate")

        def find(print_: str) -> tuple[str, str]:
            assert print_ == theirs["fingerprint"]
            return theirs["code"], theirs["certificate"]

        return envelope.read_receipt(content, form, find).fields

    def received(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.agency.call("GET", "/received")["messages"]
        return found

    def totals(self) -> dict[str, int]:
        found: dict[str, int] = self.agency.call("GET", "/received")["totals"]
        return found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[We]:
    folder = tmp_path_factory.mktemp("agency")
    with running("agency", folder) as agency:
        (folder / "ours").mkdir()
        yield We(open_own(folder / "ours", CODE), agency)


@pytest.fixture
def we(shared: We) -> We:
    shared.agency.reset()
    shared.agency.call("PUT", "/peers", {"code": CODE, "certificates": [shared.own.pem]})
    return shared


# -- its door


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_message_has_its_effect_once_and_the_receipt_is_the_same_to_the_byte(we: We, form: str) -> None:
    fields = we.fields()
    first, second = we.send(fields, form=form), we.send(fields, form=form)
    assert first == second
    assert first[0] == 200
    said = we.receipt(first[1], form)
    assert {name: said[name] for name in ("message_id", "identity", "sender", "recipient")} == {
        "message_id": fields["id"],
        "identity": envelope.identity(fields),
        "sender": "P01",
        "recipient": CODE,
    }
    assert we.totals() == {"effects": 1, "messages": 1, "duplicates": 1}
    assert base64.b64decode(we.received()[0]["payload"]) == b'{"n": 1}'


def test_a_later_try_is_the_same_message(we: We) -> None:
    fields = we.fields()
    first = we.send(fields)
    assert we.send(fields | {"signed_at": envelope.moment(datetime.now(UTC) + timedelta(minutes=3))}) == first


Change = Callable[[We, dict[str, str]], bytes]
BAD: dict[str, tuple[int, str, Change]] = {
    "not JSON": (400, "malformed", lambda _we, _f: b"{"),
    "a list": (400, "malformed", lambda _we, _f: b"[]"),
    "no signature": (400, "unsigned", lambda _we, _f: json.dumps({"payload": "", "body": ""}).encode()),
    "a field missing": (400, "missing_field", lambda we, f: packed(we, {n: f[n] for n in f if n != "kind"})),
    "a field too many": (400, "unknown_field", lambda we, f: packed(we, f | {"more": "1"})),
    "signed long ago": (400, "stale_envelope", lambda we, f: packed(we, f | {"signed_at": at(minutes=-11)})),
    "signed in the future": (400, "future_envelope", lambda we, f: packed(we, f | {"signed_at": at(minutes=11)})),
    "a stranger's key": (
        403,
        "bad_signature",
        lambda we, f: envelope.pack("message", f, b'{"n": 1}', "json", replace(we.own, private=stranger())),
    ),
    "a stranger's certificate": (
        401,
        "unknown_certificate",
        lambda we, f: envelope.pack("message", f, b'{"n": 1}', "json", replace(we.own, fingerprint="00" * 32)),
    ),
    "another sender": (403, "wrong_sender", lambda we, f: packed(we, f | {"sender": "G03"})),
    "another recipient": (403, "wrong_recipient", lambda we, f: packed(we, f | {"recipient": "P02"})),
    "another body": (422, "digest_mismatch", lambda we, f: packed(we, f, b'{"n": 2}')),
    "a longer body": (422, "size_mismatch", lambda we, f: packed(we, f, b'{"n": 10}')),
    "a receipt": (400, "bad_field", lambda we, f: envelope.pack("receipt", f, b'{"n": 1}', "json", we.own)),
    "before its turn": (409, "too_early", lambda we, f: packed(we, f | {"after": str(uuid.uuid4())})),
}


def packed(we: We, fields: dict[str, str], body: bytes = b'{"n": 1}') -> bytes:
    return envelope.pack("message", fields, body, "json", we.own)


def at(*, minutes: int) -> str:
    return envelope.moment(datetime.now(UTC) + timedelta(minutes=minutes))


@pytest.mark.parametrize("name", BAD)
def test_bad_envelopes_leave_nothing_behind(we: We, name: str) -> None:
    status, code, change = BAD[name]
    found = we.post(change(we, we.fields()))
    assert (found[0], json.loads(found[1])["code"]) == (status, code)
    assert we.totals() == {"effects": 0, "messages": 0, "duplicates": 0}


def test_an_id_is_not_used_twice(we: We) -> None:
    fields = we.fields()
    we.send(fields)
    other = b'{"n": 2}'
    status, body = we.send(fields | {"digest": hashlib.sha256(other).hexdigest()}, other)
    assert (status, json.loads(body)["code"]) == (409, "id_reused")
    assert we.totals() == {"effects": 1, "messages": 1, "duplicates": 0}


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("lie", ["digest", "key", "other", "no_receipt"])
def test_lies_are_told_and_the_truth_is_stored(we: We, lie: str, form: str) -> None:
    fields = we.fields()
    we.agency.behave(lie=lie)
    status, told = we.send(fields, form=form)
    assert status == 200
    if lie in {"key", "no_receipt"}:
        with pytest.raises(Fault) as fault:
            we.receipt(told, form)
        assert fault.value.code in ({"bad_signature"} if lie == "key" else {"unsigned", "malformed"})
    else:
        said = we.receipt(told, form)
        wrong = {"digest": ("identity", "0" * 64), "other": ("identity", envelope.identity(fields))}[lie]
        assert said[wrong[0]] == wrong[1] or said["message_id"] != fields["id"]
        assert (said["identity"], said["message_id"]) != (envelope.identity(fields), fields["id"])
    we.agency.behave(lie="no")
    assert we.receipt(we.send(fields, form=form)[1], form)["message_id"] == fields["id"]
    assert we.totals() == {"effects": 1, "messages": 1, "duplicates": 1}


def test_a_dropped_receipt_had_its_effect(we: We) -> None:
    fields = we.fields()
    we.agency.behave(drop_receipts=1)
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        we.send(fields)
    assert we.receipt(we.send(fields)[1])["message_id"] == fields["id"]
    assert we.totals() == {"effects": 1, "messages": 1, "duplicates": 1}


def test_its_wrong_clock_turns_good_messages_away(we: We) -> None:
    we.agency.behave(clock_skew_s=1200)
    status, body = we.send(we.fields())
    assert (status, json.loads(body)["code"]) == (400, "stale_envelope")


# -- its own messages


class OurDoor(ThreadingHTTPServer):
    """Answers with true receipts, or with what `answers` still holds. Keeps every envelope that came."""

    def __init__(self, own: Own, form: str = "json") -> None:
        super().__init__(("127.0.0.1", 0), OurAnswers)
        self.own = own
        self.form = form
        self.came: list[dict[str, str]] = []
        self.answers: list[int] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/lien-thong/v1/messages"


class OurAnswers(BaseHTTPRequestHandler):
    server: OurDoor
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.form == "json":
            fields = json.loads(base64.urlsafe_b64decode(json.loads(content)["payload"] + "=="))
        else:
            fields = {"id": content.partition(b"<id>")[2].partition(b"</id>")[0].decode()}
        self.server.came.append(fields)
        status = self.server.answers.pop(0) if self.server.answers else 200
        body = self._receipt(fields) if status == 200 and self.server.form == "json" else b"{}"
        self.send_response(status)
        self.send_header("Content-Type", MEDIA_TYPES[self.server.form])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _receipt(self, fields: dict[str, str]) -> bytes:
        said = {
            "message_id": fields["id"],
            "identity": envelope.identity(fields),
            "sender": CODE,
            "recipient": fields["sender"],
            "received_at": fields["signed_at"],
        }
        return envelope.pack("receipt", said, None, "json", self.server.own)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.fixture
def door(we: We) -> Iterator[OurDoor]:
    server = OurDoor(we.own)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    we.agency.call("PUT", "/peers", {"code": CODE, "certificates": [we.own.pem], "address": server.address})
    yield server
    we.agency.call("PUT", "/peers", {"code": CODE, "certificates": [we.own.pem]})
    server.shutdown()
    server.server_close()
    thread.join()


def settled(we: We, count: int, seconds: float = 120) -> list[dict[str, Any]]:
    """The outbox once so many of its messages wait no more."""
    end = time.monotonic() + seconds
    while True:
        found: list[dict[str, Any]] = we.agency.call("GET", "/messages")["messages"]
        if sum(one["state"] != "waiting" for one in found) >= count or time.monotonic() > end:
            return found
        time.sleep(0.05)


def send(we: We, **told: Any) -> list[str]:
    ids: list[str] = we.agency.call("POST", "/send", {"peer": CODE, "kind": "test.note"} | told)["ids"]
    return ids


def test_it_sends_until_the_receipt_is_here_under_one_id(we: We, door: OurDoor) -> None:
    door.answers = [503, 429, 200]
    (id_,) = send(we, payload={"n": 7}, conversation="c-1", in_reply_to="of-ours-1")
    (found,) = settled(we, 1)
    assert (found["state"], found["attempts"], found["answer"], found["id"]) == ("delivered", 3, "200", id_)
    assert [one["id"] for one in door.came] == [id_] * 3
    assert len({envelope.identity(one) for one in door.came}) == 1
    assert (door.came[0]["conversation"], door.came[0]["in_reply_to"]) == ("c-1", "of-ours-1")


def test_a_refusal_is_final(we: We, door: OurDoor) -> None:
    door.answers = [422]
    send(we)
    (found,) = settled(we, 1)
    assert (found["state"], found["attempts"], found["answer"]) == ("failed", 1, "422")


def test_a_conversation_keeps_its_order(we: We, door: OurDoor) -> None:
    ids = [*send(we, conversation="c-2"), *send(we, conversation="c-2"), *send(we, conversation="c-2")]
    settled(we, 3)
    assert [(one["id"], one["sequence"], one["after"]) for one in door.came] == [
        (ids[0], "1", ""),
        (ids[1], "2", ids[0]),
        (ids[2], "3", ids[1]),
    ]


def test_it_reorders_and_repeats_when_told(we: We, door: OurDoor) -> None:
    we.agency.behave(reorder=True, repeat=1)
    ids = send(we, count=3, conversation="c-3")
    settled(we, 3)
    assert sorted(one["id"] for one in door.came) == sorted(ids * 2)
    assert door.came[0]["id"] != ids[0]


@pytest.mark.parametrize("lie", ["digest", "key"])
def test_its_own_messages_lie_too(we: We, door: OurDoor, lie: str) -> None:
    we.agency.behave(lie=lie)
    door.answers = [403]
    send(we)
    settled(we, 1)
    assert (door.came[0]["digest"] == "0" * 64) is (lie == "digest")


def test_its_messages_bear_its_own_clock(we: We, door: OurDoor) -> None:
    we.agency.behave(clock_skew_s=-3600)
    send(we)
    settled(we, 1)
    behind = datetime.now(UTC) - datetime.fromisoformat(door.came[0]["signed_at"])
    assert timedelta(minutes=59) < behind < timedelta(minutes=61)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"peer": "nobody", "kind": "a"}, "Chưa đăng ký bên nhận này."),
        ({"peer": CODE}, "Cần kind"),
        ({"peer": CODE, "kind": "a", "count": 0}, "count từ 1"),
        ({"peer": CODE, "kind": "a", "payload_base64": "&"}, "payload_base64"),
    ],
)
def test_what_it_cannot_send_is_refused(we: We, told: dict[str, Any], words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        we.agency.call("POST", "/send", told)
    assert we.agency.call("GET", "/messages")["messages"] == []


def test_two_kinds_of_own_key_are_never_mixed(tmp_path: Path) -> None:
    first = open_own(tmp_path, "P01")
    assert open_own(tmp_path, "P01").fingerprint == first.fingerprint
    assert (tmp_path / "key.pem").stat().st_mode & 0o077 == 0
