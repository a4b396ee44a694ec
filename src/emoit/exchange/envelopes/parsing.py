"""The one way in which the forms read XML."""

from __future__ import annotations

from lxml import etree

from emoit.exchange.faults import FAULTS, BadEnvelope
from emoit.lib.xml import XmlRefused, parse_envelope

MOST_TAGS = 2_000  # an envelope has fewer than a hundred


def read_xml(data: bytes, max_depth: int) -> etree._Element:
    """The root. BadEnvelope: malformed, doctype, encoding, too_deep."""
    try:
        return parse_envelope(data, max_tags=MOST_TAGS, max_depth=max_depth)
    except XmlRefused as refused:
        raise BadEnvelope(refused.code if refused.code in FAULTS else "malformed") from refused
