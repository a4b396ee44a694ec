"""AS4 over the same line: the packed message goes out, the signal in the answer comes back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from emoit.exchange.envelopes.as4 import mime, signals
from emoit.exchange.faults import FAULTS, BadEnvelope
from emoit.exchange.transports.https import Line
from emoit.exchange.transports.lines import Reply, Tls

PROBLEM = "application/problem+json"


@dataclass
class As4Line:
    """As `Line`; only bodies that the AS4 form packed are brought."""

    address: str
    tls: Tls
    seconds: float
    _line: Line = field(init=False)

    def __post_init__(self) -> None:
        self._line = Line(self.address, self.tls, self.seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._line.close()

    def post(self, body: bytes, media_type: str) -> Reply:  # noqa: ARG002 - the body's first line says more
        """A receipt as it is, an error as a problem document; whatever is neither comes back as it is."""
        headers = {"Content-Type": mime.content_type(body), "Accept": signals.MEDIA_TYPE, "MIME-Version": "1.0"}
        reply = self._line.request(body, headers)
        if reply.media_type != signals.MEDIA_TYPE:
            return reply
        try:
            error = signals.error_in(reply.body)
        except BadEnvelope:
            return reply
        if error is not None:
            status = reply.status if reply.status >= 500 else 400
            return Reply(status, PROBLEM, json.dumps({"code": _code(error)}).encode(), reply.retry_after)
        # Any success may bear a receipt.
        return Reply(200 if 200 <= reply.status < 300 else reply.status, reply.media_type, reply.body)


def _code(error: signals.Error) -> str:
    """`ebms_0303`; where ebMS has no number of its own, the code that another installation of ours gives."""
    if error.code == "EBMS:0004" and error.detail in FAULTS:
        return error.detail
    return error.code.lower().replace(":", "_")
