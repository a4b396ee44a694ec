"""A partner's row as its profile, and back."""

from __future__ import annotations

from datetime import time

from emoit.exchange.models import Partner
from emoit.exchange.types import Format, Profile, Transport, Window


def profile_of(row: Partner) -> Profile:
    return Profile(
        code=row.code,
        name=row.name,
        address=row.address,
        transport=Transport(row.transport),
        format=Format(row.format),
        max_bytes=row.max_bytes,
        rate_per_minute=row.rate_per_minute,
        max_attempts=row.max_attempts,
        give_up_after_hours=row.give_up_after_hours,
        windows=windows_of(row),
    )


def windows_of(row: Partner) -> tuple[Window, ...]:
    return tuple(
        Window(frozenset(one["days"]), time.fromisoformat(one["from"]), time.fromisoformat(one["to"]))
        for one in row.windows
    )
