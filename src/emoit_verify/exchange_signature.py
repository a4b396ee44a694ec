"""JWS in flattened JSON serialisation, judged with nothing but `cryptography`."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


class SignatureInvalid(Exception):
    """It does not prove that the holder of the certificate signed this."""


def named_certificate(signed: dict[str, Any]) -> str:
    """The fingerprint (hex) of the certificate that the signature names. SignatureInvalid if it names none."""
    try:
        return unb64url(json.loads(unb64url(signed["protected"]))["x5t#S256"]).hex()
    except (ValueError, KeyError, TypeError) as error:
        raise SignatureInvalid("it names no certificate") from error


def check(signed: dict[str, Any], certificate: x509.Certificate, typ: str) -> dict[str, str]:
    """The signed fields. Raises SignatureInvalid."""
    try:
        protected = json.loads(unb64url(signed["protected"]))
        fields = json.loads(unb64url(signed["payload"]))
        signature = unb64url(signed["signature"])
        covered = f"{signed['protected']}.{signed['payload']}".encode()
        algorithm = protected["alg"]
    except (ValueError, KeyError, TypeError) as error:
        raise SignatureInvalid("it cannot be read") from error
    if protected.get("typ") != typ or not isinstance(fields, dict):
        raise SignatureInvalid("it was signed as something else")
    try:
        _verify(certificate.public_key(), algorithm, signature, covered)
    except InvalidSignature as error:
        raise SignatureInvalid("its signature is wrong") from error
    return fields


def _verify(key: Any, algorithm: str, signature: bytes, covered: bytes) -> None:
    if algorithm == "ES256" and isinstance(key, ec.EllipticCurvePublicKey) and len(signature) == 64:
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        key.verify(encode_dss_signature(r, s), covered, ec.ECDSA(hashes.SHA256()))
    elif algorithm == "RS256" and isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, covered, padding.PKCS1v15(), hashes.SHA256())
    elif algorithm == "PS256" and isinstance(key, rsa.RSAPublicKey):
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        key.verify(signature, covered, pss, hashes.SHA256())
    else:
        raise InvalidSignature


def unb64url(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
