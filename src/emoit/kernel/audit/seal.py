"""Chain the new rows, stamp the head, write it down outside the database. Twenty seconds at most, sixty in trouble."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connection

from emoit.kernel.access import Actor, acting_as
from emoit.kernel.audit import anchors
from emoit.kernel.audit.chain import GENESIS, SALT_BYTES, digest_of, facts, next_chain
from emoit.kernel.audit.models import AuditEntry, AuditLink, AuditPending, AuditSeal
from emoit.lib import timestamps

logger = logging.getLogger(__name__)

ANCHOR_FILE = "audit.anchors"
# One sealer at a time; the number names this lock among the advisory ones.
_LOCK = "select pg_advisory_xact_lock(7203001)"
_BATCH = 2000


def seal_new(*, by: Actor, now: datetime) -> int:
    """Chain every visible row that waits and write a seal over the head. Returns how many rows.

    A row is taken when it is seen, whatever its id: a transaction that commits late leaves its row for the next seal.
    """
    with acting_as(by):
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)
        last = AuditLink.objects.order_by("-seq").first()
        seq, chain = (last.seq, bytes(last.chain)) if last else (0, GENESIS)
        first = seq
        waiting = AuditPending.objects.order_by("entry_id").values_list("entry_id", flat=True)
        ids = iter(list(waiting))
        while batch := list(islice(ids, _BATCH)):
            seq, chain = _chain(AuditEntry.objects.filter(pk__in=batch).order_by("pk"), seq, chain)
            AuditPending.objects.filter(pk__in=batch).delete()
        if seq > first:
            AuditSeal.objects.create(last_seq=seq, chain=chain, sealed_at=now)
        return seq - first


def _chain(entries: Iterable[AuditEntry], seq: int, chain: bytes) -> tuple[int, bytes]:
    links = []
    for entry in entries:
        seq, salt = seq + 1, os.urandom(SALT_BYTES)
        digest = digest_of(facts(entry), salt)
        chain = next_chain(chain, seq, digest)
        links.append(
            AuditLink(seq=seq, agency_id=entry.agency_id, entry_id=entry.pk, salt=salt, digest=digest, chain=chain)
        )
    AuditLink.objects.bulk_create(links)
    return seq, chain


def stamp_head(*, by: Actor) -> None:
    """Time-stamp the latest seal, which covers all before it. Without an answer it waits for the next run."""
    if not settings.EMOIT_TSA_URL:
        return
    with acting_as(by):
        head = AuditSeal.objects.order_by("-last_seq").first()
    if head is None or head.time_stamp is not None:
        return
    try:
        token = timestamps.stamp(bytes(head.chain), settings.EMOIT_TSA_URL)
    except timestamps.NoTimeStamp as error:
        logger.warning("the head #%s is sealed without a time stamp for now: %s", head.last_seq, error)
        return
    with acting_as(by):
        AuditSeal.objects.filter(pk=head.pk).update(time_stamp=token)
    if head.anchored_at is not None:
        anchors.append(anchor_file(), _anchor(head, token))


def anchor_heads(*, by: Actor, now: datetime) -> int:
    """Append every seal that is not yet anchored to the file outside the database. Returns how many."""
    with acting_as(by):
        waiting = list(AuditSeal.objects.filter(anchored_at=None).order_by("last_seq"))
    for seal in waiting:
        stamp = bytes(seal.time_stamp) if seal.time_stamp is not None else None
        anchors.append(anchor_file(), _anchor(seal, stamp))
        with acting_as(by):
            AuditSeal.objects.filter(pk=seal.pk).update(anchored_at=now)
    return len(waiting)


def anchor_file() -> Path:
    return Path(settings.EMOIT_ANCHORS) / ANCHOR_FILE


def _anchor(seal: AuditSeal, stamp: bytes | None) -> anchors.Anchor:
    return anchors.Anchor(seq=seal.last_seq, chain=bytes(seal.chain), at=seal.sealed_at, stamp=stamp)
