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


def details_hash(details: Any, salt: bytes) -> str:
    """Hex of the SHA-256 of the salt and the details: without the salt the details cannot be guessed from it."""
    return hashlib.sha256(salt + canonical(details)).hexdigest()


def digest_of(entry: dict[str, Any], salt: bytes) -> bytes:
    """SHA-256 over `facts` with `details_hash` in the place of the details.

    So the details and the salt can be erased, leaving the hash, and every other fact stays proven.
    """
    return hashlib.sha256(canonical({**entry, "details": details_hash(entry["details"], salt)})).digest()


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no blanks, in UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def next_chain(previous: bytes, seq: int, digest: bytes) -> bytes:
    return hashlib.sha256(previous + seq.to_bytes(8, "big") + digest).digest()
