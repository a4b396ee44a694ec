"""Chain new evidence, sign the head, have it time-stamped. One agency at a time; what fails is done by the next run."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.db import connection

from emoit.exchange import keys, metering
from emoit.exchange.envelopes import json_form
from emoit.exchange.envelopes.messages import written
from emoit.exchange.evidence import GENESIS, facts, next_chain
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.models import Evidence, Seal
from emoit.kernel.access import Actor, acting_as
from emoit.lib import crashpoints, timestamps

logger = logging.getLogger(__name__)

_LOCK = "select pg_advisory_xact_lock(7203004, %s)"
_LINK = """
    update exchange_evidence e set seq = v.seq, chain = v.chain
    from unnest(%s::bigint[], %s::bigint[], %s::bytea[]) as v (id, seq, chain) where e.id = v.id
"""
MOST = 2_000  # rows in one seal: no more than these are held in memory


def agencies_with_work(by: Actor) -> list[int]:
    """Agencies with evidence that is not chained, or with a head that is not stamped."""
    with acting_as(by):
        waiting = set(Evidence.objects.filter(seq=None).values_list("agency_id", flat=True).distinct())
        if settings.EMOIT_TSA_URL:
            waiting |= set(Seal.objects.filter(time_stamp=None).values_list("agency_id", flat=True).distinct())
    return sorted(waiting)


def seal(*, by: Actor, now: datetime, agency_id: int) -> int:
    """Chain what waits, up to MOST rows, and sign the head. Returns how many rows.

    0 as well where we have no key, or its token does not answer: nothing is chained then.
    """
    try:
        return _seal(by, now, agency_id)
    except BadEnvelope:
        return 0


def _seal(by: Actor, now: datetime, agency_id: int) -> int:
    with acting_as(by):
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [agency_id % 2**31])
        key = keys.own(agency_id, now)
        last = Evidence.objects.filter(agency_id=agency_id, seq__isnull=False).order_by("-seq").first()
        seq, chain = (last.seq or 0, bytes(last.chain or b"")) if last else (0, GENESIS)
        first, first_at = seq, now
        links: list[tuple[int, int, bytes]] = []
        for row in _waiting(agency_id):
            first_at = min(first_at, row.at)
            seq += 1
            chain = next_chain(chain, seq, facts(row))
            links.append((row.pk, seq, chain))
        with connection.cursor() as cursor:
            cursor.execute(_LINK, [list(column) for column in zip(*links, strict=True)] or [[], [], []])
        if seq > first:
            Seal.objects.create(
                agency_id=agency_id,
                last_seq=seq,
                first_at=first_at,
                chain=chain,
                signature=sign_head(agency_id, seq, chain, now, key),
                sealed_at=now,
            )
            metering.meter_messages([row_id for row_id, _, _ in links])
        crashpoints.reach("seal.chained")
        return seq - first


def _waiting(agency_id: int) -> list[Evidence]:
    """Rows that are seen, whatever their id: one that commits late waits for the next seal."""
    found = Evidence.objects.filter(agency_id=agency_id, seq=None).order_by("id").defer("content")
    return list(found[:MOST])


def sign_head(agency_id: int, seq: int, chain: bytes, now: datetime, key: keys.OwnKey) -> str:
    """What the time stamp is over, too: who says that the chain has this value after that many rows."""
    fields = {"agency_id": str(agency_id), "seq": str(seq), "chain": chain.hex(), "sealed_at": written(now)}
    return json_form.seal("seal", fields, None, key).decode()


def stamp(*, by: Actor, agency_id: int) -> bool:
    """Time-stamp the newest seal, which covers all before it. False where there is nothing to do or no answer."""
    if not settings.EMOIT_TSA_URL:
        return False
    with acting_as(by):
        head = Seal.objects.filter(agency_id=agency_id).order_by("-last_seq").first()
    if head is None or head.time_stamp is not None:
        return False
    try:
        token = timestamps.stamp(head.signature.encode(), settings.EMOIT_TSA_URL)
    except timestamps.NoTimeStamp as error:
        logger.warning("evidence to #%s of agency %s has no time stamp yet: %s", head.last_seq, agency_id, error)
        return False
    with acting_as(by):
        Seal.objects.filter(pk=head.pk, time_stamp=None).update(time_stamp=token)
    return True
