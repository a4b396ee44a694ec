"""A certificate revocation list (RFC 5280): whether it is its issuer's, of today and whole, and what it says."""

from __future__ import annotations

import hashlib
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

from emoit.exchange.revocation.naming import addresses
from emoit.exchange.rules.revocation import SKEW, Told, Unusable, judge_times, revoked
from emoit.exchange.types import Revocation

STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


def judge_list(
    content: bytes, certificate: x509.Certificate, issuer: x509.Certificate, named: tuple[str, ...], now: datetime
) -> Told:
    """What the list (DER) says of the certificate. `named`: the addresses of lists that the certificate names.

    An old list still revokes for good, but is silent on nobody else. Unusable: not_a_list, wrong_issuer,
    bad_signature, not_supported, from_the_future, out_of_date.
    """
    try:
        found = x509.load_der_x509_crl(content)
        _judge_signer(found, issuer)
        _judge_extent(found, certificate, named)
        entry = found.get_revoked_certificate_by_serial_number(certificate.serial_number)
        told = _told(found, entry, content)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Unusable("not_a_list") from error
    if told.state is Revocation.REVOKED and found.last_update_utc <= now + SKEW:
        return told
    if found.next_update_utc is None:
        raise Unusable("not_supported")  # RFC 5280 has every list say how long it holds
    judge_times(found.last_update_utc, found.next_update_utc, now)
    return told


def _judge_signer(found: x509.CertificateRevocationList, issuer: x509.Certificate) -> None:
    if found.issuer != issuer.subject:
        raise Unusable("wrong_issuer")
    if not _may_sign_lists(issuer) or not isinstance(found.signature_hash_algorithm, STRONG):
        raise Unusable("bad_signature")
    try:
        holds = found.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except TypeError:
        holds = False
    if not holds:
        raise Unusable("bad_signature")


def _may_sign_lists(issuer: x509.Certificate) -> bool:
    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True


def _judge_extent(found: x509.CertificateRevocationList, certificate: x509.Certificate, named: tuple[str, ...]) -> None:
    """The list must be whole for certificates of this kind: no delta, no part of it that another address has."""
    for extension in found.extensions:
        value = extension.value
        if isinstance(value, x509.IssuingDistributionPoint):
            _judge_part(value, certificate, named)
        elif isinstance(value, x509.DeltaCRLIndicator) or extension.critical:
            raise Unusable("not_supported")


def _judge_part(part: x509.IssuingDistributionPoint, certificate: x509.Certificate, named: tuple[str, ...]) -> None:
    others = part.only_contains_user_certs if _is_ca(certificate) else part.only_contains_ca_certs
    if part.indirect_crl or part.only_some_reasons or part.only_contains_attribute_certs or others:
        raise Unusable("not_supported")
    if part.relative_name or (part.full_name and not set(addresses(part.full_name)) & set(named)):
        raise Unusable("not_supported")


def _is_ca(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _told(found: x509.CertificateRevocationList, entry: x509.RevokedCertificate | None, content: bytes) -> Told:
    reason = _reason(entry) if entry else ""
    return Told(
        state=revoked(reason) if entry else Revocation.GOOD,
        at=found.last_update_utc,
        until=found.next_update_utc,
        revoked_at=entry.revocation_date_utc if entry else None,
        reason=reason,
        digest=hashlib.sha256(content).hexdigest(),
    )


def _reason(entry: x509.RevokedCertificate) -> str:
    try:
        return str(entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value)
    except x509.ExtensionNotFound:
        return ""
