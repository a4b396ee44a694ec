"""AS4 as a form of messages: the same fields and body as the others have."""

from __future__ import annotations

from emoit.exchange import keys, own
from emoit.exchange.envelopes.as4 import reading
from emoit.exchange.envelopes.records import Lookup, Unsealed


def unseal(kind: str, data: bytes, lookup: Lookup, *, has_body: bool) -> Unsealed:  # noqa: ARG001 - as the other forms
    """BadEnvelope as `reading.unseal`. Opened by whichever of our keys it is encrypted to."""
    return reading.unseal(data, lookup, keys.openers(own.agency_id()))
