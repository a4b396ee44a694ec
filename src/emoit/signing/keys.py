"""Opens a key by its reference and keeps it open: parsing an RSA key anew costs more than the signature itself.

A reference is `file:<name>` (PKCS#8 under the folder of keys, encrypted, mode 0600) or a PKCS#11 URI (RFC 7512) such as
`pkcs11:token=emoit;object=seal?module-path=/usr/lib/softhsm/libsofthsm2.so`; the PIN is never in the reference.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from emoit.lib.pkcs11 import SCHEME
from emoit.lib.saying import vi
from emoit.signing.faults import LastingFault

FILE = "file:"
NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")


class RawKey(Protocol):
    def sign(self, data: bytes, digest_algorithm: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class KeyStore:
    """Where keys are, and what opens them."""

    folder: Path
    passphrase: str
    pkcs11_pin: str = ""


@dataclass(frozen=True)
class FileKey:
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    def sign(self, data: bytes, digest_algorithm: str) -> bytes:
        digest = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[digest_algorithm]
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), digest)
        return self.key.sign(data, ec.ECDSA(digest))


class CachedSigner(Signer):
    """pyHanko's signer over a key that stays open."""

    def __init__(self, chain: list[asn1_x509.Certificate], key: RawKey) -> None:
        self._key = key
        store = SimpleCertificateStore.from_certs(chain)  # type: ignore[no-untyped-call]
        super().__init__(signing_cert=chain[0], cert_registry=store, embed_roots=False)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(512)
        return self._key.sign(data, digest_algorithm)


def make(store: KeyStore, name: str, common_name: str, organization: str) -> tuple[str, str]:
    """A new RSA-2048 key in the store: its reference and a certificate request (PEM) signed by it."""
    if not NAME.fullmatch(name):
        raise ValueError("the name of a key is small letters, digits, dots and hyphens")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    file_name = f"{name}-{secrets.token_hex(4)}.pem"
    store.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(store.folder / file_name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(store.passphrase.encode()),
            )
        )
    return FILE + file_name, request.public_bytes(serialization.Encoding.PEM).decode()


def chain_of(chain_pem: str) -> list[asn1_x509.Certificate]:
    """Certificates of a PEM text, leaf first. ValueError if there is none."""
    found = [asn1_x509.Certificate.load(der) for _, _, der in pem.unarmor(chain_pem.encode(), multiple=True)]
    if not found:
        raise ValueError("no certificate")
    return found


@lru_cache(maxsize=64)
def open_signer(reference: str, chain_pem: str, store: KeyStore) -> CachedSigner:
    """The signer of a reference. LastingFault if its key is missing, cannot be opened or is another certificate's."""
    chain = chain_of(chain_pem)
    if reference.startswith(SCHEME):
        from emoit.signing.pkcs11 import open_token_key

        return CachedSigner(chain, open_token_key(reference, store.pkcs11_pin, chain[0]))
    return CachedSigner(chain, _file_key(reference, store, chain[0]))


def _file_key(reference: str, store: KeyStore, certificate: asn1_x509.Certificate) -> FileKey:
    name = reference.removeprefix(FILE)
    if not reference.startswith(FILE) or not NAME.fullmatch(name):
        raise LastingFault(vi("Khóa ký được khai báo sai; hãy báo quản trị hệ thống."))
    try:
        content = (store.folder / name).read_bytes()
        key = serialization.load_pem_private_key(content, password=store.passphrase.encode())
    except OSError as error:
        raise LastingFault(vi("Không tìm thấy khóa ký; hãy báo quản trị hệ thống.")) from error
    except (ValueError, TypeError) as error:
        raise LastingFault(vi("Không mở được khóa ký; hãy báo quản trị hệ thống.")) from error
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise LastingFault(vi("Loại khóa ký không được hỗ trợ; hãy báo quản trị hệ thống."))
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if public != certificate.public_key.dump():
        raise LastingFault(vi("Khóa ký không khớp với chứng thư số; hãy báo quản trị hệ thống."))
    return FileKey(key)
