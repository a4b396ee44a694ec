"""Keys on tokens, with the faults of signing."""

from __future__ import annotations

from dataclasses import dataclass

from asn1crypto import x509 as asn1_x509

from emoit.lib.pkcs11 import TokenAway, TokenKey, parse_pkcs11
from emoit.lib.saying import vi
from emoit.signing.faults import LastingFault, PassingFault


@dataclass(frozen=True)
class SigningTokenKey:
    key: TokenKey

    def sign(self, data: bytes, digest_algorithm: str) -> bytes:
        """PassingFault if the token does not answer (drawn out, busy, session closed)."""
        try:
            return self.key.sign(data, digest_algorithm)
        except TokenAway as error:
            raise PassingFault(vi("Thiết bị giữ khóa ký không trả lời.")) from error


def open_token_key(reference: str, pin: str, certificate: asn1_x509.Certificate) -> SigningTokenKey:
    """LastingFault if module, token, PIN or key are not there."""
    try:
        key = TokenKey(parse_pkcs11(reference), pin, certificate.public_key.algorithm == "rsa")
        key.require()
    except ValueError as error:
        raise LastingFault(vi("Khóa ký được khai báo sai; hãy báo quản trị hệ thống.")) from error
    except TokenAway as error:
        raise LastingFault(vi("Không mở được thiết bị giữ khóa ký; hãy báo quản trị hệ thống.")) from error
    return SigningTokenKey(key)
