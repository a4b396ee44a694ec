"""Certificates known by fingerprint, and our own keys: opened once, kept open."""

from __future__ import annotations

import base64
import datetime as dt
import json
import logging
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import connection

from emoit.exchange import tokens
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.models import Certificate, Partner
from emoit.exchange.types import Use
from emoit.lib.pkcs11 import SCHEME

logger = logging.getLogger(__name__)

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
LEAST_RSA_BITS = 2048
# Our certificates begin this much before their keys are used: a partner's clock may be late by it.
EARLY = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class OwnKey:
    """Our private key with its certificate. `algorithm` is the name of RFC 7518."""

    fingerprint: str
    private: PrivateKey
    certificate: x509.Certificate
    pem: str

    @property
    def algorithm(self) -> str:
        return algorithms(self.certificate)[0]


@dataclass(frozen=True)
class Signer:
    """A partner with the certificate of its that is meant."""

    partner: Partner
    certificate: x509.Certificate


def fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def algorithms(certificate: x509.Certificate) -> tuple[str, ...]:
    """What a key of this kind may sign with, the best first; empty where it is too weak or of another kind."""
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return ("ES256",)
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA_BITS:
        return ("PS256", "RS256")
    return ()


def is_rsa(certificate: x509.Certificate) -> bool:
    return isinstance(certificate.public_key(), rsa.RSAPublicKey)


@lru_cache(maxsize=512)
def read(pem: str) -> x509.Certificate:
    """The first certificate of a PEM text. ValueError if there is none."""
    return x509.load_pem_x509_certificate(pem.encode())


def alone(pem: str) -> str:
    """The first certificate of a PEM text, without those of the authorities above it."""
    return read(pem).public_bytes(serialization.Encoding.PEM).decode()


# By hand: asked for every message that comes in. The partner's columns are those of its model.
_PARTNER_FIELDS = [field.attname for field in Partner._meta.concrete_fields]  # noqa: SLF001 - Django's own name for it
_FIND = f"""
    select c.retired_at, c.valid_from, c.valid_to, c.pem, {", ".join(f"p.{name}" for name in _PARTNER_FIELDS)}
    from exchange_certificate c join exchange_partner p on p.id = c.partner_id
    where c.agency_id = %s and c.use = %s and c.fingerprint = %s
"""  # noqa: S608 - names of our own columns
_OWN = """
    select pem, reference from exchange_certificate
    where agency_id = %s and partner_id is null and use = %s and retired_at is null
        and valid_from <= %s and valid_to >= %s
    order by valid_from <= %s desc, id desc limit 1
"""


def find(agency_id: int, use: Use, print_: str, now: dt.datetime) -> Signer:
    """A partner's certificate in force. BadEnvelope: unknown_, retired_ or expired_certificate, inactive_partner."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [agency_id, use.value, print_])
        row = cursor.fetchone()
    if row is None:
        raise BadEnvelope("unknown_certificate")
    retired_at, valid_from, valid_to, pem, *values = row
    if retired_at is not None:
        raise BadEnvelope("retired_certificate")
    if not valid_from <= now <= valid_to:
        raise BadEnvelope("expired_certificate")
    partner = _partner(values)
    if not partner.active:
        raise BadEnvelope("inactive_partner")
    return Signer(partner, read(pem))


def _partner(values: list[Any]) -> Partner:
    by_name = dict(zip(_PARTNER_FIELDS, values, strict=True))
    if isinstance(by_name["windows"], str):  # Django leaves JSON as it came
        by_name["windows"] = json.loads(by_name["windows"])
    return Partner.from_db("default", _PARTNER_FIELDS, [by_name[name] for name in _PARTNER_FIELDS])


def signers(partner: Partner, now: dt.datetime, use: Use = Use.SIGN) -> dict[str, Signer]:
    """The partner's signing certificates in force, by fingerprint, the newest first."""
    rows = Certificate.objects.filter(
        partner=partner, use=use.value, retired_at=None, valid_from__lte=now, valid_to__gte=now
    ).order_by("-id")
    return {row.fingerprint: Signer(partner, read(row.pem)) for row in rows}


def own(agency_id: int, now: dt.datetime, use: Use = Use.SIGN) -> OwnKey:
    """The newest key of ours in force, by any partner's clock where there is one. BadEnvelope `no_key`: none is."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN, [agency_id, use.value, now, now, now - EARLY])
        row = cursor.fetchone()
    if row is None:
        raise BadEnvelope("no_key")
    pem, reference = row
    return _open(pem, reference, str(settings.EMOIT_KEYS), settings.EMOIT_KEY_PASSPHRASE)


def openers(agency_id: int) -> list[OwnKey]:
    """Our keys that others encrypt to, the newest first; one whose time is over still opens what was sent in time.

    One whose file is gone does not keep the others from opening.
    """
    rows = Certificate.objects.filter(agency_id=agency_id, partner=None, use=Use.AS4.value, retired_at=None)
    folder, passphrase = str(settings.EMOIT_KEYS), settings.EMOIT_KEY_PASSPHRASE
    found = []
    for row in rows.order_by("-id"):
        try:
            found.append(_open(row.pem, row.reference, folder, passphrase))
        except BadEnvelope:
            logger.warning("our AS4 key %s cannot be opened", row.fingerprint[:16])
    return found


def in_base64(certificate: x509.Certificate) -> str:
    """The DER as WS-Security and XML-DSig write it."""
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()


@lru_cache(maxsize=16)
def _open(pem: str, reference: str, folder: str, passphrase: str) -> OwnKey:
    certificate = read(pem)
    if reference.startswith(SCHEME):
        token = tokens.open_key(reference, settings.EMOIT_PKCS11_PIN)
        if token.public_key() != certificate.public_key():
            raise BadEnvelope("no_key")
        return OwnKey(fingerprint(certificate), token, certificate, pem)
    try:
        content = (Path(folder) / reference).read_bytes()
        private = serialization.load_pem_private_key(content, passphrase.encode() or None)
    except (OSError, ValueError, TypeError) as error:
        raise BadEnvelope("no_key") from error
    if not isinstance(private, PrivateKey) or private.public_key() != certificate.public_key():
        raise BadEnvelope("no_key")
    return OwnKey(fingerprint(certificate), private, certificate, pem)


def make(name: str, now: dt.datetime, *, days: int) -> tuple[str, str]:
    """A new P-256 key under EMOIT_KEYS, its own certificate beside it (`.crt`): (file name, PEM).

    Partners know a certificate by its fingerprint, so it need not hang from an authority.
    """
    return _store(ec.generate_private_key(ec.SECP256R1()), name, now, days)


def certify(key: PrivateKey, name: str, now: dt.datetime, days: int) -> x509.Certificate:
    """The key's own certificate."""
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLY)
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )


def certify_token(reference: str, name: str, now: dt.datetime, *, days: int) -> str:
    """A certificate (PEM) for the key that a PKCS#11 URI names, signed by the token. BadEnvelope `no_key`."""
    key = tokens.open_key(reference, settings.EMOIT_PKCS11_PIN)
    return certify(key, name, now, days).public_bytes(serialization.Encoding.PEM).decode()


def make_rsa(name: str, now: dt.datetime, *, days: int) -> tuple[str, str]:
    """The same, RSA of 3072 bits: what AS4 signs with and encrypts to."""
    return _store(rsa.generate_private_key(65537, 3072), name, now, days)


def _store(key: PrivateKey, name: str, now: dt.datetime, days: int) -> tuple[str, str]:
    certificate = certify(key, name, now, days)
    passphrase = settings.EMOIT_KEY_PASSPHRASE
    locked: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        locked = serialization.BestAvailableEncryption(passphrase.encode())
    folder = Path(settings.EMOIT_KEYS)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file_name = f"exchange-{secrets.token_hex(6)}.pem"
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    _write(folder / file_name, key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked))
    _write((folder / file_name).with_suffix(".crt"), pem)
    return file_name, pem.decode()


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
