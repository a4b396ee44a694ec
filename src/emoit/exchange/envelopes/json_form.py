"""A JWS in flattened JSON serialisation (RFC 7515) over the fields; the body stands beside it in base64."""

from __future__ import annotations

import base64
import json
from typing import Any, cast

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from emoit.exchange import keys
from emoit.exchange.envelopes.records import Fields, Lookup, Unsealed
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.tokens import TokenEcKey

MOST_MARKS = 500  # a message's header has about seventy; bodies are base64 and have none
_MARKS = (b'"', b",", b"[", b"{")
_MEMBERS = {"protected", "payload", "signature"}
_PROTECTED = {"alg", "typ", "x5t#S256"}


def seal(kind: str, fields: Fields, body: bytes | None, key: keys.OwnKey) -> bytes:
    """The signed bytes. `kind` tells a message from a receipt; it is signed too."""
    protected = {
        "alg": key.algorithm,
        "typ": f"emoit-{kind}+json",
        "x5t#S256": _b64url(bytes.fromhex(key.fingerprint)),
    }
    payload = json.dumps(dict(fields), ensure_ascii=False, separators=(",", ":")).encode()
    signed = _signed(protected, payload, key)
    if body is not None:
        signed["body"] = base64.b64encode(body).decode()
    return json.dumps(signed, separators=(",", ":")).encode()


def _signed(protected: dict[str, str], payload: bytes, key: keys.OwnKey) -> dict[str, Any]:
    if isinstance(key.private, TokenEcKey):
        return _signed_on_token(protected, payload, key.private)
    private = _jwk(key.private)
    return dict(jws.serialize_json({"protected": protected}, payload, private, algorithms=[key.algorithm]))


def _signed_on_token(protected: dict[str, str], payload: bytes, key: TokenEcKey) -> dict[str, Any]:
    """The same by hand (RFC 7515 §5.1, RFC 7518 §3.4): the library wants to see a private key before it signs."""
    told = {"protected": _b64url(json.dumps(protected, separators=(",", ":")).encode()), "payload": _b64url(payload)}
    made = key.sign(f"{told['protected']}.{told['payload']}".encode(), ec.ECDSA(hashes.SHA256()))
    return told | {"signature": _b64url(b"".join(part.to_bytes(32, "big") for part in decode_dss_signature(made)))}


def unseal(kind: str, data: bytes, lookup: Lookup, *, has_body: bool) -> Unsealed:
    """BadEnvelope: malformed, encoding, unsigned, missing_field, unknown_field, bad_field, bad_algorithm,
    bad_signature, and what `lookup` raises."""
    whole = _object(data)
    members = _MEMBERS | ({"body"} if has_body else set())
    if "signature" not in whole or "protected" not in whole:
        raise BadEnvelope("unsigned")
    _exactly(whole, members)
    protected = _object(_unb64url(whole["protected"]))
    if set(protected) != _PROTECTED or protected["typ"] != f"emoit-{kind}+json":
        raise BadEnvelope("bad_field")
    fingerprint = _unb64url(protected["x5t#S256"]).hex()
    certificate = lookup(fingerprint)
    if protected["alg"] not in keys.algorithms(certificate):
        raise BadEnvelope("bad_algorithm")
    key = _jwk(certificate.public_key())
    try:
        signed = cast("Any", {name: whole[name] for name in _MEMBERS})
        verified = jws.deserialize_json(signed, key, algorithms=[protected["alg"]])
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise BadEnvelope("bad_signature") from error
    return Unsealed(_object(verified.payload or b""), _body(whole) if has_body else b"", fingerprint)


def _jwk(key: Any) -> RSAKey | ECKey:
    is_rsa = isinstance(key, rsa.RSAPrivateKey | rsa.RSAPublicKey)
    return RSAKey.import_key(key) if is_rsa else ECKey.import_key(key)


def _body(whole: dict[str, str]) -> bytes:
    try:
        return base64.b64decode(whole["body"], validate=True)
    except ValueError as error:  # also where it is not ASCII
        raise BadEnvelope("bad_field") from error


def _exactly(value: dict[str, str], names: set[str]) -> None:
    if names - set(value):
        raise BadEnvelope("missing_field")
    if set(value) - names:
        raise BadEnvelope("unknown_field")


def _object(data: bytes) -> dict[str, str]:
    """A JSON object of texts; no name twice, no numbers, nothing nested.

    What could make many things of few bytes is counted before anything is built.
    """
    if sum(data.count(mark) for mark in _MARKS) > MOST_MARKS:
        raise BadEnvelope("malformed")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadEnvelope("encoding") from error
    try:
        value = json.loads(text, object_pairs_hook=_pairs)
    except (ValueError, RecursionError) as error:
        raise BadEnvelope("malformed") from error
    if not isinstance(value, dict):
        raise BadEnvelope("malformed")
    if not all(isinstance(inner, str) for inner in value.values()):
        raise BadEnvelope("bad_field")
    return value


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64url(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise BadEnvelope("bad_field") from error
