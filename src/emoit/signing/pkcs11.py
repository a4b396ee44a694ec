"""Keys that never leave their token (RFC 7512 references, PKCS#11 modules)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pkcs11 as p11
from asn1crypto import x509 as asn1_x509
from pkcs11.util.ec import encode_ecdsa_signature

from emoit.lib.saying import vi
from emoit.signing.faults import LastingFault, PassingFault
from emoit.signing.keys import TokenReference, parse_pkcs11, token_lock

RSA = {
    "sha256": p11.Mechanism.SHA256_RSA_PKCS,
    "sha384": p11.Mechanism.SHA384_RSA_PKCS,
    "sha512": p11.Mechanism.SHA512_RSA_PKCS,
}
EC = {
    "sha256": p11.Mechanism.ECDSA_SHA256,
    "sha384": p11.Mechanism.ECDSA_SHA384,
    "sha512": p11.Mechanism.ECDSA_SHA512,
}


@dataclass(frozen=True)
class TokenKey:
    """A private key on a token. The handle is looked up again after a failure: tokens are drawn out and put back."""

    where: TokenReference
    pin: str
    is_rsa: bool

    def sign(self, data: bytes, digest_algorithm: str) -> bytes:
        """PassingFault if the token does not answer (drawn out, busy, session closed)."""
        try:
            with token_lock:
                handle = _handle(self.where, self.pin)
                made = bytes(handle.sign(data, mechanism=(RSA if self.is_rsa else EC)[digest_algorithm]))
        except (p11.exceptions.PKCS11Error, RuntimeError, OSError) as error:
            _handle.cache_clear()
            _session.cache_clear()
            raise PassingFault(vi("Thiết bị giữ khóa ký không trả lời.")) from error
        return made if self.is_rsa else bytes(encode_ecdsa_signature(made))


@lru_cache(maxsize=8)
def _session(module: str, token: str, pin: str) -> Any:
    return p11.lib(module).get_token(token_label=token).open(user_pin=pin)


@lru_cache(maxsize=64)
def _handle(where: TokenReference, pin: str) -> Any:
    session = _session(where.module, where.token, pin)
    return session.get_key(object_class=p11.ObjectClass.PRIVATE_KEY, label=where.object)


def open_token_key(reference: str, pin: str, certificate: asn1_x509.Certificate) -> TokenKey:
    """LastingFault if module, token, PIN or key are not there."""
    try:
        where = parse_pkcs11(reference)
        with token_lock:
            _handle(where, pin)
    except ValueError as error:
        raise LastingFault(vi("Khóa ký được khai báo sai; hãy báo quản trị hệ thống.")) from error
    except (p11.exceptions.PKCS11Error, RuntimeError, OSError) as error:
        raise LastingFault(vi("Không mở được thiết bị giữ khóa ký; hãy báo quản trị hệ thống.")) from error
    return TokenKey(where, pin, certificate.public_key.algorithm == "rsa")
