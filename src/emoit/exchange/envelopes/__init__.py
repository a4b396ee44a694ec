"""Messages and receipts as signed bytes, in JSON, XML or AS4. What is read is what was signed, and nothing else."""

from emoit.exchange.envelopes.messages import (
    MEDIA_TYPES,
    RECEIPT_TYPES,
    Finder,
    Opened,
    format_of,
    open_message,
    open_receipt,
    pack_message,
    pack_receipt,
    read_message,
    use_of,
)

__all__ = [
    "MEDIA_TYPES",
    "RECEIPT_TYPES",
    "Finder",
    "Opened",
    "format_of",
    "open_message",
    "open_receipt",
    "pack_message",
    "pack_receipt",
    "read_message",
    "use_of",
]
