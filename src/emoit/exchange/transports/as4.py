"""AS4 over the same line: the packed message goes out, the signal in the answer comes back."""

from __future__ import annotations

from emoit.exchange.envelopes.as4 import mime, signals
from emoit.exchange.faults import FAULTS, BadEnvelope
from emoit.exchange.transports.https import Line
from emoit.exchange.transports.lines import Reply, problem


class As4Line(Line):
    """As `Line`; only bodies that the AS4 form packed are brought."""

    def post(self, body: bytes, media_type: str) -> Reply:  # noqa: ARG002 - the body's first line says more
        """A receipt as it is, an error as a problem document; whatever is neither comes back as it is."""
        headers = {"Content-Type": mime.content_type(body), "Accept": signals.MEDIA_TYPE, "MIME-Version": "1.0"}
        reply = self.request(body, headers)
        if reply.media_type != signals.MEDIA_TYPE:
            return reply
        try:
            error = signals.error_in(reply.body)
        except BadEnvelope:
            return reply
        if error is not None:
            status = reply.status if reply.status >= 500 else 400
            return problem(status, _code(error), reply.retry_after)
        # Any success may bear a receipt.
        return Reply(200 if 200 <= reply.status < 300 else reply.status, reply.media_type, reply.body)


def _code(error: signals.Error) -> str:
    """`ebms_0303`; where ebMS has no number of its own, the code that another installation of ours gives."""
    if error.code == "EBMS:0004" and error.detail in FAULTS:
        return error.detail
    return error.code.lower().replace(":", "_")
