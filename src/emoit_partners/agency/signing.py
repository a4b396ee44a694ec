"""The agency's own key, the certificates of others, and JSON web signatures (RFC 7515, 7518) over bytes."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509.oid import NameOID

PEM = serialization.Encoding.PEM
_ECDSA = ec.ECDSA(hashes.SHA256())
_PSS = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)


@dataclass(frozen=True)
class Own:
    """A key on P-256 with its certificate. `fingerprint` is hexadecimal."""

    private: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    fingerprint: str

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(PEM).decode()

    def sign(self, content: bytes) -> bytes:
        """ES256: r and s, 32 bytes each."""
        r, s = decode_dss_signature(self.private.sign(content, _ECDSA))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def open_own(folder: Path, name: str) -> Own:
    """The key of `folder`, made by the first that asks: `key.pem` and `own.pem`, which serve for connections too."""
    key_file, own_file = folder / "key.pem", folder / "own.pem"
    if not own_file.exists():
        made = ec.generate_private_key(ec.SECP256R1())
        draft = folder / f"key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_bytes(made.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        draft.replace(key_file)
        own_file.write_bytes(_certificate(name, made).public_bytes(PEM))
    private = serialization.load_pem_private_key(key_file.read_bytes(), None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{key_file} is no EC key")
    certificate = x509.load_pem_x509_certificate(own_file.read_bytes())
    return Own(private, certificate, fingerprint(certificate))


@lru_cache(maxsize=1)
def stranger() -> ec.EllipticCurvePrivateKey:
    """A key that nobody knows: what lies are signed with."""
    return ec.generate_private_key(ec.SECP256R1())


def _certificate(name: str, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )


def fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


@lru_cache(maxsize=512)
def public_key_of(pem: str) -> Any:
    return x509.load_pem_x509_certificate(pem.encode()).public_key()


def holds(key: Any, algorithm: str, signature: bytes, content: bytes) -> bool:
    """Whether the signature is of this content by this key. Algorithms: ES256, PS256, RS256."""
    try:
        if algorithm == "ES256" and isinstance(key, ec.EllipticCurvePublicKey) and len(signature) == 64:
            r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            key.verify(encode_dss_signature(r, s), content, _ECDSA)
        elif algorithm == "PS256" and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, content, _PSS, hashes.SHA256())
        elif algorithm == "RS256" and isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
        else:
            return False
    except InvalidSignature:
        return False
    return True


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64url(text: str) -> bytes:
    """ValueError where it is none."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
