"""How a row becomes a link of the chain. `emoit_verify.audit` says the same in its own words; a test compares them."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any

from emoit.kernel.audit.models import AuditEntry

GENESIS = bytes(32)
SALT_BYTES = 16


def facts(entry: AuditEntry) -> dict[str, Any]:
    """What of an entry is evidence, as JSON values; the time in UTC to the microsecond."""
    return {
        "id": entry.pk,
        "agency_id": entry.agency_id,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "account_id": entry.account_id,
        "on_behalf_of_id": entry.on_behalf_of_id,
        "actor_name": entry.actor_name,
        "verb": entry.verb,
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "details": entry.details,
    }


def digest_of(entry: dict[str, Any], salt: bytes) -> bytes:
    """SHA-256 of the salt and the canonical JSON (sorted keys, no blanks, UTF-8) of `facts`."""
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(salt + text.encode()).digest()


def next_chain(previous: bytes, seq: int, digest: bytes) -> bytes:
    return hashlib.sha256(previous + seq.to_bytes(8, "big") + digest).digest()
