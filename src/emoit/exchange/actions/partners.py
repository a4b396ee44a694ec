from __future__ import annotations

from datetime import datetime
from typing import Any

from cryptography import x509
from django.db import transaction

from emoit.exchange import keys, own
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.models import Certificate, Gate, Partner, RevocationCheck
from emoit.exchange.profiles import windows_to_json
from emoit.exchange.rules.operators import as_operator
from emoit.exchange.rules.revocation import REVOKED
from emoit.exchange.transports import is_allowed
from emoit.exchange.types import Format, Profile, Transport, Use
from emoit.kernel import audit
from emoit.kernel.access import Actor, Holding, NotFound, Refusal, acting_as, process

NAME = "exchange.partners"
LEAST_KEY_DAYS = 1
# An envelope in base64 with its header must fit into what the door reads.
MOST_BYTES = 14 * 1024 * 1024
FORMATS = {
    Transport.HTTPS: (Format.JSON, Format.XML),
    Transport.SOAP: (Format.XML,),
    Transport.AS4: (Format.AS4,),
}


@transaction.atomic
def register_partner(*, by: Actor, now: datetime, profile: Profile) -> int:
    """A new partner. Refusals: forbidden, partner_exists, bad_address, bad_profile."""
    holding = as_operator(by)
    _judge(profile)
    with acting_as(process(NAME, by.agency_id)):
        if Partner.objects.filter(agency_id=by.agency_id, code=profile.code).exists():
            raise Refusal("Mã hệ thống kết nối này đã có.", code="partner_exists")
        row = Partner.objects.create(agency_id=by.agency_id, created_at=now, **_columns(profile))
        Gate.objects.create(agency_id=by.agency_id, partner=row, refilled_at=now)
        _note(by, now, holding, "exchange.register_partner", profile.code, address=profile.address)
    return int(row.pk)


@transaction.atomic
def change_partner(*, by: Actor, now: datetime, profile: Profile) -> None:
    """The profile of the partner of that code. Refusals: forbidden, not_found, bad_address, bad_profile."""
    holding = as_operator(by)
    _judge(profile)
    with acting_as(process(NAME, by.agency_id)):
        row = _locked(by, profile.code)
        for name, value in _columns(profile).items():
            setattr(row, name, value)
        row.save()
        _note(by, now, holding, "exchange.change_partner", profile.code, address=profile.address)


@transaction.atomic
def set_active(*, by: Actor, now: datetime, code: str, active: bool) -> None:
    """Stop or resume all exchange with a partner; what waits for it stays. Refusals: forbidden, not_found."""
    holding = as_operator(by)
    with acting_as(process(NAME, by.agency_id)):
        row = _locked(by, code)
        row.active = active
        row.save(update_fields=["active"])
        _note(by, now, holding, "exchange.resume" if active else "exchange.stop", code)


@transaction.atomic
def add_certificate(*, by: Actor, now: datetime, code: str, use: Use, pem: str) -> str:
    """Trust a certificate of a partner, whoever issued it: known by its fingerprint, which is returned.

    Refusals: forbidden, not_found, bad_certificate, certificate_exists, certificate_revoked.
    """
    holding = as_operator(by)
    certificate = _read(pem)
    if use is Use.AS4 and not keys.is_rsa(certificate):
        raise Refusal("AS4 cần chứng thư số có khóa RSA.", code="bad_certificate")
    fingerprint = keys.fingerprint(certificate)
    with acting_as(process(NAME, by.agency_id)):
        row = _locked(by, code)
        _add(by=by, now=now, partner=row, use=use, pem=pem, reference="", fingerprint=fingerprint)
        _note(by, now, holding, "exchange.add_certificate", code, use=use.value, fingerprint=fingerprint)
    return fingerprint


@transaction.atomic
def retire_certificate(*, by: Actor, now: datetime, fingerprint: str) -> None:
    """No longer trust (or use) a certificate, from now on. Refusals: forbidden, not_found."""
    holding = as_operator(by)
    with acting_as(process(NAME, by.agency_id)):
        rows = Certificate.objects.filter(agency_id=by.agency_id, fingerprint=fingerprint, retired_at=None)
        if not rows.update(retired_at=now):
            raise NotFound("Không có chứng thư số này đang dùng.")
        _note(by, now, holding, "exchange.retire_certificate", fingerprint[:16], fingerprint=fingerprint)


@transaction.atomic
def make_key(*, by: Actor, now: datetime, days: int = 730) -> str:
    """A new key of ours for signing and for connections; those before it count until they end. Its fingerprint.

    Refusals: forbidden, bad_certificate.
    """
    holding = as_operator(by)
    if days < LEAST_KEY_DAYS:
        raise Refusal("Khóa phải có hiệu lực ít nhất một ngày.", code="bad_certificate")
    reference, pem = keys.make(own.code(), now, days=days)
    fingerprint = keys.fingerprint(keys.read(pem))
    with acting_as(process(NAME, by.agency_id)):
        for use in (Use.SIGN, Use.TLS):
            _add(by=by, now=now, partner=None, use=use, pem=pem, reference=reference, fingerprint=fingerprint)
        _note(by, now, holding, "exchange.make_key", own.code(), fingerprint=fingerprint)
    return fingerprint


@transaction.atomic
def use_token_key(*, by: Actor, now: datetime, reference: str, days: int = 730) -> str:
    """Sign with a P-256 key on a token, named by its PKCS#11 URI (RFC 7512). The fingerprint of its certificate.

    Lines still need a key in a file. Refusals: forbidden, bad_certificate.
    """
    holding = as_operator(by)
    try:
        pem = keys.certify_token(reference, own.code(), now, days=days)
    except BadEnvelope:
        raise Refusal("Không mở được khóa P-256 này trên thiết bị giữ khóa.", code="bad_certificate") from None
    fingerprint = keys.fingerprint(keys.read(pem))
    with acting_as(process(NAME, by.agency_id)):
        _add(by=by, now=now, partner=None, use=Use.SIGN, pem=pem, reference=reference, fingerprint=fingerprint)
        _note(by, now, holding, "exchange.make_key", own.code(), fingerprint=fingerprint)
    return fingerprint


@transaction.atomic
def make_as4_key(*, by: Actor, now: datetime, days: int = 730) -> str:
    """A new RSA key of ours for AS4: it signs, and others encrypt to it. Its fingerprint. Refusals: as `make_key`."""
    holding = as_operator(by)
    if days < LEAST_KEY_DAYS:
        raise Refusal("Khóa phải có hiệu lực ít nhất một ngày.", code="bad_certificate")
    reference, pem = keys.make_rsa(own.code(), now, days=days)
    fingerprint = keys.fingerprint(keys.read(pem))
    with acting_as(process(NAME, by.agency_id)):
        _add(by=by, now=now, partner=None, use=Use.AS4, pem=pem, reference=reference, fingerprint=fingerprint)
        _note(by, now, holding, "exchange.make_key", own.code(), fingerprint=fingerprint)
    return fingerprint


def _add(
    *,
    by: Actor,
    now: datetime,
    partner: Partner | None,
    use: Use,
    pem: str,
    reference: str,
    fingerprint: str,
) -> None:
    certificate = keys.read(pem)
    if Certificate.objects.filter(agency_id=by.agency_id, use=use.value, fingerprint=fingerprint).exists():
        raise Refusal("Chứng thư số này đã được đăng ký.", code="certificate_exists")
    if RevocationCheck.objects.filter(agency_id=by.agency_id, fingerprint=fingerprint, state__in=REVOKED).exists():
        raise Refusal("Chứng thư số này đã bị nơi cấp thu hồi.", code="certificate_revoked")
    Certificate.objects.create(
        agency_id=by.agency_id,
        partner=partner,
        use=use.value,
        fingerprint=fingerprint,
        pem=pem,
        reference=reference,
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
        added_at=now,
    )


def _read(pem: str) -> x509.Certificate:
    try:
        certificate = keys.read(pem)
    except ValueError:
        raise Refusal("Tệp chứng thư số không đọc được.", code="bad_certificate") from None
    if not keys.algorithms(certificate):
        raise Refusal("Khóa của chứng thư số quá yếu hoặc không được hỗ trợ.", code="bad_certificate")
    return certificate


def _judge(profile: Profile) -> None:
    if profile.address and not is_allowed(profile.address):
        raise Refusal("Địa chỉ của hệ thống kết nối phải bắt đầu bằng https://.", code="bad_address")
    if profile.format not in FORMATS[profile.transport]:
        raise Refusal("Cách truyền này không dùng dạng thông điệp đã chọn.", code="bad_profile")
    limits = (profile.max_bytes, profile.max_attempts, profile.give_up_after_hours)
    if min(limits) < 1 or profile.rate_per_minute < 0 or profile.max_bytes > MOST_BYTES:
        raise Refusal("Giới hạn của hệ thống kết nối không hợp lệ.", code="bad_profile")


def _columns(profile: Profile) -> dict[str, Any]:
    return {
        "code": profile.code,
        "name": profile.name,
        "address": profile.address,
        "transport": profile.transport.value,
        "format": profile.format.value,
        "max_bytes": profile.max_bytes,
        "rate_per_minute": profile.rate_per_minute,
        "max_attempts": profile.max_attempts,
        "give_up_after_hours": profile.give_up_after_hours,
        "windows": windows_to_json(profile.windows),
    }


def _locked(by: Actor, code: str) -> Partner:
    row = Partner.objects.select_for_update().filter(agency_id=by.agency_id, code=code).first()
    if row is None:
        raise NotFound("Không có hệ thống kết nối này.")
    return row


def _note(by: Actor, now: datetime, holding: Holding | None, verb: str, code: str, **details: object) -> None:
    audit.record(by=by, now=now, verb=verb, subject_kind="partner", subject_id=code, holding=holding, details=details)
