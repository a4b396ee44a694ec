"""Requests to addresses that somebody else chose: resolved once, judged, sent to exactly there, cut when late."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from emoit.lib.lookups import Lookups, Resolve

# Ranges that lead elsewhere than they say: NAT64, 6to4, Teredo, IPv4-compatible.
_TUNNELS = tuple(ipaddress.ip_network(n) for n in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96"))
_PIECE = 64 * 1024
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_NAMES = Lookups()


class Away(Exception):
    """No answer. `code`: unreachable, timeout, tls, too_long, private_address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Place:
    """`target` is path and query, `name` what the header Host says."""

    host: str
    port: int
    target: str
    name: str
    is_tls: bool


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    media_type: str
    body: bytes
    retry_after: str


def is_public(ip: str) -> bool:
    """Whether the address is of the public internet: not private, loopback, link-local, shared, multicast, reserved.

    What wraps another address (IPv4 in IPv6, NAT64, 6to4, Teredo) is not: nobody serves there.
    """
    found = ipaddress.ip_address(ip.split("%", maxsplit=1)[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return False
    if any(found in network for network in _TUNNELS if network.version == found.version):
        return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def request(
    method: str,
    place: Place,
    body: bytes | None,
    headers: Mapping[str, str],
    *,
    may: Callable[[str], bool],
    seconds: float,
    most: int,
    resolve: Resolve = _NAMES,
) -> Answer:
    """The answer, of `most` bytes at most. Away where no whole one came within `seconds`, the name's look-up included.

    `may` says of an IP address whether it may be connected to. The name is resolved once and the connection made to
    that very address: what it resolves to later does not count. Redirects are not followed.
    """
    until = time.monotonic() + seconds
    ip = _resolved(place, may, seconds, resolve)
    late = threading.Event()
    try:
        with _connected(place, ip, until, late) as line:
            answer = _exchange(line, method, place, body, headers, most)
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


def _resolved(place: Place, may: Callable[[str], bool], seconds: float, resolve: Resolve) -> str:
    """The first address of the name. Away where any of its addresses is one that we may not connect to."""
    try:
        addresses = resolve(place.host, place.port, seconds)
    except TimeoutError as error:
        raise Away("timeout") from error
    except (OSError, UnicodeError) as error:
        raise Away("unreachable") from error
    if not addresses:
        raise Away("unreachable")
    if not all(may(one) for one in addresses):
        raise Away("private_address")
    return addresses[0]


def _left(until: float) -> float:
    """Seconds until the moment of the monotonic clock. TimeoutError when it has come."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@contextmanager
def _connected(place: Place, ip: str, until: float, late: threading.Event) -> Iterator[socket.socket]:
    """A line that is cut when the time is up, however many bytes still trickle in."""
    line: socket.socket = socket.create_connection((ip, place.port), timeout=_left(until))

    def cut() -> None:
        late.set()
        with suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)

    clock = threading.Timer(max(0.0, until - time.monotonic()), cut)
    clock.daemon = True
    clock.start()
    try:
        if place.is_tls:
            line = ssl.create_default_context().wrap_socket(line, server_hostname=place.host)
        yield line
    finally:
        clock.cancel()
        with suppress(OSError):
            line.close()


def _exchange(
    line: socket.socket, method: str, place: Place, body: bytes | None, headers: Mapping[str, str], most: int
) -> Answer:
    connection = http.client.HTTPConnection(place.host, place.port)
    connection.sock = line
    connection.putrequest(method, place.target, skip_host=True, skip_accept_encoding=True)
    told = {"Host": place.name, "Connection": "close", **headers}
    if body is not None:
        told["Content-Length"] = str(len(body))
    for name, value in told.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    content = b"".join(_pieces(answer, most))
    return Answer(answer.status, answer.headers.get_content_type(), content, answer.headers.get("Retry-After", ""))


def _pieces(answer: http.client.HTTPResponse, most: int) -> Iterator[bytes]:
    size = 0
    while piece := answer.read(min(_PIECE, most + 1 - size)):
        size += len(piece)
        if size > most:
            raise Away("too_long")
        yield piece
