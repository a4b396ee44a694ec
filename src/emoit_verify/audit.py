"""Stand-alone proof of an audit trail: python -m emoit_verify.audit EXPORT --anchors FILE [--ca CA.pem]

Finds any change, deletion, insertion, swap, reordering or cut tail of what was sealed, and says at which number of the
chain. Knows nothing of the platform's code: only the export, the anchors kept outside the database and, with --ca, the
certificates of the time-stamping authority. Exit 0: genuine; 1: not; 2: cannot be read.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from emoit_verify.lines import Unreadable, read_lines

GENESIS = bytes(32)
ERASED = "erased"  # in the place of erased details: the salted hash that they had
# A row that is still not sealed so long after it was written was kept from the sealer.
LONGEST_WAIT = timedelta(minutes=5)
MOST_FINDINGS = 20


@dataclass(slots=True)
class Report:
    rows: int = 0
    waiting: int = 0
    erased: int = 0
    anchors: int = 0
    stamps: int = 0
    findings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def find(self, seq: int | str, words: str) -> None:
        self.findings.append(f"#{seq}: {words}")

    @property
    def genuine(self) -> bool:
        return not self.findings


def verify(export: Path, anchors: Path | None, ca: Path | None = None) -> Report:
    """Judge the export. Raises Unreadable when a file is missing or is no such file at all."""
    report = Report()
    heads = _read_anchors(anchors, report) if anchors else []
    chains = _walk(export, {seq for seq, _, _ in heads}, report)
    for seq, chain, stamp in heads:
        _check_anchor(seq, chain, report, chains)
        if stamp is not None:
            report.stamps += 1
            if ca is not None:
                _check_stamp(seq, chain, stamp, ca, report)
    if ca is not None and not report.stamps:
        report.notes.append("no anchor bears a time stamp")
    last = max((seq for seq, _, _ in heads), default=0)
    if anchors and report.rows > last:
        report.notes.append(f"{report.rows - last} rows after the last anchor are held by the chain alone")
    return report


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(entry: dict[str, Any], salt: bytes, *, erased: str = "") -> bytes:
    """SHA-256 over the facts with the salted hash of the details in their place; `erased` is that hash when known."""
    details = erased or hashlib.sha256(salt + canonical(entry["details"])).hexdigest()
    return hashlib.sha256(canonical({**entry, "details": details})).digest()


@dataclass(slots=True)
class _Walk:
    """The state of the walk along the chain: where we are, and what must still turn up."""

    seq: int = 0
    chain: bytes = GENESIS
    erased: dict[int, int] = field(default_factory=dict)  # entry id -> seq of erased rows
    erasures: set[str] = field(default_factory=set)  # entry ids that an audit.erase row names
    seen: set[int] = field(default_factory=set)
    wanted: set[int] = field(default_factory=set)
    kept: dict[int, bytes] = field(default_factory=dict)


def _walk(export: Path, wanted: set[int], report: Report) -> dict[int, bytes]:
    """Check every line; returns the chain's value at the wanted numbers and at the last one."""
    walk, seals, waiting, made_at = _Walk(wanted=set(wanted)), [], [], None
    for line in read_lines(export):
        kind = line.get("kind")
        if kind == "export":
            made_at = datetime.fromisoformat(line["made_at"])
        elif kind == "row":
            _check_row(line, walk, report)
        elif kind == "seal":
            seals.append((int(line["seq"]), bytes.fromhex(line["chain"])))
            walk.wanted.add(int(line["seq"]))
        elif kind == "waiting":
            waiting.append(line["entry"])
        else:
            raise Unreadable(f"{export}: a line of unknown kind {kind!r}")
    if made_at is None:
        raise Unreadable(f"{export}: no header; is this an export of the audit trail?")
    report.rows, walk.kept[walk.seq] = walk.seq, walk.chain
    _check_seals(seals, walk, report)
    _check_waiting(waiting, walk, made_at, report)
    for entry_id, seq in walk.erased.items():
        if str(entry_id) not in walk.erasures:
            report.find(seq, f"details of entry {entry_id} are gone, but no row tells of a lawful erasure")
    return walk.kept


def _check_seals(seals: list[tuple[int, bytes]], walk: _Walk, report: Report) -> None:
    for seq, chain in seals:
        _check_anchor(seq, chain, report, walk.kept, what="seal")
    last = max((seq for seq, _ in seals), default=0)
    if last < walk.seq:
        report.find(last + 1, "rows beyond the last seal")


def _check_row(line: dict[str, Any], walk: _Walk, report: Report) -> None:
    seq, digest, chain = int(line["seq"]), bytes.fromhex(line["digest"]), bytes.fromhex(line["chain"])
    salt, entry = bytes.fromhex(line["salt"]), line["entry"]
    if seq != walk.seq + 1:
        words = "a row is missing before this one" if seq > walk.seq + 1 else "a row out of order or inserted"
        report.find(seq, f"{words} (expected #{walk.seq + 1})")
    expected = hashlib.sha256(walk.chain + seq.to_bytes(8, "big") + digest).digest()
    if chain != expected:
        report.find(seq, "the chain breaks here")
    _check_entry(seq, line["entry_id"], entry, salt, digest, walk, report)
    if seq in walk.wanted:
        walk.kept[seq] = chain
    walk.seq, walk.chain = seq, chain  # go on from what is written, so that each break is told once


def _check_entry(
    seq: int, entry_id: int, entry: dict[str, Any] | None, salt: bytes, digest: bytes, walk: _Walk, report: Report
) -> None:
    if entry is None:
        report.find(seq, f"entry {entry_id} was deleted")
        return
    if entry["id"] != entry_id or entry_id in walk.seen:
        report.find(seq, f"another entry stands in the place of {entry_id}")
    walk.seen.add(entry_id)
    erased = str(entry["details"].get(ERASED, "")) if not salt else ""
    if erased:
        walk.erased[entry_id] = seq
        report.erased += 1
    if digest_of(entry, salt, erased=erased) != digest:
        report.find(seq, f"entry {entry_id} was changed")
    elif entry["verb"] == "audit.erase" and entry["subject_kind"] == "audit_entry":
        walk.erasures.add(entry["subject_id"])


def _check_waiting(waiting: list[dict[str, Any]], walk: _Walk, made_at: datetime, report: Report) -> None:
    for entry in waiting:
        if entry["id"] in walk.seen:
            continue  # sealed while the export ran
        report.waiting += 1
        if entry["verb"] == "audit.erase":
            walk.erasures.add(entry["subject_id"])
        if made_at - datetime.fromisoformat(entry["at"]) > LONGEST_WAIT:
            report.find("-", f"entry {entry['id']} of {entry['at']} was never sealed: inserted or kept from the sealer")


def _check_anchor(seq: int, chain: bytes, report: Report, chains: dict[int, bytes], *, what: str = "anchor") -> None:
    if seq not in chains:
        report.find(seq, f"the {what} names this row, but the trail ends before it: its tail was cut")
    elif chains[seq] != chain:
        report.find(seq, f"the chain differs from its {what}: rewritten here or before")


def _read_anchors(path: Path, report: Report) -> list[tuple[int, bytes, bytes | None]]:
    """(seq, chain, stamp) of each anchor; the file's own chain of hashes is checked on the way."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise Unreadable(f"{path}: {error}") from error
    previous, found = "0" * 64, []
    for number, raw in enumerate(lines, 1):
        try:
            line = json.loads(raw)
            stamp = base64.b64decode(line["stamp"]) if line["stamp"] else None
            found.append((int(line["seq"]), bytes.fromhex(line["chain"]), stamp))
        except (ValueError, KeyError, TypeError) as error:
            raise Unreadable(f"{path}: line {number} is not an anchor") from error
        if line["previous"] != previous:
            report.find(found[-1][0], f"line {number} of the anchors does not follow from the line before")
        previous = hashlib.sha256(raw).hexdigest()
    report.anchors = len(found)
    if not found:
        raise Unreadable(f"{path}: no anchors")
    return found


def _check_stamp(seq: int, chain: bytes, stamp: bytes, ca: Path, report: Report) -> None:
    from emoit_verify.timestamp import StampInvalid, check

    try:
        check(stamp, chain, ca)
    except StampInvalid as error:
        report.find(seq, f"the time stamp does not hold: {error}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m emoit_verify.audit", description=__doc__)
    parser.add_argument("export", type=Path)
    parser.add_argument("--anchors", type=Path, help="the file of anchors kept outside the database")
    parser.add_argument("--ca", type=Path, help="PEM certificates that the time-stamping authority hangs from")
    given = parser.parse_args(arguments)
    try:
        report = verify(given.export, given.anchors, given.ca)
    except Unreadable as error:
        sys.stderr.write(f"cannot be read: {error}\n")
        return 2
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as error:
        sys.stderr.write(f"cannot be read: a line lacks or garbles {error}\n")
        return 2
    for finding in report.findings[:MOST_FINDINGS]:
        sys.stdout.write(f"NOT GENUINE {finding}\n")
    for note in [*report.notes, *([] if given.anchors else ["without --anchors a rewritten chain is not found"])]:
        sys.stdout.write(f"note: {note}\n")
    sys.stdout.write(
        f"{'genuine' if report.genuine else 'NOT GENUINE'}: {report.rows} sealed rows, "
        f"{report.waiting} not yet sealed, {report.erased} lawfully erased, "
        f"{report.anchors} anchors, {report.stamps} time stamps\n"
    )
    return 0 if report.genuine else 1


if __name__ == "__main__":
    sys.exit(main())
