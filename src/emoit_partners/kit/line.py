"""Kept connections to others: one POST or GET, its status and its body."""

from __future__ import annotations

import http.client
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

MOST_ANSWER = 1024 * 1024
_STALE = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError, ssl.SSLEOFError)


class Away(Exception):
    """No answer."""


@dataclass(frozen=True)
class Reply:
    status: int
    media_type: str
    body: bytes


@dataclass
class Line:
    """A connection to one origin, for one thread. `trusted`: PEM, for https; `own`: certificate and key to show."""

    address: str
    trusted: str = ""
    own: tuple[Path, Path] | None = None
    seconds: float = 20.0
    _connection: http.client.HTTPConnection | None = field(default=None, init=False)

    def send(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Reply:
        """Away where no whole answer came. A kept connection that the other side has closed is opened anew, once."""
        kept = self._connection is not None
        try:
            return self._send(method, path, body, headers or {})
        except _STALE as error:
            self.close()
            if not kept:
                raise Away(type(error).__name__) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise Away(type(error).__name__) from error
        return self.send(method, path, body, headers)

    def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        if self._connection is None:
            self._connection = self._open()
        self._connection.request(method, path, body or None, headers)
        answer = self._connection.getresponse()
        content = answer.read(MOST_ANSWER)
        reply = Reply(answer.status, answer.headers.get_content_type(), content)
        if answer.will_close or answer.read(1):
            self.close()
        return reply

    def _open(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.address)
        if parts.scheme != "https":
            return http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=self.seconds)
        context = ssl.create_default_context(cadata=self.trusted or None)
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        if self.own is not None:
            context.load_cert_chain(*self.own)
        return http.client.HTTPSConnection(str(parts.hostname), parts.port, timeout=self.seconds, context=context)

    def close(self) -> None:
        if self._connection is not None:
            with suppress(OSError):
                self._connection.close()
            self._connection = None
