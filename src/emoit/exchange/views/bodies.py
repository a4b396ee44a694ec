"""Reading what another system sends: never more than was announced, and never more than any message needs."""

from __future__ import annotations

from django.http import HttpRequest

from emoit.exchange.faults import BadEnvelope

MOST_BYTES = 20 * 1024 * 1024


def read_body(request: HttpRequest) -> bytes:
    """BadEnvelope: length_required, too_large, malformed. Nothing is read before the length is known to be fair."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit() and len(length) < 12):
        raise BadEnvelope("length_required")
    if int(length) > MOST_BYTES:
        raise BadEnvelope("too_large")
    content = request.read(int(length))
    if len(content) != int(length):
        raise BadEnvelope("malformed")
    return content
