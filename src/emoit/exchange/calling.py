"""One question over the wire: any method and headers, an answer that may neither be endless nor take for ever."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from emoit.exchange.transports.https import Line, answered, within
from emoit.exchange.transports.lines import Reply
from emoit.exchange.types import Question


@dataclass
class Wire(Line):
    """A line for one question: TLS, trust and faults are those of messages."""

    question: Question = field(kw_only=True)
    traceparent: str = field(kw_only=True)

    def _post(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        end = time.monotonic() + self.seconds
        parts = urlsplit(self.address)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        asked = {
            "Accept": ", ".join(sorted(self.question.answers)),
            "traceparent": self.traceparent,
            **self.question.headers,
        }
        connection = self._open()
        if self.question.body is None:
            connection.request("GET", path, None, asked)
        else:
            connection.request("POST", path, body, {"Content-Type": headers["Content-Type"], **asked})
        answer = answered(connection, end)
        content = b"".join(within(answer, end, self.question.most_bytes))
        return Reply(answer.status, answer.headers.get_content_type(), content, answer.headers.get("Retry-After", ""))
