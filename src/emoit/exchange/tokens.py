"""A signing key of ours on a token, usable wherever a key in memory is: only `sign` reaches it."""

from __future__ import annotations

from typing import Any, NoReturn

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from emoit.exchange.faults import BadEnvelope
from emoit.lib.pkcs11 import TokenAway, TokenKey, parse_pkcs11


class TokenEcKey(ec.EllipticCurvePrivateKey):
    """P-256. BadEnvelope `no_key` while the token does not answer: what would be signed waits."""

    def __init__(self, key: TokenKey, public: ec.EllipticCurvePublicKey) -> None:
        self._key, self._public = key, public

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        digest = signature_algorithm.algorithm
        if not isinstance(digest, hashes.SHA256):
            raise BadEnvelope("no_key")
        try:
            return self._key.sign(bytes(data), "sha256")
        except TokenAway as error:
            raise BadEnvelope("no_key") from error

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._public.curve

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> bytes:  # noqa: ARG002
        self._stays()

    def private_numbers(self) -> ec.EllipticCurvePrivateNumbers:
        self._stays()

    def private_bytes(
        self,
        encoding: serialization.Encoding,  # noqa: ARG002 - as the class above has it
        format: serialization.PrivateFormat,  # noqa: A002, ARG002
        encryption_algorithm: serialization.KeySerializationEncryption,  # noqa: ARG002
    ) -> bytes:
        self._stays()

    def __copy__(self) -> TokenEcKey:
        return self

    def __deepcopy__(self, memo: dict[Any, Any]) -> TokenEcKey:
        return self

    def _stays(self) -> NoReturn:
        raise TypeError("the key does not leave its token")


def open_key(reference: str, pin: str) -> TokenEcKey:
    """By its PKCS#11 URI. BadEnvelope `no_key` where module, token, PIN or key are not there, or it is not P-256."""
    try:
        key = TokenKey(parse_pkcs11(reference), pin, is_rsa=False)
        key.require()
        public = serialization.load_der_public_key(key.public_key_der())
    except (TokenAway, ValueError) as error:
        raise BadEnvelope("no_key") from error
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise BadEnvelope("no_key")
    return TokenEcKey(key, public)
