"""Keys that never leave their token (PKCS#11 modules; references by RFC 7512). The PIN is never in a reference."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, unquote

import pkcs11 as p11
from pkcs11.util.ec import encode_ec_public_key, encode_ecdsa_signature

SCHEME = "pkcs11:"
RSA = {
    "sha256": p11.Mechanism.SHA256_RSA_PKCS,
    "sha384": p11.Mechanism.SHA384_RSA_PKCS,
    "sha512": p11.Mechanism.SHA512_RSA_PKCS,
}
_FAILURES = (p11.exceptions.PKCS11Error, RuntimeError, OSError)
_lock = threading.RLock()


class TokenAway(Exception):
    """Module, token, PIN or key are not there, or do not answer now."""


@dataclass(frozen=True, slots=True)
class TokenReference:
    """The parts of a PKCS#11 URI that we use."""

    module: str
    token: str
    object: str


@dataclass(frozen=True)
class TokenKey:
    """A private key on a token. The handle is looked up again after a failure: tokens are drawn out and put back."""

    where: TokenReference
    pin: str
    is_rsa: bool

    def sign(self, data: bytes, digest_algorithm: str) -> bytes:
        """The signature: of PKCS#1 v1.5, or of ECDSA in DER. TokenAway if the token does not answer."""
        try:
            with _lock:
                handle = _handle(self.where, self.pin)
                if self.is_rsa:
                    return bytes(handle.sign(data, mechanism=RSA[digest_algorithm]))
                # Not every token hashes for ECDSA.
                digest = hashlib.new(digest_algorithm, data).digest()
                return bytes(encode_ecdsa_signature(handle.sign(digest, mechanism=p11.Mechanism.ECDSA)))
        except _FAILURES as error:
            _handle.cache_clear()
            _session.cache_clear()
            raise TokenAway from error

    def require(self) -> None:
        """TokenAway unless the key is there and the PIN opens it."""
        try:
            with _lock:
                _handle(self.where, self.pin)
        except _FAILURES as error:
            raise TokenAway from error

    def public_key_der(self) -> bytes:
        """SubjectPublicKeyInfo of an elliptic key, as the token tells it. TokenAway if it does not."""
        try:
            with _lock:
                session = _session(self.where.module, self.where.token, self.pin)
                public = session.get_key(object_class=p11.ObjectClass.PUBLIC_KEY, label=self.where.object)
                return bytes(encode_ec_public_key(public))
        except _FAILURES as error:
            raise TokenAway from error


def parse_pkcs11(uri: str) -> TokenReference:
    """ValueError if the URI names no module, no token or no object."""
    path, _, query = uri.removeprefix(SCHEME).partition("?")
    parts = dict(part.split("=", 1) for part in path.split(";") if "=" in part)
    module = parse_qs(query).get("module-path", [""])[0]
    if not (module and parts.get("token") and parts.get("object")):
        raise ValueError("a PKCS#11 URI names token, object and module-path")
    return TokenReference(module, unquote(parts["token"]), unquote(parts["object"]))


@lru_cache(maxsize=8)
def _session(module: str, token: str, pin: str) -> Any:
    return p11.lib(module).get_token(token_label=token).open(user_pin=pin)


@lru_cache(maxsize=64)
def _handle(where: TokenReference, pin: str) -> Any:
    session = _session(where.module, where.token, pin)
    return session.get_key(object_class=p11.ObjectClass.PRIVATE_KEY, label=where.object)
