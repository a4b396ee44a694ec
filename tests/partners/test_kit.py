"""What every partner can be told to do, tried on the agency's door over HTTP and TLS."""

from __future__ import annotations

import ast
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from emoit_partners.agency.signing import open_own
from emoit_partners.kit import Behaviour, Refused, Request, State, Store, partners
from emoit_partners.kit.xml import XmlRefused, parse_xml
from tests.support.partners import ROOT, Running, running

SOURCE = ROOT / "src" / "emoit_partners"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running("agency", tmp_path_factory.mktemp("kit")) as partner:
        yield partner


@pytest.fixture
def agency(shared: Running) -> Running:
    shared.reset()
    return shared


def ask(address: str, path: str = "/messages", body: bytes = b"{}", seconds: float = 60) -> tuple[int, str, bytes]:
    """Status, media type, body of a POST. OSError or HTTPException where there is no answer."""
    parts = urlsplit(address)
    line = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=seconds)
    try:
        line.request("POST", path, body, {"Content-Type": "application/json"})
        answer = line.getresponse()
        return answer.status, answer.headers.get_content_type(), answer.read()
    finally:
        line.close()


# -- the door under each behaviour


def test_a_partner_that_behaves_answers(agency: Running) -> None:
    status, media_type, body = ask(agency.address)
    assert (status, media_type, json.loads(body)["code"]) == (400, "application/problem+json", "unsigned")
    with urllib.request.urlopen(f"{agency.address}/health") as answer:
        assert json.loads(answer.read())["partner"] == "agency"


def test_slow(agency: Running) -> None:
    agency.behave(slow_ms=400)
    start = time.monotonic()
    assert ask(agency.address)[0] == 400
    assert time.monotonic() - start >= 0.4


def test_refusing_closes_the_port_and_opens_it_again(agency: Running) -> None:
    agency.behave(down="refuse")
    with pytest.raises(ConnectionRefusedError):
        ask(agency.address)
    assert agency.state()["behaviour"]["down"] == "refuse"
    agency.behave(down="no")
    assert ask(agency.address)[0] == 400


def test_hanging_holds_the_line_until_told_otherwise(agency: Running) -> None:
    agency.behave(down="hang")
    with pytest.raises(TimeoutError):
        ask(agency.address, seconds=0.5)
    agency.behave(down="no")
    assert ask(agency.address)[0] == 400


@pytest.mark.parametrize(
    ("down", "status", "media_type", "begins"),
    [("500", 500, "text/plain", b"down"), ("html", 200, "text/html", b"<!doctype html>")],
)
def test_answers_of_a_partner_that_is_down(
    agency: Running, down: str, status: int, media_type: str, begins: bytes
) -> None:
    agency.behave(down=down)
    found = ask(agency.address)
    assert found[:2] == (status, media_type)
    assert found[2].startswith(begins)


def test_dropped_answers_are_cut_off_so_many_times(agency: Running) -> None:
    agency.behave(drop_receipts=2)
    for _ in range(2):
        with pytest.raises((http.client.IncompleteRead, http.client.RemoteDisconnected, ConnectionResetError)):
            ask(agency.address)
    assert ask(agency.address)[0] == 400
    found = agency.state(requests=3)
    assert found["behaviour"]["drop_receipts"] == 0
    assert [(one["status"], one["note"]) for one in found["requests"]] == [(400, ""), (0, "drop"), (0, "drop")]


@pytest.mark.parametrize("seconds", [-900, 7200])
def test_its_clock_may_be_wrong(agency: Running, seconds: int) -> None:
    agency.behave(clock_skew_s=seconds)
    with urllib.request.urlopen(f"{agency.address}/health") as answer:
        there = datetime.fromisoformat(json.loads(answer.read())["now"])
    assert abs(there - datetime.now(UTC) - timedelta(seconds=seconds)) < timedelta(seconds=60)


def test_every_request_is_counted(agency: Running) -> None:
    for path in ("/messages", "/messages", "/nothing/here/at/all", "/page/" + "a" * 40):
        ask(agency.address, path)
    assert agency.state(requests=4)["counts"] == [
        {"method": "POST", "path": "/messages", "status": 400, "count": 2},
        {"method": "POST", "path": "/nothing/here", "status": 404, "count": 1},
        {"method": "POST", "path": "/page/*", "status": 404, "count": 1},
    ]
    assert agency.reset()["counts"] == []


# -- its control


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"down": "away"}, "«down» là một trong: no, refuse, hang, 500, html."),
        ({"lie": "payment"}, "«lie» là một trong: no, digest, key, other, no_receipt."),
        ({"slow_ms": -1}, "«slow_ms» là số nguyên từ 0 đến 600000."),
        ({"slow_ms": True}, "«slow_ms» là số nguyên từ 0 đến 600000."),
        ({"reorder": 1}, "«reorder» là true hoặc false."),
        ({"repeat": 101}, "«repeat» là số nguyên từ 0 đến 100."),
        ({"mood": "bad"}, "Không có cách ứng xử «mood»."),
        ({"slow_ms": 5, "repeat": 1.5}, "«repeat» là số nguyên từ 0 đến 100."),
    ],
)
def test_wrong_behaviour_is_refused_and_changes_nothing(
    tmp_path: Path, changes: dict[str, object], sentence: str
) -> None:
    store = Store(tmp_path / "store.sqlite")
    behaviour = Behaviour(store, ("digest", "key", "other", "no_receipt"))
    with pytest.raises(ValueError, match="«") as refused:
        behaviour.set(changes)
    assert str(refused.value) == sentence
    assert behaviour.state() == State()


def test_the_api_tells_what_is_wrong(agency: Running) -> None:
    with pytest.raises(AssertionError, match=r"422.*«down» là một trong"):
        agency.behave(down="away")
    with pytest.raises(AssertionError, match="405"):
        agency.call("DELETE", "")
    with pytest.raises(AssertionError, match="404"):
        agency.call("GET", "/nothing")


def post_form(agency: Running, fields: dict[str, str], **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(f"{agency.control}/", urlencode(fields).encode(), headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.parametrize("number", ["²", "-1", "1.5", "x", "9" * 19, "%D9%A3"])
def test_what_is_no_number_is_refused(agency: Running, number: str) -> None:
    for name in ("after", "limit"):
        with pytest.raises(AssertionError, match=f"422: .*«{name}» là số nguyên"):
            agency.call("GET", f"/messages?{name}={quote(number, safe='%')}")


@pytest.mark.parametrize("length", ["x", "-1", "²"])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    with pytest.raises(Refused) as refused:
        _ = Request({"REQUEST_METHOD": "POST", "CONTENT_LENGTH": length}).body
    assert refused.value.status == 400


def test_the_page_sets_and_tells_without_scripts(agency: Running) -> None:
    status, page = post_form(agency, {"down": "no", "lie": "key", "slow_ms": "250", "reorder": "1", "repeat": "2"})
    assert status == 200
    assert "Đã đổi cách ứng xử." in page
    for words in ("Chậm 250 ms.", "Nói sai: ký bằng một khóa khác.", "Gửi lặp thêm 2 lần.", "Gửi không theo thứ tự."):
        assert words in page
    assert "<script" not in page
    status, page = post_form(agency, {"down": "no", "lie": "no", "slow_ms": "soon"})
    assert (status, "«slow_ms» phải là số nguyên." in page) == (422, True)
    assert agency.state()["behaviour"]["slow_ms"] == 250
    status, page = post_form(agency, {"reset": "1"})
    assert "Ứng xử đúng." in page


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.example"}, {"Host": "elsewhere.example"}])
def test_other_sites_cannot_turn_the_knobs(agency: Running, headers: dict[str, str]) -> None:
    assert post_form(agency, {"down": "500"}, **headers)[0] == 403
    assert agency.state()["behaviour"]["down"] == "no"


# -- store


def test_a_reset_empties_the_partners_tables_but_those_to_keep(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.sqlite")
    store.prepare(
        "create table a (id integer primary key) strict;"
        "create table b (id integer primary key, a integer not null references a) strict;"
        "create table c (id integer primary key) strict;",
        keep=("c",),
    )
    for statement in ("insert into a values (1)", "insert into b values (1, 1)", "insert into c values (1)"):
        store.run(statement)
    store.state_fact("address", "http://127.0.0.1:1")
    store.clear()
    counts = store.one("select (select count(*) from a), (select count(*) from b), (select count(*) from c)")
    assert tuple(counts or ()) == (0, 0, 1)
    assert store.fact("address") == "http://127.0.0.1:1"


def test_a_transaction_is_whole_or_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "store.sqlite")
    store.prepare("create table a (id integer primary key) strict;")

    def write_two_and_stop() -> None:
        with store.transaction() as db:
            db.execute("insert into a values (1)")
            store.run("insert into a values (2)")  # part of the block around it
            raise Refused(422, "no")

    with pytest.raises(Refused):
        write_two_and_stop()
    assert store.all("select id from a") == []
    assert [store.one(f"pragma {name}")[0] for name in ("journal_mode", "foreign_keys", "synchronous")] == [  # type: ignore[index]
        "wal",
        1,
        2,
    ]


def test_what_is_stored_outlives_the_partner(tmp_path: Path) -> None:
    with running("agency", tmp_path) as first:
        first.behave(slow_ms=7, clock_skew_s=60)
        certificate = first.call("GET", "/certificate")["certificate"]
    with running("agency", tmp_path) as second:
        found = second.state()
        assert (found["behaviour"]["slow_ms"], found["behaviour"]["clock_skew_s"]) == (7, 60)
        assert second.call("GET", "/certificate")["certificate"] == certificate


# -- connections


def test_tls_asks_clients_for_their_certificate(tmp_path: Path) -> None:
    for name in ("server", "client", "stranger"):
        (tmp_path / name).mkdir()
        open_own(tmp_path / name, name)
    own = tmp_path / "server"
    options = ["--cert", own / "own.pem", "--key", own / "key.pem", "--client-ca", tmp_path / "client" / "own.pem"]
    with running("agency", tmp_path, *options) as partner:
        assert partner.address.startswith("https://127.0.0.1:")
        assert tls_status(partner, own / "own.pem", tmp_path / "client") == 400
        for nobody in (None, tmp_path / "stranger"):
            with pytest.raises((ssl.SSLError, ConnectionError)):
                tls_status(partner, own / "own.pem", nobody)
        assert partner.state(requests=1)["counts"] == [
            {"method": "POST", "path": "/messages", "status": 400, "count": 1}
        ]


def tls_status(partner: Running, trusted: Path, shown: Path | None) -> int:
    context = ssl.create_default_context(cafile=str(trusted))
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if shown is not None:
        context.load_cert_chain(shown / "own.pem", shown / "key.pem")
    line = http.client.HTTPSConnection("127.0.0.1", urlsplit(partner.address).port, timeout=60, context=context)
    try:
        line.request("POST", "/messages", b"{}", {"Content-Type": "application/json"})
        return line.getresponse().status
    finally:
        line.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_it_ends(tmp_path: Path, number: signal.Signals) -> None:
    with running("agency", tmp_path) as partner:
        os.kill(partner.pid, number)
        ports = [urlsplit(partner.address).port, urlsplit(partner.control).port]
        end = time.monotonic() + 120
        while any(is_open(port) for port in ports) and time.monotonic() < end:
            time.sleep(0.05)
        assert [port for port in ports if is_open(port)] == []


def is_open(port: int | None) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port or 0))) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nobody"], "no such partner: nobody"),
        (["all"], "all needs --base-port"),
        (["agency", "--cert", "x.pem"], "--cert and --key belong together"),
    ],
)
def test_wrong_arguments(tmp_path: Path, arguments: list[str], words: str) -> None:
    command = [sys.executable, "-m", "emoit_partners", *arguments, "--store", str(tmp_path)]
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, check=False
    )
    assert (done.returncode, words in done.stderr) == (2, True)


# -- XML


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "doctype"),
        (b"<!-- x --> <!doctype a><a/>", "doctype"),
        (b"<a>&undefined;</a>", "malformed"),
        (b"<a>" * 61 + b"</a>" * 61, "too_deep"),
        ("<a>ă</a>".encode("utf-16"), "encoding"),
        (b"", "malformed"),
    ],
)
def test_hostile_xml(data: bytes, code: str) -> None:
    with pytest.raises(XmlRefused, match=code):
        parse_xml(data)


# -- apart from the product


def test_partners_import_nothing_of_ours() -> None:
    strangers = [
        f"{path.relative_to(SOURCE)}: {name}"
        for path in sorted(SOURCE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in imported(node)
        if name.split(".")[0] in {"emoit", "emoit_verify", "emoit_demo", "launcher", "tests", "django"}
    ]
    assert strangers == []


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []


def test_the_registry_finds_every_partner() -> None:
    there = {path.parent.name for path in SOURCE.glob("*/__init__.py")} - {"kit", "trust"}
    assert set(partners()) == there
    assert all(partner.title and partner.about for partner in partners().values())
