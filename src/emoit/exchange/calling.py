"""One question over the wire: any method and headers, an answer that may neither be endless nor take for ever."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from emoit.exchange.delivery.https import Away, Line, Reply
from emoit.exchange.types import Question


@dataclass
class Wire(Line):
    """A line for one question: TLS, trust and faults are those of messages."""

    question: Question = field(kw_only=True)
    traceparent: str = field(kw_only=True)

    def _post(self, body: bytes, media_type: str) -> Reply:
        end = time.monotonic() + self.seconds
        parts = urlsplit(self.address)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {
            "Accept": ", ".join(sorted(self.question.answers)),
            "traceparent": self.traceparent,
            **self.question.headers,
        }
        connection = self._open()
        if self.question.body is None:
            connection.request("GET", path, None, headers)
        else:
            connection.request("POST", path, body, {"Content-Type": media_type, **headers})
        answer = connection.getresponse()
        content = b"".join(_within(answer, end, self.question.most_bytes))
        return Reply(answer.status, answer.headers.get_content_type(), content, answer.headers.get("Retry-After", ""))


def _within(answer: http.client.HTTPResponse, end: float, most: int) -> Iterable[bytes]:
    """The answer's pieces, until it is longer or slower than allowed."""
    size = 0
    while piece := answer.read1(64 * 1024):
        size += len(piece)
        if size > most:
            raise Away("too_long")
        if time.monotonic() > end:
            raise Away("timeout")
        yield piece
