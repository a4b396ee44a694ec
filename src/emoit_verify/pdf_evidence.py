"""Whom and what to trust about a signature: the file's own evidence first, the services where they may be asked.

The rule is that of PAdES B-LTA. The last document time stamp is judged now; each earlier one, and every signature
before it, at the moment that the next stamp proves, with the revocation data that this stamp covers. So a file of years
ago still proves itself, and revocation data added later proves nothing.
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import TypeVar

from asn1crypto import ocsp, x509
from asn1crypto.crl import CertificateList
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, StandardDiffPolicy
from pyhanko.sign.diff_analysis.form_rules_api import FormUpdatingRule
from pyhanko.sign.diff_analysis.rules.form_field_rules import SigFieldCreationRule, SigFieldModificationRule
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    DocumentTimestampStatus,
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko_certvalidator import ValidationContext

T = TypeVar("T")
RevocationData = tuple[Sequence[CertificateList], Sequence[ocsp.OCSPResponse]]
Finding = PdfSignatureStatus | DocumentTimestampStatus

# After a signature only further signatures and their archive data may be added, never the values of form fields:
# pyHanko's usual policy allows those, and one published attack uses it.
STRICT_CHANGES = StandardDiffPolicy(
    global_rules=DEFAULT_DIFF_POLICY.global_rules,
    form_rule=FormUpdatingRule(field_rules=[SigFieldCreationRule(), SigFieldModificationRule()]),  # type: ignore[no-untyped-call]
)
# The clocks of an authority and of its time stamping differ by so much at most.
TOLERANCE = timedelta(seconds=60)


class Standing(enum.Enum):
    ARCHIVED = enum.auto()  # proved by the file alone
    CONFIRMED = enum.auto()  # confirmed by the services now
    REVOKED = enum.auto()
    UNTRUSTED = enum.auto()
    WRONG_TIME_STAMP = enum.auto()


@dataclass(frozen=True, slots=True)
class Trust:
    standing: Standing
    stamped_at: datetime | None


@dataclass(frozen=True)
class Evidence:
    """One document's document time stamps in their order, and the terms of the judgment.

    `roots` are trusted, `others` help to reach them, `at` is the moment of judging, `online` allows asking services.
    """

    roots: tuple[x509.Certificate, ...]
    others: tuple[x509.Certificate, ...]
    at: datetime
    online: bool
    stamps: tuple[EmbeddedPdfSignature, ...]

    @property
    def known(self) -> tuple[x509.Certificate, ...]:
        return (*self.roots, *self.others)

    def look_at(self, embedded: EmbeddedPdfSignature) -> PdfSignatureStatus:
        """The bytes of a signature; its `trusted` means nothing here."""
        context = self._context(self.at, "soft-fail")
        return _run(lambda c: async_validate_pdf_signature(embedded, c, diff_policy=STRICT_CHANGES), context)

    def look_at_stamp(self, embedded: EmbeddedPdfSignature) -> DocumentTimestampStatus:
        """The bytes of a document time stamp; its `trusted` means nothing here."""
        context = self._context(self.at, "soft-fail")
        return _run(lambda c: async_validate_pdf_timestamp(embedded, c, diff_policy=STRICT_CHANGES), context)

    def is_proved(self, stamp: EmbeddedPdfSignature) -> bool:
        return any(stamp is one for one, _ in self._proved)

    def trust_in(self, embedded: EmbeddedPdfSignature) -> Trust:
        """Whether an intact signature's certificate was good when a stamp proves that the signature was there."""
        after = [(stamp, at) for stamp, at in self._proved if stamp.signed_revision > embedded.signed_revision]
        trust = Trust(Standing.UNTRUSTED, None)
        if after:
            stamp, at = min(after, key=lambda pair: pair[0].signed_revision)
            context = self._context(at, "require", revocation=_revocation_data(stamp))
            trust = _trust(embedded, context, self._context(at, "soft-fail"), Standing.ARCHIVED)
        if trust.standing is Standing.UNTRUSTED and self.online:
            return _trust(embedded, self._asking("require"), self._asking("require"), Standing.CONFIRMED)
        return trust

    @cached_property
    def _proved(self) -> list[tuple[EmbeddedPdfSignature, datetime]]:
        """Document time stamps that hold, last first, with the moment that each proves.

        Online the last authority's revocation is asked for; a service that does not answer is no proof against it.
        """
        proved: list[tuple[EmbeddedPdfSignature, datetime]] = []
        at = self.at
        for number, stamp in enumerate(reversed(self.stamps)):
            context = self._asking("soft-fail") if self.online and not number else self._context(at, "soft-fail")
            status = _run(partial(async_validate_pdf_timestamp, stamp, diff_policy=STRICT_CHANGES), context)
            if not (status.intact and status.valid and status.trusted and status.timestamp <= at + TOLERANCE):
                break
            at = status.timestamp
            proved.append((stamp, at))
        return proved

    def _context(
        self,
        at: datetime,
        mode: str,
        revocation: tuple[Sequence[CertificateList], Sequence[ocsp.OCSPResponse]] = ((), ()),
    ) -> ValidationContext:
        crls, responses = revocation
        return ValidationContext(
            trust_roots=list(self.roots),
            other_certs=self.others,
            moment=at,
            crls=crls,
            ocsps=responses,
            revocation_mode=mode,
            time_tolerance=TOLERANCE,
        )

    def _asking(self, mode: str) -> ValidationContext:
        return ValidationContext(
            trust_roots=list(self.roots), other_certs=self.others, allow_fetching=True, revocation_mode=mode
        )


def _trust(
    embedded: EmbeddedPdfSignature, context: ValidationContext, of_stamps: ValidationContext, good: Standing
) -> Trust:
    status = _run(lambda c: async_validate_pdf_signature(embedded, c, of_stamps, skip_diff=True), context, of_stamps)
    if not status.trusted:
        return Trust(Standing.REVOKED if status.revoked else Standing.UNTRUSTED, None)
    stamp = status.timestamp_validity
    if stamp and not (stamp.intact and stamp.valid and stamp.trusted):
        return Trust(Standing.WRONG_TIME_STAMP, None)
    return Trust(good, stamp.timestamp if stamp else None)


def _revocation_data(stamp: EmbeddedPdfSignature) -> RevocationData:
    """CRLs and OCSP answers that the stamp covers."""
    try:
        store = DocumentSecurityStore.read_dss(stamp.reader.get_historical_resolver(stamp.signed_revision))
    except NoDSSFoundError:
        return [], []
    crls = [CertificateList.load(one.get_object().data) for one in store.crls]
    return crls, [ocsp.OCSPResponse.load(one.get_object().data) for one in store.ocsps]


def _run(check: Callable[[ValidationContext], Awaitable[T]], *contexts: ValidationContext) -> T:
    async def run() -> T:
        try:
            return await check(contexts[0])
        finally:
            for context in contexts:
                await context.aclose()  # type: ignore[no-untyped-call]

    return asyncio.run(run())
