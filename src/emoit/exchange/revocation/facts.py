"""What operators are shown of the revocation of certificates."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from emoit.exchange.models import Certificate, RevocationCheck
from emoit.exchange.rules.revocation import shown
from emoit.exchange.types import Revocation, RevocationFacts


def facts_of(agency_id: int, now: datetime) -> dict[str, RevocationFacts]:
    """Of every certificate that the agency knows, its own and its partners', by fingerprint."""
    prints = Certificate.objects.filter(agency_id=agency_id).values_list("fingerprint", flat=True)
    known = {row.fingerprint: _facts(row, now) for row in RevocationCheck.objects.filter(agency_id=agency_id)}
    return {one: known.get(one, RevocationFacts(one, Revocation.UNCHECKED)) for one in prints}


def _facts(row: RevocationCheck, now: datetime) -> RevocationFacts:
    limit = timedelta(days=settings.EMOIT_REVOCATION_DAYS)
    return RevocationFacts(
        fingerprint=row.fingerprint,
        state=shown(Revocation(row.state), row.checked_at, row.holds_until, now, limit),
        checked_at=row.checked_at,
        error=row.error,
        revoked_at=row.revoked_at,
        reason=row.reason,
        source=row.source,
    )
