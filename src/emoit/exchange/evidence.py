"""The log that is evidence: the exact bytes of what was signed, chained, signed and time-stamped in batches.

How a row becomes a link is said again by `emoit_verify.exchange` in its own words; a test compares them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from emoit.exchange.models import Evidence, Seal

GENESIS = bytes(32)
SENT = "sent"  # an envelope of ours
SENT_RECEIPT = "sent_receipt"  # the partner's receipt for it
RECEIVED = "received"  # an envelope of a partner
RECEIVED_RECEIPT = "received_receipt"  # our receipt for it
KINDS = (SENT, SENT_RECEIPT, RECEIVED, RECEIVED_RECEIPT)


# By hand: two rows for each message. They get their ids in the order of the arrays.
_KEEP = """
    insert into exchange_evidence (agency_id, at, kind, partner_code, message_id, media_type, digest, content)
    select %s, %s, %s, %s, v.message_id, v.media_type, v.digest, v.content
    from unnest(%s::text[], %s::text[], %s::text[], %s::bytea[]) with ordinality
        as v (message_id, media_type, digest, content, place)
    order by v.place
    returning id
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """The exact bytes of one envelope or receipt, and of which message."""

    message_id: str
    content: bytes
    media_type: str


def keep(*, agency_id: int, now: datetime, kind: str, partner: str, kept: Kept) -> int:
    """One row in the caller's transaction; the sealer gives it its place. Its id."""
    return keep_all(agency_id, now, kind, partner, [kept])[0]


def keep_all(agency_id: int, now: datetime, kind: str, partner: str, kept: Sequence[Kept]) -> list[int]:
    """A row for each in the caller's transaction, by one statement. Their ids, in the same order."""
    if not kept:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            [
                agency_id,
                now,
                kind,
                partner,
                [one.message_id for one in kept],
                [one.media_type for one in kept],
                [hashlib.sha256(one.content).hexdigest() for one in kept],
                [one.content for one in kept],
            ],
        )
        return [number for (number,) in cursor.fetchall()]


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
