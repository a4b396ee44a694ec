"""AES-256-GCM under the newest key of EMOIT_PERSONAL_KEYS; older keys still open what they closed.

A value looks like `v1.<key id>.<base64 of nonce and ciphertext>`. The key id is the first 8 hex digits of the key's
SHA-256, so that a key can be retired without guessing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_VERSION = "v1"


@lru_cache(maxsize=1)
def _keys() -> dict[str, bytes]:
    """Key id -> key, newest first."""
    keys = [base64.b64decode(k) for k in settings.EMOIT_PERSONAL_KEYS]
    if not keys or any(len(k) != 32 for k in keys):
        raise ImproperlyConfigured("EMOIT_PERSONAL_KEYS holds base64 keys of 32 bytes, newest first")
    return {hashlib.sha256(k).hexdigest()[:8]: k for k in keys}


def encrypt(text: str) -> str:
    if not text:
        return ""
    key_id, key = next(iter(_keys().items()))
    nonce = os.urandom(12)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), key_id.encode())
    return f"{_VERSION}.{key_id}.{base64.b64encode(nonce + sealed).decode()}"


def decrypt(value: str) -> str:
    """The text of a value made by `encrypt`. ValueError if it was not, was altered, or its key is gone."""
    if not value:
        return ""
    try:
        version, key_id, body = value.split(".", 2)
        raw = base64.b64decode(body, validate=True)
        if version != _VERSION:
            raise ValueError("unknown version of an encrypted value")
        return AESGCM(_keys()[key_id]).decrypt(raw[:12], raw[12:], key_id.encode()).decode()
    except (KeyError, InvalidTag) as error:
        raise ValueError("an encrypted value cannot be opened") from error


def keyed_hash(text: str) -> str:
    """64 hex digits by which an encrypted value can be looked up; under the oldest key, so that it stays the same."""
    oldest = list(_keys().values())[-1]
    lookup_key = hmac.digest(oldest, b"emoit lookup", "sha256")
    return hmac.new(lookup_key, text.strip().lower().encode(), hashlib.sha256).hexdigest()
