"""Several credentials may be good at once: a new one is given out, both work, the old one ends."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from django.db import IntegrityError, transaction
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from emoit.kernel.access import Actor, NotFound, Refusal, acting_as, process
from emoit.lib.saying import say, vi
from emoit.sharing import rules
from emoit.sharing.actions.consumers import NAME, locked, note
from emoit.sharing.infos import credential_info
from emoit.sharing.models import Consumer, Credential
from emoit.sharing.types import CredentialInfo, CredentialKind

LEAST_RSA_BITS = 2048


@transaction.atomic
def add_secret(*, by: Actor, now: datetime, code: str) -> tuple[CredentialInfo, str]:
    """A client secret for a year. It is in the answer and nowhere else. Refusals: forbidden, not_found, too_many."""
    holding = rules.as_keeper(by)
    with acting_as(process(NAME, by.agency_id)):
        consumer = locked(by, code)
        row, secret = make_secret(consumer, now)
        note(by, now, holding, "sharing.add_credential", consumer, kind=row.kind, credential=row.pk)
        return credential_info(row), secret


@transaction.atomic
def rotate_secret(
    *, by: Actor, now: datetime, code: str, overlap_days: int = rules.OVERLAP_DAYS
) -> tuple[CredentialInfo, str]:
    """A new secret; those in use go on for `overlap_days` (0: end at once). Refusals as `add_secret`."""
    holding = rules.as_keeper(by)
    ends = now + timedelta(days=max(0, min(overlap_days, 90)))
    with acting_as(process(NAME, by.agency_id)):
        consumer = locked(by, code)
        old = Credential.objects.filter(consumer=consumer, kind=CredentialKind.SECRET.value, revoked_at=None)
        if overlap_days > 0:
            old.filter(expires_at__gt=ends).update(expires_at=ends)
        else:
            old.update(revoked_at=now)
        row, secret = make_secret(consumer, now)
        note(by, now, holding, "sharing.rotate_secret", consumer, credential=row.pk, overlap_days=overlap_days)
        return credential_info(row), secret


@transaction.atomic
def add_key(*, by: Actor, now: datetime, code: str, jwk: str) -> CredentialInfo:
    """A public key (JWK or PEM) for private_key_jwt. Refusals: forbidden, not_found, too_many, bad_key, known_key."""
    holding = rules.as_keeper(by)
    with acting_as(process(NAME, by.agency_id)):
        consumer = locked(by, code)
        row = keep_key(consumer, now, jwk)
        note(by, now, holding, "sharing.add_credential", consumer, kind=row.kind, credential=row.pk)
        return credential_info(row)


@transaction.atomic
def add_certificate(*, by: Actor, now: datetime, code: str, pem: str) -> CredentialInfo:
    """A certificate that the line may show. Refusals: forbidden, not_found, too_many, bad_certificate, known_key."""
    holding = rules.as_keeper(by)
    with acting_as(process(NAME, by.agency_id)):
        consumer = locked(by, code)
        row = keep_certificate(consumer, now, pem)
        note(by, now, holding, "sharing.add_credential", consumer, kind=row.kind, credential=row.pk, mark=row.mark)
        return credential_info(row)


@transaction.atomic
def revoke_credential(*, by: Actor, now: datetime, code: str, credential_id: int) -> None:
    """From now on it opens nothing, nor does a token that it got. Refusals: forbidden, not_found."""
    holding = rules.as_keeper(by)
    with acting_as(process(NAME, by.agency_id)):
        consumer = locked(by, code)
        row = Credential.objects.select_for_update().filter(consumer=consumer, pk=credential_id).first()
        if row is None:
            raise NotFound(vi("Không có khóa này."))
        if row.revoked_at is None:
            row.revoked_at = now
            row.save(update_fields=["revoked_at"])
            note(by, now, holding, "sharing.revoke_credential", consumer, credential=row.pk)


def make_secret(consumer: Consumer, now: datetime) -> tuple[Credential, str]:
    secret = rules.new_secret(rules.SECRET_PREFIX)
    mark = secret[: len(rules.SECRET_PREFIX) + 4]
    return _keep(consumer, now, CredentialKind.SECRET, rules.digest(secret), "", mark), secret


def keep_key(consumer: Consumer, now: datetime, written: str) -> Credential:
    key = read_key(written)
    thumbprint = key.thumbprint()
    public = json.dumps(key.as_dict(private=False), sort_keys=True)
    return _keep(consumer, now, CredentialKind.KEY, thumbprint, public, thumbprint[: rules.SHOWN])


def keep_certificate(consumer: Consumer, now: datetime, pem: str) -> Credential:
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
    except (ValueError, x509.InvalidVersion):
        raise _wrong("bad_certificate", vi("Không đọc được chứng thư số. Gửi tệp PEM.")) from None
    if not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc:
        raise _wrong("bad_certificate", vi("Chứng thư số hết hạn hoặc chưa có hiệu lực."))
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    ends = certificate.not_valid_after_utc
    return _keep(consumer, now, CredentialKind.CERTIFICATE, fingerprint, pem.strip(), fingerprint[:16], ends)


def read_key(written: str) -> ECKey | RSAKey:
    """A public key of P-256 or RSA (2048 bits or more) as JWK or PEM. Refusal `bad_key`; a private one is one too."""
    for kind in (ECKey, RSAKey):
        try:
            key = kind.import_key(json.loads(written) if written.strip().startswith("{") else written)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError, UnsupportedAlgorithm):
            continue
        if key.is_private:
            raise _wrong("bad_key", vi("Đây là khóa bí mật. Chỉ gửi khóa công khai, và tạo cặp khóa mới."))
        if isinstance(key, ECKey) and key.curve_name == "P-256":
            return key
        if isinstance(key, RSAKey) and key.raw_value.key_size >= LEAST_RSA_BITS:
            return key
    raise _wrong("bad_key", vi("Không đọc được khóa công khai. Dùng P-256 hoặc RSA từ 2048 bit, dạng JWK hoặc PEM."))


def _keep(
    consumer: Consumer, now: datetime, kind: CredentialKind, digest: str, public: str, mark: str,
    ends: datetime | None = None,
) -> Credential:  # fmt: skip
    good = Credential.objects.filter(consumer=consumer, revoked_at=None, expires_at__gt=now).count()
    if good >= rules.MOST_CREDENTIALS:
        raise Refusal(
            say("Hệ thống đang có {number} khóa. Hãy thu hồi khóa không dùng nữa.", number=good), code="too_many"
        )
    ends = (
        min(ends, now + timedelta(days=rules.CREDENTIAL_DAYS)) if ends else now + timedelta(days=rules.CREDENTIAL_DAYS)
    )
    try:
        with transaction.atomic():
            return Credential.objects.create(
                agency_id=consumer.agency_id,
                consumer=consumer,
                kind=kind.value,
                digest=digest,
                public=public,
                mark=mark,
                created_at=now,
                expires_at=ends,
            )
    except IntegrityError:
        raise _wrong("known_key", vi("Khóa hoặc chứng thư số này đã được đăng ký trước đây.")) from None


def _wrong(code: str, words: str) -> Refusal:
    return Refusal(words, code=code, fields={"key": words})
