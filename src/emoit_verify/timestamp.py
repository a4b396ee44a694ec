"""Stand-alone check of an RFC 3161 token: what was stamped, by whom, and whether they may."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from asn1crypto import (
    cms,
    tsp,  # noqa: F401 - teaches cms what a time stamp is
)
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_LONGEST_PATH = 5


class StampInvalid(Exception):
    """The token does not prove that the data existed at its time."""


def check(token: bytes, data: bytes, ca: Path) -> datetime:
    """The moment at which `data` was stamped. `ca`: PEM file with the trusted certificates. Raises StampInvalid."""
    try:
        return _check(token, data, ca)
    except StampInvalid:
        raise
    except Exception as error:
        raise StampInvalid(f"it cannot be read ({type(error).__name__}: {error})") from error


def _check(token: bytes, data: bytes, ca: Path) -> datetime:
    signed = cms.ContentInfo.load(token)["content"]
    encapsulated = signed["encap_content_info"]
    if encapsulated["content_type"].native != "tst_info":
        raise StampInvalid("it is no time stamp")
    info = encapsulated["content"].parsed
    imprint = info["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native not in _HASHES:
        raise StampInvalid("its hash is too weak")
    if hashlib.new(imprint["hash_algorithm"]["algorithm"].native, data).digest() != imprint["hashed_message"].native:
        raise StampInvalid("it stamps something else")
    if len(signed["signer_infos"]) != 1:
        raise StampInvalid("it has not exactly one signer")
    signer = signed["signer_infos"][0]
    within = [x509.load_der_x509_certificate(c.chosen.dump()) for c in signed["certificates"]]
    certificate = _signer_certificate(signer, within)
    _check_attributes(signer, encapsulated["content"].contents, certificate)
    _check_signature(signer, certificate)
    moment: datetime = info["gen_time"].native
    _check_authority(certificate, within, _trusted(ca), moment)
    return moment


def _signer_certificate(signer: Any, within: list[x509.Certificate]) -> x509.Certificate:
    wanted = signer["sid"].chosen
    for certificate in within:
        as_asn1 = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
        if signer["sid"].name == "issuer_and_serial_number":
            same = as_asn1.issuer == wanted["issuer"] and as_asn1.serial_number == wanted["serial_number"].native
        else:
            same = as_asn1.key_identifier == wanted.native
        if same:
            return certificate
    raise StampInvalid("the signer's certificate is not in it")


def _check_attributes(signer: Any, content: bytes, certificate: x509.Certificate) -> None:
    """The signed attributes must name this content, as a time stamp, and (ESS) this certificate."""
    attributes = {a["type"].native: a["values"] for a in signer["signed_attrs"]}
    algorithm = signer["digest_algorithm"]["algorithm"].native
    if algorithm not in _HASHES:
        raise StampInvalid("its hash is too weak")
    if attributes["message_digest"][0].native != hashlib.new(algorithm, content).digest():
        raise StampInvalid("its content was changed")
    if attributes["content_type"][0].native != "tst_info":
        raise StampInvalid("it was signed as something else")
    der = certificate.public_bytes(Encoding.DER)
    if "signing_certificate_v2" in attributes:
        named = attributes["signing_certificate_v2"][0]["certs"][0]
        expected = hashlib.new(named["hash_algorithm"]["algorithm"].native, der).digest()
    elif "signing_certificate" in attributes:
        named = attributes["signing_certificate"][0]["certs"][0]
        expected = hashlib.sha1(der).digest()  # noqa: S324 - RFC 2634 knows no other
    else:
        raise StampInvalid("it does not name its certificate")
    if named["cert_hash"].native != expected:
        raise StampInvalid("it names another certificate")


def _check_signature(signer: Any, certificate: x509.Certificate) -> None:
    signed = signer["signed_attrs"].untag().dump()
    algorithm = _HASHES[signer["digest_algorithm"]["algorithm"].native]()
    key, signature = certificate.public_key(), signer["signature"].native
    kind = signer["signature_algorithm"].signature_algo
    try:
        if isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pkcs1v15":
            key.verify(signature, signed, padding.PKCS1v15(), algorithm)
        elif isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pss":
            key.verify(signature, signed, padding.PSS(padding.MGF1(algorithm), padding.PSS.AUTO), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and kind == "ecdsa":
            key.verify(signature, signed, ec.ECDSA(algorithm))
        else:
            raise StampInvalid(f"its signature is of an unknown kind {kind}")
    except InvalidSignature as error:
        raise StampInvalid("its signature is wrong") from error


def _check_authority(
    certificate: x509.Certificate,
    within: list[x509.Certificate],
    trusted: tuple[x509.Certificate, ...],
    moment: datetime,
) -> None:
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    if ExtendedKeyUsageOID.TIME_STAMPING not in usage:
        raise StampInvalid("its signer may not stamp times")
    at = certificate
    for _ in range(_LONGEST_PATH):
        if not at.not_valid_before_utc <= moment <= at.not_valid_after_utc:
            raise StampInvalid("a certificate was not in force at its time")
        if at in trusted or any(_issued(at, anchor) for anchor in trusted):
            return
        issuers = [c for c in within if c != at and _is_authority(c) and _issued(at, c)]
        if not issuers:
            break
        at = issuers[0]
    raise StampInvalid("its signer does not hang from a trusted certificate")


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


@lru_cache(maxsize=4)
def _trusted(ca: Path) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_pem_x509_certificates(ca.read_bytes()))
