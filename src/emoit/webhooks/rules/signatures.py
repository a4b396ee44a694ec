"""Standard Webhooks 1.0: symmetric signatures `v1,<base64 of HMAC-SHA256>` over `id.timestamp.body`."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

PREFIX = "whsec_"
BYTES = 32
SHORTEST, LONGEST = 24, 64
BOTH_SIGN = timedelta(hours=24)  # after a rotation
MOST_OLD = 3  # secrets that sign beside the newest


def new_secret() -> str:
    """`whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a secret. ValueError unless it is `whsec_` and 24 to 64 bytes in base64."""
    if not secret.startswith(PREFIX):
        raise ValueError("a secret begins with whsec_")
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("a secret is base64") from None
    if not SHORTEST <= len(key) <= LONGEST:
        raise ValueError("a secret has 24 to 64 bytes")
    return key


def sign(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key_of(secret), signed, hashlib.sha256)).decode()


def headers(secrets_in_use: list[str], *, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers; one signature for each secret in use, the newest first. `at` is of this very try."""
    timestamp = int(at.timestamp())
    signatures = [sign(one, message_id=message_id, timestamp=timestamp, body=body) for one in secrets_in_use]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
