"""SOAP 1.1 over the same line: our signed XML goes out in a Body, what is in the answer's Body comes back."""

from __future__ import annotations

from emoit.exchange.envelopes import soap
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.transports.https import Line
from emoit.exchange.transports.lines import Reply, problem

_HEADERS = {"Content-Type": soap.CONTENT_TYPE, "SOAPAction": f'"{soap.ACTION}"', "Accept": soap.MEDIA_TYPE}


class SoapLine(Line):
    """As `Line`; only signed documents in XML are brought."""

    def post(self, body: bytes, media_type: str) -> Reply:
        """A receipt as `media_type`, a fault as a problem document; whatever is neither comes back as it is."""
        reply = self.request(soap.wrap(body), _HEADERS)
        if reply.media_type != soap.MEDIA_TYPE:
            return reply
        try:
            content = soap.unwrap_answer(reply.body)
        except BadEnvelope:
            return reply
        if isinstance(content, soap.Fault):
            return problem(content.status, content.code, reply.retry_after)
        return Reply(reply.status, media_type, content, reply.retry_after)
