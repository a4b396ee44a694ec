"""Getting what a certificate points to: by http or https, little, soon, and from nowhere in our own network."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from emoit.exchange.rules.revocation import Unusable
from emoit.lib.outgoing import Away, Place, is_public, request

MOST_LIST = 20 * 1024 * 1024
MOST_ANSWER = 256 * 1024  # of a responder, or of an issuer's certificate
LONGEST = 500
_PRINTING = re.compile(r"[\x21-\x7e]+")


def get(address: str, most: int) -> bytes:
    """The body of a 200. Unusable: bad_address, private_address, unreachable, timeout, tls, too_long, redirected,
    http_<status>."""
    return _body("GET", address, None, "", most)


def post(address: str, body: bytes, media_type: str) -> bytes:
    """As `get`."""
    return _body("POST", address, body, media_type, MOST_ANSWER)


def _body(method: str, address: str, body: bytes | None, media_type: str, most: int) -> bytes:
    headers = {"Content-Type": media_type} if media_type else {}
    seconds = settings.EMOIT_REVOCATION_TIMEOUT
    try:
        answer = request(method, place(address), body, headers, may=may_connect, seconds=seconds, most=most)
    except Away as error:
        raise Unusable(error.code) from error
    if 300 <= answer.status < 400:
        raise Unusable("redirected")
    if answer.status != 200:
        raise Unusable(f"http_{answer.status}")
    return answer.body


def place(address: str) -> Place:
    """Unusable `bad_address` for what is no plain address of the web."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise Unusable("bad_address") from None
    is_plain = len(address) <= LONGEST and _PRINTING.fullmatch(address) and "\\" not in address
    if not is_plain or not host or parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        raise Unusable("bad_address")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    is_tls = parts.scheme == "https"
    return Place(host, port or (443 if is_tls else 80), target, parts.netloc, is_tls)


def may_connect(ip: str) -> bool:
    """The public internet, and the networks that this installation allows: lists may be in the Government's own."""
    found = ipaddress.ip_address(ip.split("%", maxsplit=1)[0])
    return is_public(ip) or any(found in network for network in _networks(settings.EMOIT_REVOCATION_NETWORKS))


@lru_cache(maxsize=4)
def _networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(one.strip()) for one in text.split(",") if one.strip())
