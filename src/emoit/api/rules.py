"""Secrets and states of keys, and the arithmetic of the rate limit. Values in, values out."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from emoit.api.types import KeyState

LIVE, TEST = "emoit_live_", "emoit_test_"
SHOWN = 8  # characters of the secret that stay readable, to tell one's keys apart
LONGEST_SECRET = 120
LONGEST_NAME = 100
MOST_KEYS = 20
DAYS = (30, 90, 365)
TEST_DAYS = 30
KEPT = timedelta(hours=24)  # how long an Idempotency-Key is remembered
REMEMBER_USE = timedelta(minutes=1)


def new_secret(*, sandbox: bool) -> str:
    """`emoit_test_…` or `emoit_live_…` with 256 random bits."""
    return (TEST if sandbox else LIVE) + secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 in hex: enough for 256 random bits, which nobody guesses."""
    return hashlib.sha256(secret.encode()).hexdigest()


def prefix(secret: str) -> str:
    """The part of the secret that may be shown."""
    return secret[: len(LIVE) + SHOWN]


def state(*, expires_at: datetime, revoked_at: datetime | None, now: datetime) -> KeyState:
    if revoked_at is not None:
        return KeyState.REVOKED
    return KeyState.EXPIRED if expires_at <= now else KeyState.ACTIVE


def lease(per_minute: int) -> int:
    """How many tokens a process takes from the shared bucket at once: a fortieth of a minute's, at most 50."""
    return max(1, min(50, per_minute // 40))
