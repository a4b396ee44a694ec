"""Where a partner may be found."""

from __future__ import annotations

from urllib.parse import urlsplit

from emoit.lib.outgoing import LOOPBACK


def is_allowed(address: str) -> bool:
    """https everywhere; http only to this machine itself. Nothing that is no address, or that names a user."""
    if any(c.isspace() or not c.isprintable() for c in address):
        return False
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
