"""The evidence log as JSON lines, for `python -m emoit_verify.exchange` and for keeping elsewhere."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO

from emoit.exchange.envelopes.messages import written
from emoit.exchange.evidence import GENESIS, facts
from emoit.exchange.models import Certificate, Evidence, Seal
from emoit.kernel.access import Actor, Refusal, acting_as

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Archived:
    """`last_seq`: where the next archive goes on."""

    entries: int
    last_seq: int


def export(target: TextIO, *, by: Actor, now: datetime, after: int = 0) -> Archived:
    """Write what is sealed after number `after`, which is 0 or the head of a seal. Refusal `no_seal` otherwise.

    Bytes not sealed yet wait for the next archive. Archives hold whole messages: keep them as the database.
    """
    with acting_as(by):
        begun = Seal.objects.filter(agency_id=by.agency_id, last_seq=after).first()
        if after and begun is None:
            raise Refusal("Nhật ký không được niêm phong ở số này.", code="no_seal")
        seals = Seal.objects.filter(agency_id=by.agency_id, last_seq__gt=after).order_by("last_seq")
        header = {
            "kind": "archive",
            "version": 1,
            "agency_id": by.agency_id,
            "made_at": written(now),
            "after": after,
            "chain": bytes(begun.chain if begun else GENESIS).hex(),
        }
        _line(target, header)
        for certificate in Certificate.objects.filter(agency_id=by.agency_id).select_related("partner").order_by("id"):
            _line(target, _certificate(certificate))
        entries, last = 0, after
        for seal in seals.iterator(chunk_size=_BATCH):
            for row in _rows(by.agency_id, last, seal.last_seq):
                _line(target, _entry(row))
                entries += 1
            _line(target, _seal(seal))
            last = seal.last_seq
        _line(target, {"kind": "end", "entries": entries, "seq": last})
        return Archived(entries, last)


def _rows(agency_id: int, after: int, last: int) -> Iterator[Evidence]:
    rows = Evidence.objects.filter(agency_id=agency_id, seq__gt=after, seq__lte=last).order_by("seq")
    yield from rows.iterator(chunk_size=_BATCH)


def _entry(row: Evidence) -> dict[str, Any]:
    return {
        "kind": "entry",
        "seq": row.seq,
        "chain": bytes(row.chain or b"").hex(),
        "facts": facts(row),
        "content": base64.b64encode(bytes(row.content)).decode(),
    }


def _seal(seal: Seal) -> dict[str, Any]:
    stamp = base64.b64encode(bytes(seal.time_stamp)).decode() if seal.time_stamp is not None else None
    return {"kind": "seal", "seq": seal.last_seq, "signature": seal.signature, "stamp": stamp}


def _certificate(row: Certificate) -> dict[str, Any]:
    return {
        "kind": "certificate",
        "partner": row.partner.code if row.partner else "",
        "use": row.use,
        "fingerprint": row.fingerprint,
        "pem": row.pem,
        "retired_at": written(row.retired_at) if row.retired_at else None,
    }


def _line(target: TextIO, value: dict[str, Any]) -> None:
    target.write(json.dumps(value, ensure_ascii=False) + "\n")
