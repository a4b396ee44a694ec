"""Certificates of partners that count, and keys of our own."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from django.db import transaction

from emoit.exchange import keys, own
from emoit.exchange.actions.partners import NAME, locked, note
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.models import Certificate, Partner, RevocationCheck
from emoit.exchange.reading import NOT_RSA, UNREADABLE, WEAK
from emoit.exchange.rules.certificates import start_fault
from emoit.exchange.rules.operators import as_operator
from emoit.exchange.rules.revocation import REVOKED
from emoit.exchange.types import Use
from emoit.kernel.access import Actor, NotFound, Refusal, acting_as, process

LEAST_KEY_DAYS = 1


@transaction.atomic
def add_certificate(*, by: Actor, now: datetime, code: str, use: Use, pem: str) -> str:
    """Trust a certificate of a partner, whoever issued it: known by its fingerprint, which is returned.

    Refusals: forbidden, not_found, bad_certificate, certificate_exists, certificate_revoked.
    """
    holding = as_operator(by)
    certificate = _read(pem)
    if use is Use.AS4 and not keys.is_rsa(certificate):
        raise Refusal(NOT_RSA, code="bad_certificate")
    fingerprint = keys.fingerprint(certificate)
    with acting_as(process(NAME, by.agency_id)):
        row = locked(by, code)
        _add(by=by, now=now, partner=row, use=use, pem=pem, reference="", fingerprint=fingerprint)
        note(by, now, holding, "exchange.add_certificate", code, use=use.value, fingerprint=fingerprint)
    return fingerprint


@transaction.atomic
def retire_certificate(*, by: Actor, now: datetime, fingerprint: str) -> None:
    """No longer trust (or use) a certificate, from now on and for every use; a row of the trail for each who has it.

    Refusals: forbidden, not_found.
    """
    holding = as_operator(by)
    with acting_as(process(NAME, by.agency_id)):
        rows = Certificate.objects.select_for_update(of=("self",)).select_related("partner")
        found = list(rows.filter(agency_id=by.agency_id, fingerprint=fingerprint, retired_at=None).order_by("id"))
        if not found:
            raise NotFound("Không có chứng thư số này đang dùng.")
        for row in found:
            row.retired_at = now
            row.save(update_fields=["retired_at"])
        for code in dict.fromkeys(row.partner.code if row.partner else own.code() for row in found):
            note(by, now, holding, "exchange.retire_certificate", code, fingerprint=fingerprint)


@transaction.atomic
def make_key(*, by: Actor, now: datetime, days: int = 730, starts_at: datetime | None = None) -> str:
    """A new key of ours for signing and for connections; those before it count until they end. Its fingerprint.

    `starts_at`: the moment from which it is used in place of the one before, so that partners can register its
    certificate first; None: at once. Refusals: forbidden, bad_certificate, bad_start, key_not_kept.
    """
    return _make(by=by, now=now, days=days, starts_at=starts_at, uses=(Use.SIGN, Use.TLS))


@transaction.atomic
def make_as4_key(*, by: Actor, now: datetime, days: int = 730, starts_at: datetime | None = None) -> str:
    """A new RSA key of ours for AS4: it signs, and others encrypt to it. Its fingerprint. Refusals: as `make_key`."""
    return _make(by=by, now=now, days=days, starts_at=starts_at, uses=(Use.AS4,))


def _make(*, by: Actor, now: datetime, days: int, starts_at: datetime | None, uses: tuple[Use, ...]) -> str:
    holding = as_operator(by)
    if days < LEAST_KEY_DAYS:
        raise Refusal("Khóa phải có hiệu lực ít nhất một ngày.", code="bad_certificate")
    with acting_as(process(NAME, by.agency_id)):
        start = starts_at or now
        fault = start_fault(start, _ends_at(by, uses[0], now), now)
        if fault:
            raise Refusal(fault, code="bad_start", fields={"/starts_at": fault})
        reference, pem = _keep(start, days, uses)
        fingerprint = keys.fingerprint(keys.read(pem))
        for use in uses:
            _add(by=by, now=now, partner=None, use=use, pem=pem, reference=reference, fingerprint=fingerprint)
        note(
            by, now, holding, "exchange.make_key", own.code(), fingerprint=fingerprint, uses=[use.value for use in uses]
        )
    return fingerprint


def _ends_at(by: Actor, use: Use, now: datetime) -> datetime | None:
    """When our last key for the use that is in force ends."""
    ours = Certificate.objects.filter(agency_id=by.agency_id, partner=None, use=use.value, retired_at=None)
    ends = ours.filter(valid_from__lte=now, valid_to__gte=now).order_by("-valid_to").values_list("valid_to", flat=True)
    return ends.first()


def _keep(starts_at: datetime, days: int, uses: tuple[Use, ...]) -> tuple[str, str]:
    try:
        return (keys.make_rsa if Use.AS4 in uses else keys.make)(own.code(), starts_at, days=days)
    except OSError:
        raise Refusal("Máy chủ không ghi được khóa mới vào nơi giữ khóa.", code="key_not_kept") from None


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
        note(by, now, holding, "exchange.make_key", own.code(), fingerprint=fingerprint, uses=[Use.SIGN.value])
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
    present = Certificate.objects.filter(agency_id=by.agency_id, use=use.value, fingerprint=fingerprint).first()
    if present is not None and present.retired_at is not None:
        raise Refusal(
            "Chứng thư số này đã ngừng dùng và không đăng ký lại được: hãy xin một chứng thư số mới.",
            code="certificate_exists",
        )
    if present is not None:
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
        is_good = bool(keys.algorithms(certificate))
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
        raise Refusal(UNREADABLE, code="bad_certificate") from None
    if not is_good:
        raise Refusal(WEAK, code="bad_certificate")
    return certificate
