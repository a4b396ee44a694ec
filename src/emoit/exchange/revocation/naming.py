"""What a certificate says of who issued it and where its revocation would be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import AuthorityInformationAccessOID, ObjectIdentifier

MOST_ADDRESSES = 4  # of each kind: a certificate may not send us around the world
MOST_ISSUERS = 20  # certificates in what an address of issuers answers


@dataclass(frozen=True, slots=True)
class Named:
    """Addresses in the order of the certificate: of lists (CRL), of responders (OCSP), of issuers' certificates."""

    lists: tuple[str, ...] = ()
    responders: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()


def named(certificate: x509.Certificate) -> Named:
    """ValueError where its extensions cannot be read."""
    return Named(
        _lists(certificate),
        _access(certificate, AuthorityInformationAccessOID.OCSP),
        _access(certificate, AuthorityInformationAccessOID.CA_ISSUERS),
    )


def _lists(certificate: x509.Certificate) -> tuple[str, ...]:
    """Those of whole lists that the issuer itself signs."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return ()
    whole = [point.full_name or () for point in points if point.crl_issuer is None and point.reasons is None]
    return addresses(name for names in whole for name in names)[:MOST_ADDRESSES]


def _access(certificate: x509.Certificate, method: ObjectIdentifier) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return ()
    return addresses(one.access_location for one in found if one.access_method == method)[:MOST_ADDRESSES]


def addresses(names: Iterable[x509.GeneralName]) -> tuple[str, ...]:
    """Those by http or https; a directory (LDAP) is not asked."""
    found = (name.value for name in names if isinstance(name, x509.UniformResourceIdentifier))
    return tuple(value for value in found if value.lower().startswith(("http://", "https://")))


def issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    """Whether `by` is an authority's certificate whose key signed this one."""
    try:
        if not by.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
        certificate.verify_directly_issued_by(by)
    except (x509.ExtensionNotFound, InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def read_issuers(content: bytes) -> list[x509.Certificate]:
    """What an address of issuers answers: a certificate in DER or PEM, or several in PKCS #7. None where it is else."""
    if content.lstrip().startswith(b"-----BEGIN CERTIFICATE"):
        readers = [x509.load_pem_x509_certificates]
    else:
        readers = [lambda data: [x509.load_der_x509_certificate(data)], pkcs7.load_der_pkcs7_certificates]
    for read in readers:
        try:
            return read(content)[:MOST_ISSUERS]
        except (ValueError, UnsupportedAlgorithm):
            continue
    return []
