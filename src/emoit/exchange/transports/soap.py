"""SOAP 1.1 over the same line: our signed XML goes out in a Body, what is in the answer's Body comes back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from emoit.exchange.envelopes import soap
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.transports.https import Line
from emoit.exchange.transports.lines import Reply, Tls

_HEADERS = {"Content-Type": soap.CONTENT_TYPE, "SOAPAction": f'"{soap.ACTION}"', "Accept": soap.MEDIA_TYPE}
PROBLEM = "application/problem+json"


@dataclass
class SoapLine:
    """As `Line`; only signed documents in XML are brought."""

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

    def post(self, body: bytes, media_type: str) -> Reply:
        """A receipt as `media_type`, a fault as a problem document; whatever is neither comes back as it is."""
        reply = self._line.request(soap.wrap(body), _HEADERS)
        if reply.media_type != soap.MEDIA_TYPE:
            return reply
        try:
            content = soap.unwrap_answer(reply.body)
        except BadEnvelope:
            return reply
        if isinstance(content, soap.Fault):
            told = json.dumps({"code": content.code}).encode()
            return Reply(content.status, PROBLEM, told, reply.retry_after)
        return Reply(reply.status, media_type, content, reply.retry_after)
