"""One POST to an address that somebody else chose; a little of the answer is read."""

from __future__ import annotations

from collections.abc import Mapping

from emoit.lib.outgoing import Answer, Away, Place, request
from emoit.webhooks.rules.addresses import BadAddress, endpoint, may_connect

__all__ = ["Answer", "Away", "post"]

MOST_ANSWER = 16 * 1024


def post(address: str, body: bytes, headers: Mapping[str, str], *, seconds: float, loopback: bool) -> Answer:
    """As `outgoing.request`: Away where no whole answer came within `seconds`."""
    try:
        to = endpoint(address, loopback=loopback)
    except BadAddress:
        raise Away("private_address") from None
    return request(
        "POST",
        Place(to.host, to.port, to.target, to.name, to.is_tls),
        body,
        headers,
        may=lambda ip: may_connect(ip, is_loopback=to.is_loopback),
        seconds=seconds,
        most=MOST_ANSWER,
    )
