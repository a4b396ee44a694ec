"""What a certificate says, in words that an operator can compare with the partner's own."""

from __future__ import annotations

from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from emoit.exchange import keys
from emoit.exchange.revocation.naming import issued
from emoit.exchange.types import CertificateText
from emoit.kernel.access import Refusal
from emoit.lib.saying import vi

MOST_BYTES = 16 * 1024
MOST_NAME = 300
UNREADABLE = vi("Không đọc được chứng thư số. Gửi một chứng thư số X.509 dạng PEM hoặc DER.")
NOT_RSA = vi("AS4 cần chứng thư số có khóa RSA.")
WEAK = vi("Khóa của chứng thư số quá yếu hoặc không được hỗ trợ.")


def from_bytes(content: bytes) -> CertificateText:
    """The certificate in a PEM or DER file; in PEM those of its issuers may follow, each after the one it issued.

    Refusals: file_missing, too_large, private_key, several_certificates, bad_certificate.
    """
    if not content.strip():
        raise Refusal("Dán chứng thư số hoặc chọn tệp chứng thư số.", code="file_missing")
    if len(content) > MOST_BYTES:
        raise Refusal("Tệp chứng thư số không được lớn hơn 16 KB.", code="too_large")
    if b"PRIVATE KEY" in content:
        raise Refusal(
            "Trong tệp có khóa bí mật. Không gửi khóa bí mật cho ai: chỉ gửi chứng thư số.", code="private_key"
        )
    try:
        found = (
            [x509.load_der_x509_certificate(content)]
            if content[:1] == b"\x30"
            else x509.load_pem_x509_certificates(content)
        )
        if not all(issued(one, by) for one, by in pairwise(found)):
            raise Refusal(
                "Trong tệp có nhiều chứng thư số không nối tiếp nhau. Gửi chứng thư số của chính hệ thống; sau nó chỉ"
                " có thể là chứng thư số của nơi cấp.",
                code="several_certificates",
            )
        read = text_of(*found)
        is_good = bool(keys.algorithms(found[0]))
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.InvalidVersion):
        raise Refusal(UNREADABLE, code="bad_certificate") from None
    if not is_good:
        raise Refusal(WEAK, code="bad_certificate")
    return read


def text_of(certificate: x509.Certificate, *issuers: x509.Certificate) -> CertificateText:
    """What it says; `issuers` came with it."""
    return CertificateText(
        pem="".join(one.public_bytes(serialization.Encoding.PEM).decode() for one in (certificate, *issuers)),
        fingerprint=keys.fingerprint(certificate),
        subject=certificate.subject.rfc4514_string()[:MOST_NAME],
        issuer=certificate.issuer.rfc4514_string()[:MOST_NAME],
        serial=f"{certificate.serial_number:X}",
        key=_key(certificate),
        is_authority=_is_authority(certificate),
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
        above=tuple(one.subject.rfc4514_string()[:MOST_NAME] for one in issuers),
    )


def _key(certificate: x509.Certificate) -> str:
    """ "EC P-256", "RSA 3072"; of any other kind its own name."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {'P-256' if isinstance(key.curve, ec.SECP256R1) else key.curve.name}"
    return type(key).__name__


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
