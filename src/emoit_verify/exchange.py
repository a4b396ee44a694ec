"""Stand-alone proof of exchanged messages: python -m emoit_verify.exchange ARCHIVE… --signer OURS.pem [--ca CA.pem]

Archives are given in the order in which they were made. Each kind of damage has its own word: content_changed,
entry_changed, chain_broken, missing, out_of_order, repeated, cut_tail, unsealed, seal_mismatch, seal_signature,
seal_signer, stamp, unstamped, message_signature, message_mismatch, surplus, gap. Knows nothing of the platform's code.
Exit 0: genuine; 1: not; 2: cannot be read.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from emoit_verify.exchange_signature import SignatureInvalid, check, named_certificate
from emoit_verify.lines import Unreadable, read_lines

MOST_FINDINGS = 20
JSON_TYPE = "application/json"
TYPES = {"sent": "message", "received": "message", "sent_receipt": "receipt", "received_receipt": "receipt"}


@dataclass(slots=True)
class Report:
    entries: int = 0
    seals: int = 0
    stamps: int = 0
    findings: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def find(self, code: str, seq: int | str, words: str) -> None:
        self.findings.append((code, f"#{seq}: {words}"))

    @property
    def genuine(self) -> bool:
        return not self.findings

    @property
    def codes(self) -> set[str]:
        return {code for code, _ in self.findings}


@dataclass(slots=True)
class _Walk:
    """Where we are along the chain."""

    seq: int = -1
    chain: bytes = b""
    agency_id: int = 0
    sealed: int = -1
    entries: int = 0
    ended: bool = False
    stamped: bool = False
    seen: set[str] = field(default_factory=set)
    certificates: dict[str, tuple[str, x509.Certificate]] = field(default_factory=dict)  # fingerprint -> (partner, …)


def verify(archives: list[Path], signer: Path | None = None, ca: Path | None = None) -> Report:
    """Judge the archives as one log. Raises Unreadable when a file is missing or is no archive."""
    report, walk = Report(), _Walk()
    trusted = _trusted(signer) if signer else None
    for archive in archives:
        walk.ended, walk.entries = False, 0
        lines = read_lines(archive)
        _begin(next(lines, {}), archive, walk, report)
        for line in lines:
            _judge(line, walk, report, trusted, ca)
        if not walk.ended:
            report.find("cut_tail", walk.seq, f"{archive.name} has no end: its tail was cut")
        if walk.sealed < walk.seq:
            report.find("unsealed", walk.seq, "entries beyond the last seal")
    if not report.seals:
        report.find("unsealed", walk.seq, "no seal is in it: it proves nothing, perhaps it was emptied")
    report.entries = len(walk.seen)
    if ca is not None and not walk.stamped and report.seals:
        report.find("unstamped", walk.sealed, "the last seal bears no time stamp")
    if signer is None:
        report.notes.append("without --signer a log that was rewritten and signed by another key is not found")
    if ca is None:
        report.notes.append("without --ca time stamps are not judged")
    return report


def _begin(line: dict[str, Any], archive: Path, walk: _Walk, report: Report) -> None:
    if line.get("kind") != "archive" or line.get("version") != 1:
        raise Unreadable(f"{archive}: no header; is this an archive of exchanged messages?")
    after, chain = int(line["after"]), bytes.fromhex(line["chain"])
    if walk.seq >= 0 and (after, chain, line["agency_id"]) != (walk.seq, walk.chain, walk.agency_id):
        report.find("gap", after, f"{archive.name} does not go on where the archive before it ended")
    elif walk.seq < 0 and after == 0 and chain != bytes(32):
        report.find("chain_broken", 0, "the log does not begin at its beginning")
    walk.seq, walk.chain, walk.agency_id, walk.sealed = after, chain, int(line["agency_id"]), after


def _judge(line: dict[str, Any], walk: _Walk, report: Report, trusted: set[str] | None, ca: Path | None) -> None:
    kind = line.get("kind")
    if walk.ended:
        report.find("surplus", walk.seq, "something follows the end")
    elif kind == "certificate":
        certificate = x509.load_pem_x509_certificate(line["pem"].encode())
        walk.certificates[_fingerprint(certificate)] = (line["partner"], certificate)
    elif kind == "entry":
        _entry(line, walk, report)
    elif kind == "seal":
        _seal(line, walk, report, trusted, ca)
    elif kind == "end":
        walk.ended = True
        if (line["entries"], line["seq"]) != (walk.entries, walk.seq):
            report.find("cut_tail", walk.seq, f"{line['entries']} entries to #{line['seq']} were archived")
    else:
        report.find("surplus", walk.seq, f"a line of unknown kind {kind!r}")


def _entry(line: dict[str, Any], walk: _Walk, report: Report) -> None:
    seq, chain, facts = int(line["seq"]), bytes.fromhex(line["chain"]), line["facts"]
    content = base64.b64decode(line["content"])
    if seq > walk.seq + 1:
        report.find("missing", seq, f"entries from #{walk.seq + 1} are missing before this one")
    elif seq <= walk.seq:
        report.find("out_of_order", seq, f"it stands after #{walk.seq}")
    is_written_so = base64.b64encode(content).decode() == line["content"]  # no bit of it may differ
    if hashlib.sha256(content).hexdigest() != facts["digest"] or not is_written_so:
        report.find("content_changed", seq, f"the bytes of message {facts['message_id']} were changed")
    link = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    expected = hashlib.sha256(walk.chain + seq.to_bytes(8, "big") + hashlib.sha256(link).digest()).digest()
    if expected != chain:
        report.find("chain_broken", seq, "the chain breaks here: this entry or its place was changed")
    name = f"{facts['id']}"
    if name in walk.seen:
        report.find("repeated", seq, f"entry {name} stands here again")
    walk.seen.add(name)
    _message(seq, facts, content, walk, report)
    walk.seq, walk.chain, walk.entries = seq, chain, walk.entries + 1


def _message(seq: int, facts: dict[str, Any], content: bytes, walk: _Walk, report: Report) -> None:
    """Who signed it, and that it is the message that the entry names. XML is held by its digest alone."""
    kind = TYPES.get(facts["kind"])
    if kind is None:
        report.find("entry_changed", seq, f"of unknown kind {facts['kind']!r}")
        return
    if facts["media_type"] != JSON_TYPE:
        note = "signatures in XML are held by the chain alone"
        report.notes += [] if note in report.notes else [note]
        return
    try:
        signed = json.loads(content)
        partner, certificate = walk.certificates[named_certificate(signed)]
        fields = check(signed, certificate, f"emoit-{kind}+json")
    except (SignatureInvalid, KeyError, ValueError, TypeError) as error:
        report.find("message_signature", seq, f"message {facts['message_id']}: {error}")
        return
    is_ours = facts["kind"] in {"sent", "received_receipt"}
    expected = "" if is_ours else facts["partner"]
    named = fields.get("message_id" if kind == "receipt" else "id")
    if partner != expected or named != facts["message_id"]:
        report.find("message_mismatch", seq, "the entry names another message or another signer")
        return
    if kind == "message" and hashlib.sha256(base64.b64decode(signed["body"])).hexdigest() != fields["digest"]:
        report.find("message_signature", seq, f"message {facts['message_id']}: its payload is not the signed one")


def _seal(line: dict[str, Any], walk: _Walk, report: Report, trusted: set[str] | None, ca: Path | None) -> None:
    report.seals += 1
    seq = int(line["seq"])
    try:
        signed = json.loads(line["signature"])
        fingerprint = named_certificate(signed)
        partner, certificate = walk.certificates[fingerprint]
        fields = check(signed, certificate, "emoit-seal+json")
    except (SignatureInvalid, KeyError, ValueError, TypeError) as error:
        report.find("seal_signature", seq, f"the seal's signature does not hold: {error}")
        return
    if partner or (trusted is not None and fingerprint not in trusted):
        report.find("seal_signer", seq, "the seal was made by a key that is not ours")
    if (fields["agency_id"], int(fields["seq"]), fields["chain"]) != (
        str(walk.agency_id),
        walk.seq,
        walk.chain.hex(),
    ) or seq != walk.seq:
        report.find("seal_mismatch", seq, "the seal is of another state of the log: it was rewritten or cut")
    walk.sealed, walk.stamped = walk.seq, False
    if line["stamp"]:
        _stamp(seq, base64.b64decode(line["stamp"]), line["signature"].encode(), walk, report, ca)


def _stamp(seq: int, token: bytes, sealed: bytes, walk: _Walk, report: Report, ca: Path | None) -> None:
    from emoit_verify.timestamp import StampInvalid
    from emoit_verify.timestamp import check as check_stamp

    report.stamps += 1
    walk.stamped = True
    if ca is None:
        return
    try:
        check_stamp(token, sealed, ca)
    except StampInvalid as error:
        report.find("stamp", seq, f"the time stamp does not hold: {error}")


def _trusted(signer: Path) -> set[str]:
    try:
        return {_fingerprint(one) for one in x509.load_pem_x509_certificates(signer.read_bytes())}
    except (OSError, ValueError) as error:
        raise Unreadable(f"{signer}: {error}") from error


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m emoit_verify.exchange", description=__doc__)
    parser.add_argument("archives", type=Path, nargs="+")
    parser.add_argument("--signer", type=Path, help="PEM certificates of ours, from where they were published")
    parser.add_argument("--ca", type=Path, help="PEM certificates that the time-stamping authority hangs from")
    given = parser.parse_args(arguments)
    try:
        report = verify(given.archives, given.signer, given.ca)
    except Unreadable as error:
        sys.stderr.write(f"cannot be read: {error}\n")
        return 2
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError, x509.InvalidVersion) as error:
        sys.stderr.write(f"cannot be read: a line lacks or garbles {error}\n")
        return 2
    for code, finding in report.findings[:MOST_FINDINGS]:
        sys.stdout.write(f"NOT GENUINE {code} {finding}\n")
    for note in report.notes:
        sys.stdout.write(f"note: {note}\n")
    sys.stdout.write(
        f"{'genuine' if report.genuine else 'NOT GENUINE'}: {report.entries} entries, "
        f"{report.seals} seals, {report.stamps} time stamps\n"
    )
    return 0 if report.genuine else 1


if __name__ == "__main__":
    sys.exit(main())
