"""Ask about certificates in force and write down what is said; one that is revoked is retired in the same breath."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from emoit.exchange import keys, own
from emoit.exchange.models import Certificate, Gate, RevocationCheck
from emoit.exchange.revocation.asking import Asker
from emoit.exchange.rules.revocation import REVOKED, Told, Unusable, next_try
from emoit.exchange.types import Revocation
from emoit.kernel import audit, jobs
from emoit.kernel.access import Actor, acting_as

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

JOB = "exchange.check_certificates"
VERB = "exchange.certificate_revoked"
GATE_ERROR = "revoked_certificate"
_BUSY = """
    select exists (
        select from procrastinate_jobs
        where status in ('todo', 'doing') and task_name = %s and args ->> 'agency_id' = %s
    )
"""


@dataclass(frozen=True, slots=True)
class _Subject:
    fingerprint: str
    pem: str  # with whatever came above it


def wake_due(now: datetime) -> int:
    """Ask for a run for each agency with certificates to ask about, unless one waits or runs. How many were asked for.

    As a process that sees every agency.
    """
    agencies = _in_force(now).values_list("agency_id", flat=True).distinct().order_by("agency_id")
    woken = [one for one in agencies if _due(one, now) and not _is_busy(one)]
    for agency_id in woken:
        jobs.defer(JOB, agency_id=agency_id)
    return len(woken)


def _is_busy(agency_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_BUSY, [JOB, str(agency_id)])
        return bool(cursor.fetchone()[0])


def check_due(*, by: Actor, clock: Clock) -> Counter[Revocation]:
    """Ask about the agency's certificates whose time has come. How many stand where now."""
    with acting_as(by):
        subjects = _due(by.agency_id, clock())
    return _check(by, subjects, clock)


def check_all(*, by: Actor, clock: Clock) -> Counter[Revocation]:
    """Ask about every certificate in force of the agency and its partners now."""
    with acting_as(by):
        subjects = _subjects(by.agency_id, clock())
    return _check(by, subjects, clock)


def _in_force(now: datetime) -> QuerySet[Certificate]:
    return Certificate.objects.filter(retired_at=None, valid_to__gte=now)


def _subjects(agency_id: int, now: datetime) -> list[_Subject]:
    """Each once, those of one issuer together: they share its list."""
    rows = _in_force(now).filter(agency_id=agency_id).values_list("fingerprint", "pem")
    longest = dict(sorted(rows, key=lambda row: len(row[1])))
    found = [_Subject(fingerprint, pem) for fingerprint, pem in longest.items()]
    return sorted(found, key=lambda one: (_issuer_of(one.pem), one.fingerprint))


def _issuer_of(pem: str) -> bytes:
    try:
        return keys.read(pem).issuer.public_bytes()
    except ValueError:  # `_ask` says so
        return b""


def _due(agency_id: int, now: datetime) -> list[_Subject]:
    known = {row.fingerprint: row for row in RevocationCheck.objects.filter(agency_id=agency_id)}
    return [one for one in _subjects(agency_id, now) if _is_due(known.get(one.fingerprint), now)]


def _is_due(row: RevocationCheck | None, now: datetime) -> bool:
    return row is None or row.tried_at + next_try(Revocation(row.state), has_failed=bool(row.error)) <= now


def _check(by: Actor, subjects: Iterable[_Subject], clock: Clock) -> Counter[Revocation]:
    """No transaction is open while anybody answers; each answer is committed before the next is asked for."""
    asker, found = Asker(), Counter[Revocation]()
    for one in subjects:
        said = _ask(asker, one, clock())
        with acting_as(by):
            found[write_down(by, clock(), one.fingerprint, said)] += 1
    return found


def _ask(asker: Asker, one: _Subject, now: datetime) -> Told | Unusable:
    try:
        return asker.ask(one.pem, now)
    except Unusable as fault:
        logger.warning("certificate %s could not be checked: %s", one.fingerprint[:16], fault.code)
        return fault
    except Exception:  # one odd certificate does not keep the others from being checked
        logger.exception("certificate %s could not be checked", one.fingerprint[:16])
        return Unusable("not_readable")


def write_down(by: Actor, now: datetime, fingerprint: str, said: Told | Unusable) -> Revocation:
    """In the caller's transaction. What is once revoked stays so, and an answer older than the known one is none."""
    found = RevocationCheck.objects.select_for_update()
    row, _ = found.get_or_create(
        agency_id=by.agency_id,
        fingerprint=fingerprint,
        defaults={"state": Revocation.UNCHECKED.value, "tried_at": now},
    )
    if Revocation(row.state) not in REVOKED:
        _apply(row, now, said)
        row.save()
    if Revocation(row.state) in REVOKED:
        _retire(by, now, row)
    return Revocation(row.state)


def _apply(row: RevocationCheck, now: datetime, said: Told | Unusable) -> None:
    row.tried_at = now
    if isinstance(said, Told) and said.state is Revocation.GOOD and row.told_at and said.at and said.at < row.told_at:
        said = Unusable("older_than_known")
    if isinstance(said, Unusable):
        row.error = said.code
        if row.state == Revocation.UNCHECKED.value:
            row.state = Revocation.UNKNOWN.value
        return
    row.error, row.state, row.checked_at = "", said.state.value, now
    row.told_at, row.holds_until = said.at, said.until
    row.revoked_at, row.reason, row.source, row.digest = said.revoked_at, said.reason, said.source, said.digest


def _retire(by: Actor, now: datetime, row: RevocationCheck) -> None:
    """Every use of it, at whichever partner; each partner's queue tells of it."""
    in_use = Certificate.objects.select_for_update(of=("self",)).select_related("partner")
    rows = list(in_use.filter(agency_id=by.agency_id, fingerprint=row.fingerprint, retired_at=None))
    Certificate.objects.filter(pk__in=[one.pk for one in rows]).update(retired_at=now)
    partners = {one.partner.pk: one.partner.code for one in rows if one.partner is not None}
    Gate.objects.filter(partner__in=partners).update(last_error=GATE_ERROR, last_failure_at=now)
    ours = {own.code()} if any(one.partner is None for one in rows) else set()
    for code in sorted({*partners.values(), *ours}):
        audit.record(
            by=by,
            now=now,
            verb=VERB,
            subject_kind="partner",
            subject_id=code,
            details={
                "fingerprint": row.fingerprint,
                "state": row.state,
                "reason": row.reason,
                "revoked_at": row.revoked_at.isoformat() if row.revoked_at else "",
                "source": row.source,
                "digest": row.digest,
            },
        )
