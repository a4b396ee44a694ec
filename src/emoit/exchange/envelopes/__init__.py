"""Messages and receipts as signed bytes, in JSON or XML. What is read is what was signed, and nothing else."""

from emoit.exchange.envelopes.messages import (
    MEDIA_TYPES,
    Finder,
    Opened,
    format_of,
    open_message,
    open_receipt,
    pack_message,
    pack_receipt,
    read_message,
)

__all__ = [
    "MEDIA_TYPES",
    "Finder",
    "Opened",
    "format_of",
    "open_message",
    "open_receipt",
    "pack_message",
    "pack_receipt",
    "read_message",
]
