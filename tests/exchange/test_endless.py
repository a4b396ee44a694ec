"""Bodies that never end, or begin and never go on, against the real web server: cut off, and memory stays as it was."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from emoit.exchange.types import AS4_PATH, PATH, SOAP_PATH
from emoit.trial.bench.server import HOST, Server, running
from tests.support.front_server import MACHINES, SITE, running_front

DOORS = {PATH: "application/json", SOAP_PATH: "text/xml", AS4_PATH: 'multipart/related; boundary="b"'}
PIECE = b"x" * (64 * 1024)
MOST_SENT = 256 * 1024 * 1024
MOST_GROWTH = 48 * 1024 * 1024


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Server]:
    with running({"EMOIT_HOSTS": f"{HOST},{MACHINES}"}) as found:
        yield found


def memory(server: Server) -> int:
    """Bytes resident in all its processes."""
    total = 0
    for pid in server.processes():
        with suppress(OSError):
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    return total


def head(path: str, headers: str, host: str = HOST) -> bytes:
    lines = (f"POST {path} HTTP/1.1", f"Host: {host}", f"Content-Type: {DOORS[path]}", headers, "", "")
    return "\r\n".join(lines).encode()


def pour(server: Server, path: str, headers: str, piece: bytes, most: int) -> tuple[int, bytes]:
    """Bytes sent until the server answered or hung up, and the beginning of its answer."""
    sent = 0
    with socket.create_connection((HOST, server.port), 10) as line:
        line.sendall(
            f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: {DOORS[path]}\r\n{headers}\r\n\r\n".encode()
        )
        try:
            while sent < most:
                line.sendall(piece)
                sent += len(piece)
        except OSError:
            pass
        line.settimeout(10)
        with suppress(OSError):
            return sent, line.recv(4096)
    return sent, b""


@pytest.mark.parametrize("path", DOORS)
def test_a_body_in_pieces_without_end(server: Server, path: str) -> None:
    before = memory(server)
    piece = b"%x\r\n" % len(PIECE) + PIECE + b"\r\n"
    sent, _ = pour(server, path, "Transfer-Encoding: chunked", piece, MOST_SENT)
    grown = memory(server) - before
    sys.stdout.write(f"{path}: cut off after {sent // 1024} KB, {grown // 1024} KB more in memory\n")
    assert sent < MOST_SENT
    assert grown < MOST_GROWTH


@pytest.mark.parametrize("path", DOORS)
def test_a_body_that_announces_too_much(server: Server, path: str) -> None:
    before = memory(server)
    sent, answer = pour(server, path, "Content-Length: 1000000000000", PIECE, MOST_SENT)
    assert sent < MOST_SENT
    assert memory(server) - before < MOST_GROWTH
    assert not answer or answer.split(b" ")[1] in {b"400", b"411", b"413", b"500"}


@pytest.mark.parametrize("path", DOORS)
def test_bodies_that_never_go_on_keep_no_thread(server: Server, tmp_path: Path, path: str) -> None:
    """Many more of them than there are threads, through the front server; somebody else is answered all the same.

    The application alone would wait for them: granian reads a body in the thread that answers.
    """
    with running_front(tmp_path / "front", server.port) as front, ExitStack() as lines:
        for _ in range(12):
            line = lines.enter_context(front.line())
            line.sendall(head(path, "Content-Length: 1000", MACHINES) + b"{")
        time.sleep(1)  # whatever would be passed on has been
        for _ in range(8):
            # Long before the front server gives up those bodies.
            assert front.ask("/he-thong/song", name=SITE, host=HOST, seconds=10)[0] == 200
