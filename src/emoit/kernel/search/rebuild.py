"""Rebuild the index without anything disappearing meanwhile: build beside, compare, then change what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from django.db import connection

from emoit.kernel.access import Actor, acting_as
from emoit.kernel.search.entries import Entry, plain

_BATCH = 1000
_COMPARE = "select missing, changed, surplus from emoit_compare_search(%s, %s, %s)"
_MOMENT = "select emoit_search_moment()"
_SWITCH = "select missing, changed, surplus from emoit_switch_search(%s, %s, %s)"


class SearchSource(Protocol):
    """Tells all findable things of one kind in an agency; called as a process of that agency."""

    def __call__(self, agency_id: int) -> Iterable[Entry]: ...


# Subject kind -> who knows its things. config/wiring.py binds them: the kernel may not ask upward.
sources: dict[str, SearchSource] = {}


@dataclass(frozen=True, slots=True)
class Difference:
    """Entries that the index lacked, held otherwise, or held for nothing."""

    missing: int
    changed: int
    surplus: int

    @property
    def total(self) -> int:
        return self.missing + self.changed + self.surplus


def rebuild(*, by: Actor, kind: str, switch: bool) -> Difference:
    """Stage what the source of `kind` tells, compare it with the index; with `switch` make the index equal to it.

    An entry written while the source was being read is newer than what was staged and stays. KeyError: no such source.
    """
    from emoit.kernel.models import SearchStaged

    source = sources[kind]
    with acting_as(by), connection.cursor() as cursor:
        SearchStaged.objects.filter(subject_kind=kind).delete()
        cursor.execute(_MOMENT)
        since = cursor.fetchone()[0]
    with acting_as(by):
        entries = iter(source(by.agency_id))
        for batch in _batches(entries):
            SearchStaged.objects.bulk_create(
                SearchStaged(
                    agency_id=by.agency_id,
                    subject_kind=kind,
                    subject_id=str(entry.subject_id),
                    title=plain(entry.title),
                    body=plain(entry.body),
                    url=entry.url,
                    readers=sorted(entry.readers),
                    sort_at=entry.sort_at,
                )
                for entry in batch
            )
    with acting_as(by), connection.cursor() as cursor:
        cursor.execute(_SWITCH if switch else _COMPARE, [by.agency_id, kind, since])
        difference = Difference(*cursor.fetchone())
        SearchStaged.objects.filter(subject_kind=kind).delete()
    return difference


def _batches(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    while batch := list(islice(entries, _BATCH)):
        yield batch
