"""The log that is evidence: the exact bytes of what was signed, chained, signed and time-stamped in batches.

How a row becomes a link is said again by `emoit_verify.exchange` in its own words; a test compares them.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from emoit.exchange.envelopes import MEDIA_TYPES
from emoit.exchange.models import Evidence, Seal
from emoit.exchange.types import Format

GENESIS = bytes(32)
SENT = "sent"  # an envelope of ours
SENT_RECEIPT = "sent_receipt"  # the partner's receipt for it
RECEIVED = "received"  # an envelope of a partner
RECEIVED_RECEIPT = "received_receipt"  # our receipt for it
KINDS = (SENT, SENT_RECEIPT, RECEIVED, RECEIVED_RECEIPT)


def keep(
    *, agency_id: int, now: datetime, kind: str, partner: str, message_id: str, form: Format, content: bytes
) -> Evidence:
    """One row in the caller's transaction; the sealer gives it its place."""
    made = row(
        agency_id=agency_id, now=now, kind=kind, partner=partner, message_id=message_id, form=form, content=content
    )
    made.save(force_insert=True)
    return made


def keep_all(rows: list[Evidence]) -> list[Evidence]:
    return list(Evidence.objects.bulk_create(rows))


def row(
    *, agency_id: int, now: datetime, kind: str, partner: str, message_id: str, form: Format, content: bytes
) -> Evidence:
    """A row that is not written yet."""
    return Evidence(
        agency_id=agency_id,
        at=now,
        kind=kind,
        partner_code=partner,
        message_id=message_id,
        media_type=MEDIA_TYPES[form],
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def facts(row: Evidence) -> dict[str, Any]:
    """What the chain proves of a row besides its bytes, whose digest is among them."""
    return {
        "agency_id": row.agency_id,
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "digest": row.digest,
        "id": row.pk,
        "kind": row.kind,
        "media_type": row.media_type,
        "message_id": row.message_id,
        "partner": row.partner_code,
    }


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def next_chain(previous: bytes, seq: int, link: dict[str, Any]) -> bytes:
    return hashlib.sha256(previous + seq.to_bytes(8, "big") + hashlib.sha256(canonical(link)).digest()).digest()


def oldest_unstamped(agency_id: int) -> datetime | None:
    """When the oldest evidence was written that no time stamp covers yet."""
    seals = Seal.objects.filter(agency_id=agency_id)
    stamped = seals.filter(time_stamp__isnull=False).order_by("-last_seq").values_list("last_seq", flat=True).first()
    bare = seals.filter(last_seq__gt=stamped or 0).order_by("last_seq").values_list("first_at", flat=True).first()
    if bare is not None:
        return bare
    return Evidence.objects.filter(agency_id=agency_id, seq=None).order_by("id").values_list("at", flat=True).first()
