"""What goes into each certificate. Times are aware UTC; keys are RSA, which every PDF reader accepts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID, ObjectIdentifier

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
ORGANISATION = "Dịch vụ tin cậy thử nghiệm"
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # id-kp-documentSigning, RFC 9336
# Clocks differ: a certificate is good a little before it was made.
LEEWAY = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Issuer:
    certificate: x509.Certificate
    key: rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the certificates say that revocation data and issuers are found."""

    base: str

    @property
    def ocsp(self) -> str:
        return f"{self.base}/ocsp"

    def crl(self, issuer: str) -> str:
        return f"{self.base}/crl/{issuer}.crl"

    def certificate(self, issuer: str) -> str:
        return f"{self.base}/certs/{issuer}.crt"


def new_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def key_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def name(common_name: str, organization: str = ORGANISATION) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _usage(*flags: str) -> x509.KeyUsage:
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{flag: flag in flags for flag in every})


def _start(
    subject: x509.Name, public_key: PublicKey, issuer: x509.Name, issuer_key: PublicKey, now: dt.datetime, years: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - LEEWAY)
        .not_valid_after(now + dt.timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _found_at(
    builder: x509.CertificateBuilder, addresses: Addresses, issuer: str, *, ocsp: bool
) -> x509.CertificateBuilder:
    places = [
        x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(addresses.certificate(issuer))
        )
    ]
    if ocsp:
        places.insert(
            0,
            x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(addresses.ocsp)),
        )
    crl = x509.DistributionPoint([x509.UniformResourceIdentifier(addresses.crl(issuer))], None, None, None)
    return builder.add_extension(x509.AuthorityInformationAccess(places), critical=False).add_extension(
        x509.CRLDistributionPoints([crl]), critical=False
    )


def root(key: rsa.RSAPrivateKey, now: dt.datetime) -> x509.Certificate:
    subject = name("CA gốc thử nghiệm")
    return (
        _start(subject, key.public_key(), subject, key.public_key(), now, years=25)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        .sign(key, hashes.SHA256())
    )


def issuing(by: Issuer, public_key: PublicKey, addresses: Addresses, now: dt.datetime) -> x509.Certificate:
    """The CA under the root that issues all others; its own revocation is told by the root's CRL."""
    builder = (
        _start(name("CA cấp phát thử nghiệm"), public_key, by.certificate.subject, by.key.public_key(), now, years=20)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    )
    return _found_at(builder, addresses, "root", ocsp=False).sign(by.key, hashes.SHA256())


def ocsp_responder(by: Issuer, public_key: PublicKey, now: dt.datetime) -> x509.Certificate:
    return (
        _start(name("OCSP thử nghiệm"), public_key, by.certificate.subject, by.key.public_key(), now, years=15)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage("digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        .add_extension(x509.OCSPNoCheck(), critical=False)
        .sign(by.key, hashes.SHA256())
    )


def time_stamper(by: Issuer, public_key: PublicKey, addresses: Addresses, now: dt.datetime) -> x509.Certificate:
    builder = (
        _start(name("TSA thử nghiệm"), public_key, by.certificate.subject, by.key.public_key(), now, years=15)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage("digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    )
    return _found_at(builder, addresses, "issuing", ocsp=True).sign(by.key, hashes.SHA256())


def signer(
    by: Issuer, subject: x509.Name, public_key: PublicKey, addresses: Addresses, now: dt.datetime
) -> x509.Certificate:
    """A person's or an agency's signing certificate, for five years.

    It names the CRL only: readers such as poppler's pdfsig ask an OCSP address whenever there is one and call the
    certificate bad when nobody answers, and a sandbox is not always up. OCSP answers about it all the same.
    """
    builder = (
        _start(subject, public_key, by.certificate.subject, by.key.public_key(), now, years=5)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage("digital_signature", "content_commitment"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    )
    return _found_at(builder, addresses, "issuing", ocsp=False).sign(by.key, hashes.SHA256())
