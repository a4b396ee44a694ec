"""What both forms carry: named texts that are signed, and perhaps a body that one of them vouches for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography import x509

Fields = Mapping[str, str]
# Hex SHA-256 of the signer's certificate -> the certificate, if it is one of the sender's in force; else it raises.
Lookup = Callable[[str], x509.Certificate]


@dataclass(frozen=True, slots=True)
class Unsealed:
    """Read after the signature was verified. `body` is not signed itself: compare it with the digest in the fields."""

    fields: dict[str, str]
    body: bytes
    fingerprint: str
