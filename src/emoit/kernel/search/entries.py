"""Entries written in the transaction that changes the thing, and the one question put to them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from emoit.kernel.access import Actor

LONGEST_BODY = 100_000
LONGEST_QUESTION = 200

_PUT = "select emoit_put_entry(%s, %s, %s, %s, %s, %s, %s::text[], %s)"
_REMOVE = "select emoit_remove_entry(%s, %s, %s)"
_FIND = "select subject_kind, subject_id, title, url, rank from emoit_find(%s, %s::text[], %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Hit:
    subject_kind: str
    subject_id: str
    title: str
    url: str
    rank: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a source says of one thing when the index is rebuilt; the same values as `put` takes."""

    subject_id: int | str
    title: str
    body: str
    url: str
    readers: frozenset[str]
    sort_at: datetime


def put_entry(*, agency_id: int, subject_kind: str, entry: Entry) -> None:
    """Write or rewrite what a source says of one thing; see `put`."""
    put(
        agency_id=agency_id,
        subject_kind=subject_kind,
        subject_id=entry.subject_id,
        title=entry.title,
        body=entry.body,
        url=entry.url,
        readers=entry.readers,
        now=entry.sort_at,
    )


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
    """Write or rewrite the entry of one thing. `body` holds no field marked personal.

    `readers` may hold the key `public`: found by everybody of the agency's site, guests too. The actor need not be
    among the readers. The agency must be the actor's own.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _PUT,
            [agency_id, subject_kind, str(subject_id), plain(title), plain(body), url, sorted(set(readers)), now],
        )


def remove(*, agency_id: int, subject_kind: str, subject_id: int | str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE, [agency_id, subject_kind, str(subject_id)])


def find(*, by: Actor, text: str, kind: str = "", limit: int = 20) -> list[Hit]:
    """What `by` may find under these words, accents optional, small typing errors forgiven, best first.

    Every word must occur; hits with the very accents of the question come first. Empty text finds nothing. At most 100.
    """
    words = plain(text).strip()[:LONGEST_QUESTION]
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [by.agency_id, sorted(by.readers | {"public"}), words, kind, limit])
        return [Hit(*row) for row in cursor.fetchall()]


def plain(text: str) -> str:
    """NFC, without control characters, of a length that the index can hold."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(c if c.isprintable() else " " for c in composed)[:LONGEST_BODY]
