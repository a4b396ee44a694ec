"""One POST to an address that somebody else chose: resolved once, judged, connected to exactly there, read a little."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from emoit.webhooks.rules.addresses import BadAddress, Endpoint, endpoint, may_connect

MOST_ANSWER = 16 * 1024


class Away(Exception):
    """No answer. `code`: unreachable, timeout, tls, too_long, private_address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    media_type: str
    body: bytes
    retry_after: str


def post(address: str, body: bytes, headers: Mapping[str, str], *, seconds: float, loopback: bool) -> Answer:
    """Away where no whole answer came within `seconds`. Redirects are not followed.

    The name is resolved once and the connection made to that very address: what it resolves to later does not count.
    """
    try:
        to = endpoint(address, loopback=loopback)
    except BadAddress:
        raise Away("private_address") from None
    ip = _resolved(to)
    late = threading.Event()
    try:
        with _connected(to, ip, seconds, late) as line:
            answer = _exchange(line, to, body, headers)
    except Away:
        raise
    except ssl.SSLError as error:
        raise Away("timeout" if late.is_set() else "tls") from error
    except TimeoutError as error:
        raise Away("timeout") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Away("timeout" if late.is_set() else "unreachable") from error
    if late.is_set():  # an answer without a length ends where the line was cut
        raise Away("timeout")
    return answer


def _resolved(to: Endpoint) -> str:
    """The first address of the name. Away where any of its addresses is one that we may not connect to."""
    try:
        found = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Away("unreachable") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses:
        raise Away("unreachable")
    if not all(may_connect(one, is_loopback=to.is_loopback) for one in addresses):
        raise Away("private_address")
    return addresses[0]


@contextmanager
def _connected(to: Endpoint, ip: str, seconds: float, late: threading.Event) -> Iterator[socket.socket]:
    """A line that is cut when the time is up, however many bytes still trickle in."""
    line: socket.socket = socket.create_connection((ip, to.port), timeout=seconds)

    def cut() -> None:
        late.set()
        with suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    clock = threading.Timer(seconds, cut)
    clock.daemon = True
    clock.start()
    try:
        if to.is_tls:
            line = ssl.create_default_context().wrap_socket(line, server_hostname=to.host)
        yield line
    finally:
        clock.cancel()
        with suppress(OSError):
            line.close()


def _exchange(line: socket.socket, to: Endpoint, body: bytes, headers: Mapping[str, str]) -> Answer:
    connection = http.client.HTTPConnection(to.host, to.port)
    connection.sock = line
    connection.putrequest("POST", to.target, skip_host=True, skip_accept_encoding=True)
    told = {"Host": to.name, "Content-Length": str(len(body)), "Connection": "close", **headers}
    for name, value in told.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    content = answer.read(MOST_ANSWER + 1)
    if len(content) > MOST_ANSWER:
        raise Away("too_long")
    return Answer(answer.status, answer.headers.get_content_type(), content, answer.headers.get("Retry-After", ""))
