"""The trail as JSON lines, for `python -m emoit_verify.audit` and for archives."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, TextIO

from emoit.kernel.access import Actor, acting_as
from emoit.kernel.audit.chain import facts
from emoit.kernel.audit.models import AuditEntry, AuditLink, AuditPending, AuditSeal

_BATCH = 2000


def export(target: TextIO, *, by: Actor, now: datetime, progress: Callable[[int], None]) -> int:
    """Write one header, the rows not yet sealed, the seals, then the sealed rows in order. Returns how many sealed.

    What is sealed while this runs appears twice rather than not at all: waiting rows are read first, links last.
    """
    with acting_as(by):
        _line(target, {"kind": "export", "version": 1, "made_at": _time(now)})
        waiting = list(AuditPending.objects.order_by("entry_id").values_list("entry_id", flat=True))
        for start in range(0, len(waiting), _BATCH):
            for entry in AuditEntry.objects.filter(pk__in=waiting[start : start + _BATCH]).order_by("pk"):
                _line(target, {"kind": "waiting", "entry": facts(entry)})
        for seal in AuditSeal.objects.order_by("last_seq").iterator(chunk_size=_BATCH):
            _line(
                target,
                {
                    "kind": "seal",
                    "seq": seal.last_seq,
                    "chain": bytes(seal.chain).hex(),
                    "sealed_at": _time(seal.sealed_at),
                    "stamp": bytes(seal.time_stamp).hex() if seal.time_stamp is not None else None,
                },
            )
        count = 0
        for row in _rows():
            _line(target, row)
            count += 1
            if count % _BATCH == 0:
                progress(count)
        for entry in _unlinked(set(waiting)):
            _line(target, {"kind": "waiting", "entry": facts(entry)})
        return count


def _rows() -> Iterator[dict[str, Any]]:
    last = 0
    while links := list(AuditLink.objects.filter(seq__gt=last).order_by("seq")[:_BATCH]):
        entries = AuditEntry.objects.in_bulk([link.entry_id for link in links])
        for link in links:
            entry = entries.get(link.entry_id)
            yield {
                "kind": "row",
                "seq": link.seq,
                "entry_id": link.entry_id,
                "salt": bytes(link.salt).hex(),
                "digest": bytes(link.digest).hex(),
                "chain": bytes(link.chain).hex(),
                "entry": facts(entry) if entry else None,
            }
        last = links[-1].seq


def _unlinked(known: set[int]) -> Iterator[AuditEntry]:
    """Entries that neither wait nor are sealed: someone has kept them from the sealer, and the verifier must see it."""
    linked = AuditLink.objects.values("entry_id")
    waiting = AuditPending.objects.values("entry_id")
    for entry in AuditEntry.objects.exclude(pk__in=linked).exclude(pk__in=waiting).order_by("pk"):
        if entry.pk not in known:
            yield entry


def _line(target: TextIO, value: dict[str, Any]) -> None:
    target.write(json.dumps(value, ensure_ascii=False) + "\n")


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
