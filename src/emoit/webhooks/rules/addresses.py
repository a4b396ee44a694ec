"""Where we post to: never into our own network."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from emoit.lib.outgoing import LOOPBACK, is_public

LONGEST = 500
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:]+:[0-9a-f:.]*", re.ASCII)
_PRINTING = re.compile(r"[\x21-\x7e]+")


class BadAddress(ValueError):
    """`code`: malformed, not_https, has_password, bad_port, private_address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`target` is path and query. `is_loopback`: this machine itself, as its address says."""

    host: str
    port: int
    target: str
    is_tls: bool
    is_loopback: bool

    @property
    def name(self) -> str:
        """As the header Host has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_tls else 80) else f"{host}:{self.port}"


def endpoint(address: str, *, loopback: bool) -> Endpoint:
    """The parts of a receiver's address. BadAddress where we may not post there, whatever the name resolves to.

    https on port 443 or one from 1024; with `loopback` also http and https to this machine, for development.
    """
    if len(address) > LONGEST or not _PRINTING.fullmatch(address) or "\\" in address:
        raise BadAddress("malformed")
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise BadAddress("malformed") from None
    if not _HOST.fullmatch(host) or parts.fragment:
        raise BadAddress("malformed")
    if "@" in parts.netloc:
        raise BadAddress("has_password")
    here = host in LOOPBACK
    if parts.scheme != "https" and not (parts.scheme == "http" and here and loopback):
        raise BadAddress("not_https")
    if (here and not loopback) or (_is_private_literal(host) and not here):
        raise BadAddress("private_address")
    is_tls = parts.scheme == "https"
    port = port or (443 if is_tls else 80)
    if not here and port != 443 and port < 1024:
        raise BadAddress("bad_port")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Endpoint(host, port, target, is_tls, here)


def _is_private_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not is_public(host)


def may_connect(ip: str, *, is_loopback: bool) -> bool:
    """Whether a resolved address may be connected to; `is_loopback`: the endpoint names this machine itself."""
    if is_loopback:
        return ipaddress.ip_address(ip.split("%", maxsplit=1)[0]).is_loopback
    return is_public(ip)
