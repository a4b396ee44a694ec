"""One POST over TLS with both sides' certificates; one connection is kept for a run."""

from __future__ import annotations

import hashlib
import http.client
import io
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from emoit.exchange.rules.addresses import is_allowed
from emoit.exchange.transports.lines import Reply, Tls
from emoit.lib.outgoing import Away

MOST_ANSWER = 256 * 1024
# Of TLS 1.2 only what is forward secret and authenticated; TLS 1.3 has nothing else.
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"


@dataclass
class Line:
    """A connection to one partner, opened when first needed and again when it broke. `seconds`: for a whole answer."""

    address: str
    tls: Tls
    seconds: float
    _connection: http.client.HTTPConnection | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        if self._connection is not None:
            with suppress(OSError):
                self._connection.close()
            self._connection = None

    def post(self, body: bytes, media_type: str) -> Reply:
        """The body, of that type, and its answer. Away where no whole answer came in time."""
        return self.request(body, {"Content-Type": media_type, "Accept": media_type})

    def request(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """As `post`, with these headers. A kept connection that the other side has closed is opened anew.

        The request may have been read although no answer came: the message keeps its id.
        """
        kept = self._connection is not None
        try:
            return self._post(body, headers)
        except Away:
            self.close()
            raise
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError, ssl.SSLEOFError) as error:
            self.close()
            if not kept:
                raise Away("unreachable") from error
        except TimeoutError as error:
            self.close()
            raise Away("timeout") from error
        except ssl.SSLError as error:
            self.close()
            raise Away("tls") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise Away("unreachable") from error
        return self.request(body, headers)

    def _post(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        end = time.monotonic() + self.seconds
        connection = self._open()
        parts = urlsplit(self.address)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, dict(headers))
        answer = answer_of(connection, end)
        content = b"".join(within(answer, end, MOST_ANSWER))
        answer.close()  # it does not notice itself that it was read to its end
        reply = Reply(answer.status, answer.headers.get_content_type(), content, answer.headers.get("Retry-After", ""))
        if answer.will_close:
            self.close()
        return reply

    def _open(self) -> http.client.HTTPConnection:
        if self._connection is None:
            parts = urlsplit(self.address)
            if not is_allowed(self.address):
                raise Away("unreachable")
            if parts.scheme == "https":
                self._connection = http.client.HTTPSConnection(
                    str(parts.hostname), parts.port, timeout=self.seconds, context=_context(self.tls)
                )
            else:
                self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=self.seconds)
            self._connection.connect()
            self._judge_peer(self._connection.sock)
        self._connection.sock.settimeout(self.seconds)
        return self._connection

    def _judge_peer(self, line: socket.socket) -> None:
        """The very certificate that we know, not one that it issued. Away `tls`."""
        if isinstance(line, ssl.SSLSocket):
            known = {ssl.PEM_cert_to_DER_cert(pem) for pem in self.tls.trusted}
            if line.getpeercert(binary_form=True) not in known:
                raise Away("tls")


class _Timed(io.RawIOBase):
    """What comes over the line until `end` (monotonic), however slowly: no piece is waited for longer."""

    def __init__(self, line: socket.socket, end: float) -> None:
        self._line, self._end = line, end
        self._pieces = line.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int | None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._line.settimeout(left)
        return self._pieces.readinto(into)

    def close(self) -> None:
        self._pieces.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """Its first line and headers have no more time than its body."""

    def __init__(self, line: socket.socket, *given: Any, end: float, **named: Any) -> None:
        super().__init__(line, *given, **named)
        self.fp.close()
        self.fp = io.BufferedReader(_Timed(line, end))


def answer_of(connection: http.client.HTTPConnection, end: float) -> http.client.HTTPResponse:
    """The answer to the request just sent, with its headers. TimeoutError after `end` (monotonic)."""
    connection.response_class = partial(_Answer, end=end)  # type: ignore[assignment]  # called, never looked at
    return connection.getresponse()


def within(answer: http.client.HTTPResponse, end: float, most: int) -> Iterable[bytes]:
    """The answer's pieces. Away where it is longer than `most` bytes, comes after `end` (monotonic), or is cut off."""
    size = 0
    while piece := answer.read1(64 * 1024):
        size += len(piece)
        if size > most:
            raise Away("too_long")
        if time.monotonic() > end:
            raise Away("timeout")
        yield piece
    if answer.length:
        raise Away("unreachable")


_contexts: dict[str, ssl.SSLContext] = {}


def _context(tls: Tls) -> ssl.SSLContext:
    """Trusts the partner's own certificates and nothing else, however they were issued; they must be in force."""
    name = hashlib.sha256(repr(tls).encode()).hexdigest()
    if name not in _contexts:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(CIPHERS)
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        if tls.trusted:
            context.load_verify_locations(cadata="\n".join(tls.trusted))
        if tls.own_certificate is not None and tls.own_key is not None:
            context.load_cert_chain(tls.own_certificate, tls.own_key, tls.passphrase)
        if len(_contexts) > 200:
            _contexts.clear()
        _contexts[name] = context
    return _contexts[name]
