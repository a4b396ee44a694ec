"""Bringing signed bytes to a partner: each transport by its name in the partner's profile."""

from __future__ import annotations

from collections.abc import Callable

from emoit.exchange import types
from emoit.exchange.transports.as4 import As4Line
from emoit.exchange.transports.https import Line
from emoit.exchange.transports.lines import Reply, Tls, Transport
from emoit.exchange.transports.soap import SoapLine
from emoit.lib.outgoing import Away

_LINES: dict[types.Transport, Callable[[str, Tls, float], Transport]] = {
    types.Transport.HTTPS: Line,
    types.Transport.SOAP: SoapLine,
    types.Transport.AS4: As4Line,
}


def open_line(transport: types.Transport, address: str, tls: Tls, seconds: float) -> Transport:
    """A line to a partner, to be used in a `with` block. `seconds`: for a whole answer."""
    return _LINES[transport](address, tls, seconds)


__all__ = ["Away", "Line", "Reply", "Tls", "Transport", "open_line"]
