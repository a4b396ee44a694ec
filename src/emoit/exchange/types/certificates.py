"""Certificates as operators see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from emoit.exchange.types.choices import Revocation, Standing, Use


@dataclass(frozen=True, slots=True)
class CertificateText:
    """What a certificate says of itself. `fingerprint` is SHA-256 of the DER, `serial` hex; `key`: "EC P-256".

    `above`: the subjects of its issuers' certificates where they follow it in `pem`; with them its revocation can be
    checked although it does not say where they are.
    """

    pem: str
    fingerprint: str
    subject: str
    issuer: str
    serial: str
    key: str
    is_authority: bool
    valid_from: datetime
    valid_to: datetime
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RevocationFacts:
    """What an operator sees of a certificate's revocation. `checked_at`: the last answer, None: none so far.

    `error`: why the last try brought none (words: `queries.check_words`), "" where it did. `reason` is of RFC 5280.
    """

    fingerprint: str
    state: Revocation
    checked_at: datetime | None = None
    error: str = ""
    revoked_at: datetime | None = None
    reason: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """A registered certificate. `partner` is "" for our own; `on_token`: its key is on a token, not in a file."""

    partner: str
    use: Use
    text: CertificateText
    standing: Standing
    added_at: datetime
    retired_at: datetime | None
    on_token: bool
    revocation: RevocationFacts

    @property
    def fingerprint(self) -> str:
        return self.text.fingerprint
