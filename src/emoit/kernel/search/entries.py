from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from emoit.kernel.access import Actor


@dataclass(frozen=True, slots=True)
class Hit:
    subject_kind: str
    subject_id: str
    title: str
    url: str
    rank: float


def put(
    *,
    agency_id: int,
    subject_kind: str,
    subject_id: int | str,
    title: str,
    body: str,
    url: str,
    readers: Iterable[str],
    now: datetime,
) -> None:
    """Write or rewrite the entry of one thing. `body` holds no field marked personal."""
    from emoit.kernel.models import SearchEntry

    SearchEntry.objects.update_or_create(
        agency_id=agency_id,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        defaults={"title": title, "body": body, "url": url, "readers": sorted(set(readers)), "sort_at": now},
    )


def remove(*, agency_id: int, subject_kind: str, subject_id: int | str) -> None:
    from emoit.kernel.models import SearchEntry

    SearchEntry.objects.filter(agency_id=agency_id, subject_kind=subject_kind, subject_id=str(subject_id)).delete()


def find(*, by: Actor, text: str, kind: str = "", limit: int = 20) -> list[Hit]:
    """What `by` may find under these words, accents optional, best first. Empty text finds nothing."""
    if not text.strip():
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "select subject_kind, subject_id, title, url, rank from emoit_find(%s, %s, %s, %s, %s)",
            [by.agency_id, sorted(by.readers | {"public"}), text[:200], kind, limit],
        )
        return [Hit(*row) for row in cursor.fetchall()]
