"""A genuine trail and its anchors, made by the rules alone, without a database."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from emoit_verify.audit import GENESIS, digest_of

MADE_AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@dataclass
class Trail:
    rows: list[dict[str, Any]] = field(default_factory=list)
    seals: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    anchored: list[tuple[int, str]] = field(default_factory=list)

    def copy(self) -> Trail:
        return copy.deepcopy(self)

    def write(self, folder: Path) -> tuple[Path, Path]:
        header = {"kind": "export", "version": 1, "made_at": MADE_AT.isoformat()}
        lines = [header, *self.waiting, *self.seals, *self.rows]
        export, anchors = folder / "export", folder / "anchors"
        export.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
        previous, text = "0" * 64, ""
        for seq, chain in self.anchored:
            line = json.dumps({"seq": seq, "chain": chain, "time": "", "stamp": None, "previous": previous})
            previous = hashlib.sha256(line.encode()).hexdigest()
            text += line + "\n"
        anchors.write_text(text)
        return export, anchors


def entry(number: int, verb: str = "look", **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "agency_id": 1,
        "at": (MADE_AT - timedelta(hours=2, seconds=-number % 3600)).isoformat(timespec="microseconds"),
        "account_id": number % 7,
        "on_behalf_of_id": None,
        "actor_name": "Nguyễn Thị Lan",
        "verb": verb,
        "subject_kind": "dossier",
        "subject_id": str(number % 50),
        "details": {"from": "received", "to": "in_progress", "n": number},
        **changes,
    }


def relink(rows: list[dict[str, Any]], start: int = 0) -> None:
    """Give the rows from `start` on new numbers, digests and chain values, as one who owns the database could."""
    chain = bytes.fromhex(rows[start - 1]["chain"]) if start else GENESIS
    for index in range(start, len(rows)):
        row, seq = rows[index], index + 1
        digest = digest_of(row["entry"], bytes.fromhex(row["salt"]))
        chain = hashlib.sha256(chain + seq.to_bytes(8, "big") + digest).digest()
        row.update(seq=seq, entry_id=row["entry"]["id"], digest=digest.hex(), chain=chain.hex())


def row_of(given: dict[str, Any], salt: bytes) -> dict[str, Any]:
    return {"kind": "row", "salt": salt.hex(), "entry": given}


def genuine(length: int, every: int = 20, seed: int = 1) -> Trail:
    """`length` rows, a seal and an anchor after each `every` rows and at the end."""
    chance = random.Random(seed)
    trail = Trail(rows=[row_of(entry(n), chance.randbytes(16)) for n in range(1, length + 1)])
    relink(trail.rows)
    heads = sorted({*range(every, length + 1, every), length})
    for head in heads:
        chain = trail.rows[head - 1]["chain"]
        trail.seals.append(
            {"kind": "seal", "seq": head, "chain": chain, "sealed_at": MADE_AT.isoformat(), "stamp": None}
        )
        trail.anchored.append((head, chain))
    return trail


def reseal(trail: Trail) -> None:
    """Rewrite the seals inside the database to fit the rows; the anchors outside it stay."""
    for seal in trail.seals:
        if seal["seq"] <= len(trail.rows):
            seal["chain"] = trail.rows[seal["seq"] - 1]["chain"]
    trail.seals = [s for s in trail.seals if s["seq"] <= len(trail.rows)]
