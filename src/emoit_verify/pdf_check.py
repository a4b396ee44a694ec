"""Judges the signatures of a PDF. Knows pyHanko and nothing of emoit.

Whatever raises while a signature is judged makes the document not genuine, never "unknown": most of the published
attacks on signed PDFs end in an exception of the parser.
"""

from __future__ import annotations

import enum
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel

from emoit_verify.pdf_envelope import has_stray_bytes
from emoit_verify.pdf_evidence import Evidence, Finding, Standing

T = TypeVar("T")
U = TypeVar("U")

ENDING = re.compile(rb"%%EOF[\r\n \t]*\Z")


class Trouble(enum.StrEnum):
    """Why one signature does not count."""

    CHANGED = "changed"  # the signed bytes are not what was signed
    EXTENDED = "extended"  # something other than signatures was added afterwards
    UNCOVERED = "uncovered"  # the signature leaves part of the document out
    FORGED = "forged"  # the signature does not fit the certificate
    REVOKED = "revoked"
    UNTRUSTED = "untrusted"
    TIME_STAMP = "time_stamp"  # the time stamp is not valid or not trusted
    UNREADABLE = "unreadable"  # judging it failed


class Level(enum.StrEnum):
    """How long the signature can be judged."""

    ARCHIVED = "archived"  # B-LTA: from the file alone, for as long as the archive time stamp stands
    ONLINE = "online"  # only while the certification service answers


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """`signed_at` is aware; `time_proved` tells a time stamp's moment from the signer's own clock."""

    field: str
    signer: str
    organization: str
    signed_at: datetime | None
    time_proved: bool
    whole_document: bool
    level: Level | None
    trouble: Trouble | None

    @property
    def genuine(self) -> bool:
        return self.trouble is None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`genuine` only if there is a signature and nothing at all is wrong. Not readable: no PDF that can be judged."""

    readable: bool
    encrypted: bool
    signatures: tuple[SignatureVerdict, ...]
    troubles: tuple[Trouble, ...]

    @property
    def genuine(self) -> bool:
        return self.readable and bool(self.signatures) and not self.troubles


UNREADABLE = Verdict(readable=False, encrypted=False, signatures=(), troubles=())
BROKEN = Verdict(readable=True, encrypted=False, signatures=(), troubles=(Trouble.UNREADABLE,))


TROUBLE_OF = {
    Standing.REVOKED: Trouble.REVOKED,
    Standing.UNTRUSTED: Trouble.UNTRUSTED,
    Standing.WRONG_TIME_STAMP: Trouble.TIME_STAMP,
}


def verify_pdf(
    content: bytes,
    certificates: Sequence[x509.Certificate],
    *,
    online: bool = False,
    at: datetime | None = None,
) -> Verdict:
    """Judge every signature of a PDF. Self-signed `certificates` are trusted, the others help to reach them.

    Without `online` nothing is asked of any service: what the file does not prove is not trusted. `at` (aware) is the
    moment for which the judgment is asked, now unless given; services answer about now only.
    """
    claims_signature = b"/ByteRange" in content
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=True)
        if reader.encrypted:
            return Verdict(readable=False, encrypted=True, signatures=(), troubles=())
        signatures = list(reader.embedded_signatures)
        if int(reader.root["/Pages"]["/Count"]) < 1:
            return UNREADABLE
    except Exception:  # noqa: BLE001 - whatever raises is not genuine
        return BROKEN if claims_signature else UNREADABLE
    if not signatures:
        return BROKEN if claims_signature else Verdict(readable=True, encrypted=False, signatures=(), troubles=())
    evidence = Evidence(
        roots=tuple(c for c in certificates if c.self_issued),
        others=tuple(c for c in certificates if not c.self_issued),
        at=at or datetime.now(UTC),
        online=online and at is None,
        stamps=tuple(one for one in signatures if _guarded(partial(_is_archive_stamp, one), otherwise=False)),
    )
    return _judge(content, signatures, evidence)


def _judge(content: bytes, embedded: Sequence[EmbeddedPdfSignature], evidence: Evidence) -> Verdict:
    signatures = []
    troubles: list[Trouble] = []
    for one in embedded:
        if _guarded(partial(_is_archive_stamp, one), otherwise=False):
            trouble = _guarded(partial(_archive_trouble, one, evidence), Trouble.UNREADABLE)
        else:
            verdict = _guarded(partial(_signature, one, evidence), None) or _unreadable(one)
            signatures.append(verdict)
            trouble = verdict.trouble
        troubles += [trouble] if trouble else []
    if not ENDING.search(content[-64:]):
        troubles.append(Trouble.EXTENDED)
    return Verdict(readable=True, encrypted=False, signatures=tuple(signatures), troubles=tuple(troubles))


def _is_archive_stamp(embedded: EmbeddedPdfSignature) -> bool:
    return str(embedded.sig_object["/Type"]) == "/DocTimeStamp"


def _guarded(judge: Callable[[], T], otherwise: U) -> T | U:
    try:
        return judge()
    except Exception:  # noqa: BLE001 - whatever raises is not genuine
        return otherwise


def _unreadable(embedded: EmbeddedPdfSignature) -> SignatureVerdict:
    return SignatureVerdict(
        field=str(_guarded(lambda: embedded.field_name, "")),
        signer=_guarded(lambda: _name(embedded, "common_name"), ""),
        organization=_guarded(lambda: _name(embedded, "organization_name"), ""),
        signed_at=None,
        time_proved=False,
        whole_document=False,
        level=None,
        trouble=Trouble.UNREADABLE,
    )


def _signature(embedded: EmbeddedPdfSignature, evidence: Evidence) -> SignatureVerdict:
    status = evidence.look_at(embedded)
    trouble, level, proved_at = _integrity_trouble(status), None, None
    if trouble is None:
        trust = evidence.trust_in(embedded)
        trouble, proved_at = TROUBLE_OF.get(trust.standing), trust.stamped_at
        level = {Standing.ARCHIVED: Level.ARCHIVED, Standing.CONFIRMED: Level.ONLINE}.get(trust.standing)
        if trouble is None and has_stray_bytes(embedded, evidence.known):
            trouble, level = Trouble.CHANGED, None
    return SignatureVerdict(
        field=str(embedded.field_name),
        signer=_name(embedded, "common_name"),
        organization=_name(embedded, "organization_name"),
        signed_at=proved_at or embedded.self_reported_timestamp,
        time_proved=proved_at is not None,
        whole_document=trouble not in {Trouble.UNCOVERED, Trouble.EXTENDED, Trouble.CHANGED},
        level=level,
        trouble=trouble,
    )


def _archive_trouble(embedded: EmbeddedPdfSignature, evidence: Evidence) -> Trouble | None:
    """Of a document time stamp: its bytes, what came after it, and whether its authority is trusted."""
    trouble = _integrity_trouble(evidence.look_at_stamp(embedded))
    if trouble is None and not evidence.is_proved(embedded):
        return Trouble.TIME_STAMP
    if trouble is None and has_stray_bytes(embedded, evidence.known):
        return Trouble.CHANGED
    return trouble


def _integrity_trouble(status: Finding) -> Trouble | None:
    """What is wrong with the bytes, leaving trust aside."""
    if not status.intact:
        return Trouble.CHANGED
    if not status.valid:
        return Trouble.FORGED
    if status.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return None
    if status.coverage is not SignatureCoverageLevel.ENTIRE_REVISION:
        return Trouble.UNCOVERED
    allowed = {ModificationLevel.NONE, ModificationLevel.LTA_UPDATES, ModificationLevel.FORM_FILLING}
    if status.modification_level not in allowed or status.docmdp_ok is False:
        return Trouble.EXTENDED
    return None


def _name(embedded: EmbeddedPdfSignature, attribute: str) -> str:
    value = embedded.signer_cert.subject.native.get(attribute, "")
    return value if isinstance(value, str) else ", ".join(map(str, value))
