"""The authority of a sandbox: signs certificates with which test consumers show who they are on the line.

Its key lies under EMOIT_KEYS, made once. Certificates are trusted by fingerprint here; the authority is there so that
a front server can ask for certificates that hang from it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings

from emoit.kernel.access import Refusal
from emoit.lib.saying import vi

NAME = "sharing-test-ca"
LEAST_RSA_BITS = 2048
LONGEST_REQUEST = 20_000
_EARLIER = timedelta(minutes=10)


def certificate(now: datetime) -> x509.Certificate:
    """The authority's own certificate, made with its key where there is none."""
    return _own(now)[1]


def sign(request_pem: str, name: str, now: datetime, *, days: int) -> str:
    """A certificate (PEM) for the key of the request (PKCS#10), in our name for its holder. Refusal `bad_request`."""
    key, own = _own(now)
    asked = _read(request_pem)
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(own.subject)
        .public_key(asked.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


def _read(request_pem: str) -> x509.CertificateSigningRequest:
    refusal = Refusal(
        vi("Không đọc được yêu cầu cấp chứng thư số: cần PKCS#10 dạng PEM, khóa P-256 hoặc RSA từ 2048 bit."),
        code="bad_request",
        fields={"key": vi("Gửi yêu cầu cấp chứng thư số (CSR) dạng PEM")},
    )
    if len(request_pem) > LONGEST_REQUEST:
        raise refusal
    try:
        asked = x509.load_pem_x509_csr(request_pem.encode())
        is_signed, key = asked.is_signature_valid, asked.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion):
        raise refusal from None
    strong = (isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)) or (
        isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA_BITS
    )
    if not is_signed or not strong:
        raise refusal
    return asked


def _own(now: datetime) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    folder = Path(settings.EMOIT_KEYS)
    path = folder / f"{NAME}.pem"
    if not path.exists():
        _make(folder, path, now)
    content = path.read_bytes()
    key = serialization.load_pem_private_key(content, settings.EMOIT_KEY_PASSPHRASE.encode() or None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{NAME} is not a key of ours")
    return key, x509.load_pem_x509_certificate(content)


def _make(folder: Path, path: Path, now: datetime) -> None:
    """Key and certificate in one file, whole or not at all; of two at once the first stays."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CA thử nghiệm chia sẻ dữ liệu")])
    own = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    passphrase = settings.EMOIT_KEY_PASSPHRASE
    locked: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        locked = serialization.BestAvailableEncryption(passphrase.encode())
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    descriptor = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked))
        file.write(own.public_bytes(serialization.Encoding.PEM))
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
