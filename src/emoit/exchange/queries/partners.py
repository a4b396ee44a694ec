"""Partners as operators keep them: profile, certificates, history; and our own keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from emoit.exchange import keys, own, reading
from emoit.exchange.models import Certificate, Partner
from emoit.exchange.profiles import profile_of
from emoit.exchange.queries.door import looking, require_operator
from emoit.exchange.queries.queues import states
from emoit.exchange.revocation.facts import facts_of
from emoit.exchange.rules.certificates import remarks, standing
from emoit.exchange.types import CertificateFacts, CertificateText, PartnerFacts, RevocationFacts, Use
from emoit.kernel import audit
from emoit.kernel.access import Actor, NotFound, Refusal
from emoit.lib.pkcs11 import SCHEME

PAGE = 50


def partner_facts(actor: Actor, *, now: datetime) -> list[PartnerFacts]:
    """Every partner by code. Forbidden."""
    with looking(actor) as by:
        return _facts(by, list(Partner.objects.filter(agency_id=by.agency_id).order_by("code")), now)


def partner(actor: Actor, code: str, *, now: datetime) -> PartnerFacts:
    """One partner. Forbidden, NotFound."""
    with looking(actor) as by:
        found = _facts(by, list(Partner.objects.filter(agency_id=by.agency_id, code=code)), now)
    if not found:
        raise NotFound("Không có hệ thống kết nối này.")
    return found[0]


def _facts(by: Actor, rows: list[Partner], now: datetime) -> list[PartnerFacts]:
    known = Certificate.objects.filter(agency_id=by.agency_id, partner__in=rows).select_related("partner")
    asked = facts_of(by.agency_id, now)
    certificates = [_certificate(one, asked, now) for one in known.order_by("-id")]
    return [
        PartnerFacts(
            profile=profile_of(row),
            state=state,
            created_at=row.created_at,
            certificates=tuple(one for one in certificates if one.partner == row.code),
        )
        for row, state in zip(rows, states(by, rows, now), strict=True)
    ]


def certificate(actor: Actor, code: str, fingerprint: str, *, now: datetime) -> list[CertificateFacts]:
    """What a partner uses a certificate for that is not retired: one row for each use. Forbidden, NotFound."""
    return _counting(list(partner(actor, code, now=now).certificates), fingerprint)


def own_keys(actor: Actor, *, now: datetime) -> list[CertificateFacts]:
    """Our own certificates, the newest first. Forbidden."""
    with looking(actor) as by:
        rows = Certificate.objects.filter(agency_id=by.agency_id, partner=None).order_by("-id")
        asked = facts_of(by.agency_id, now)
        return [_certificate(row, asked, now) for row in rows]


def own_key(actor: Actor, fingerprint: str, *, now: datetime) -> list[CertificateFacts]:
    """What a key of ours is used for: one row for each use, also of one that is retired. Forbidden, NotFound."""
    found = [one for one in own_keys(actor, now=now) if one.fingerprint == fingerprint]
    if not found:
        raise NotFound("Không có khóa này.")
    return found


def _counting(rows: list[CertificateFacts], fingerprint: str) -> list[CertificateFacts]:
    found = [one for one in rows if one.fingerprint == fingerprint and one.retired_at is None]
    if not found:
        raise NotFound("Không có chứng thư số này đang dùng.")
    return found


def _certificate(row: Certificate, asked: Mapping[str, RevocationFacts], now: datetime) -> CertificateFacts:
    return CertificateFacts(
        partner=row.partner.code if row.partner else "",
        use=Use(row.use),
        text=reading.text_of(keys.read(row.pem)),
        standing=standing(row.valid_from, row.valid_to, row.retired_at, now),
        added_at=row.added_at,
        retired_at=row.retired_at,
        on_token=row.reference.startswith(SCHEME),
        revocation=asked[row.fingerprint],
    )


def read_certificate(actor: Actor, content: bytes, use: Use | None) -> CertificateText:
    """What a file or a pasted text holds, before it is trusted. Forbidden; refusals of `reading.from_bytes`."""
    require_operator(actor)
    read = reading.from_bytes(content)
    if use is Use.AS4 and not read.key.startswith("RSA"):
        raise Refusal(reading.NOT_RSA, code="bad_certificate")
    return read


def certificate_remarks(read: CertificateText, *, now: datetime) -> list[str]:
    """What to know before trusting it."""
    return remarks(read, now)


def own_code() -> str:
    """Our code among partners."""
    return own.code()


def partner_history(actor: Actor, code: str, *, before: int = 0) -> tuple[list[audit.Entry], int]:
    """Who did what about the partner of that code (ours: about our keys), a page of them, the newest first.

    `before`: what came with the page before it, 0 for the first. With them the same for the next, 0 where there is
    none. Forbidden.
    """
    with looking(actor) as by:
        rows = audit.entries(by, subject_kind="partner", subject_id=code, before=before, limit=PAGE + 1)
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else 0
