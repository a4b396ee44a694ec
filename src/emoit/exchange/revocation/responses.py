"""OCSP (RFC 6960): one question about one certificate, and whether the response is the issuer's and of now."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from emoit.exchange.revocation.lists import STRONG
from emoit.exchange.rules.revocation import Told, Unusable, judge_times, revoked
from emoit.exchange.types import Revocation

REQUEST_TYPE = "application/ocsp-request"


def make_request(certificate: x509.Certificate, issuer: x509.Certificate) -> ocsp.OCSPRequest:
    """With a nonce. The certificate is named by SHA-1, which every responder knows; it protects nothing."""
    return (
        ocsp.OCSPRequestBuilder()
        .add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303
        .add_extension(x509.OCSPNonce(secrets.token_bytes(32)), critical=False)
        .build()
    )


def judge_response(content: bytes, asked: ocsp.OCSPRequest, issuer: x509.Certificate, now: datetime) -> Told:
    """What the response (DER) says of the certificate that was asked about.

    A responder that leaves the nonce out is believed within its own times; another nonce is an old answer. Unusable:
    not_a_response, refused, wrong_nonce, wrong_certificate, bad_signature, unknown_to_issuer, from_the_future,
    out_of_date.
    """
    try:
        found = ocsp.load_der_ocsp_response(content)
        if found.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise Unusable("refused")
        _judge_signer(found, issuer, now)
        _judge_nonce(found, asked)
        return _told(_about(found, asked), content, now)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Unusable("not_a_response") from error


def _judge_nonce(found: ocsp.OCSPResponse, asked: ocsp.OCSPRequest) -> None:
    try:
        told = found.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return
    if told != asked.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce:
        raise Unusable("wrong_nonce")


def _about(found: ocsp.OCSPResponse, asked: ocsp.OCSPRequest) -> ocsp.OCSPSingleResponse:
    for one in found.responses:
        if (one.serial_number, one.issuer_name_hash, one.issuer_key_hash, type(one.hash_algorithm)) == (
            asked.serial_number,
            asked.issuer_name_hash,
            asked.issuer_key_hash,
            type(asked.hash_algorithm),
        ):
            return one
    raise Unusable("wrong_certificate")


def _told(one: ocsp.OCSPSingleResponse, content: bytes, now: datetime) -> Told:
    judge_times(one.this_update_utc, one.next_update_utc, now)
    if one.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
        raise Unusable("unknown_to_issuer")
    is_revoked = one.certificate_status is ocsp.OCSPCertStatus.REVOKED
    reason = str(one.revocation_reason.value) if one.revocation_reason else ""
    return Told(
        state=revoked(reason) if is_revoked else Revocation.GOOD,
        at=one.this_update_utc,
        until=one.next_update_utc,
        revoked_at=one.revocation_time_utc,
        reason=reason,
        digest=hashlib.sha256(content).hexdigest(),
    )


def _judge_signer(found: ocsp.OCSPResponse, issuer: x509.Certificate, now: datetime) -> None:
    """Signed by the issuer itself, or by a responder that the issuer made one and that is in force."""
    delegates = [one for one in found.certificates[:5] if _is_delegate(one, issuer, now)]
    algorithm = found.signature_hash_algorithm
    if not isinstance(algorithm, STRONG) or not any(_signed(found, one, algorithm) for one in (issuer, *delegates)):
        raise Unusable("bad_signature")


def _is_delegate(certificate: x509.Certificate, issuer: x509.Certificate, now: datetime) -> bool:
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        certificate.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, InvalidSignature, ValueError, TypeError):
        return False
    in_force = certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
    return in_force and ExtendedKeyUsageOID.OCSP_SIGNING in usages


def _signed(found: ocsp.OCSPResponse, by: x509.Certificate, algorithm: hashes.HashAlgorithm) -> bool:
    key = by.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(found.signature, found.tbs_response_bytes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(found.signature, found.tbs_response_bytes, ec.ECDSA(algorithm))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def in_der(asked: ocsp.OCSPRequest) -> bytes:
    return asked.public_bytes(serialization.Encoding.DER)
