"""Look-ups: of a dossier, of the person concerned, and of the agency for its auditors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from emoit.kernel.access import Actor, Forbidden, acting_as, process
from emoit.people.lookup_rules import OF_OFFICERS, keeping
from emoit.people.models import Citizen, Lookup
from emoit.people.types import LookupInfo, LookupState, Purpose, Register, RegisterFacts, Role


@dataclass(frozen=True, slots=True)
class LookupFilter:
    """What an auditor looks for; "" and None: anything. `since` and `until` are aware, the end is excluded."""

    register: Register | None = None
    purpose: Purpose | None = None
    account_id: int | None = None
    subject_code: str = ""
    since: datetime | None = None
    until: datetime | None = None


def purposes_of_officers() -> tuple[Purpose, ...]:
    """What an officer chooses from."""
    return OF_OFFICERS


def terms(register: Register) -> tuple[str, tuple[str, ...]]:
    """How long an answer may be used, in words, and by which articles."""
    rule = keeping(register)
    return rule.text, rule.law


def lookups_of(actor: Actor, *, subject_kind: str, subject_id: str, now: datetime) -> list[LookupInfo]:
    """The look-ups made for one subject, the newest first, with the answers that may still be used.

    The caller has passed the subject's own door; the applicant is shown what they themselves consented to.
    """
    with _looking(actor) as by:
        rows = Lookup.objects.filter(agency_id=by.agency_id, subject_kind=subject_kind, subject_id=subject_id)
        if not (actor.is_officer or actor.is_process):
            rows = rows.filter(purpose=Purpose.DECLARE.value)
        return [_info(row, now) for row in rows.order_by("-asked_at", "-id")]


def lookups_about(actor: Actor, *, before: int = 0, limit: int = 20) -> list[LookupInfo]:
    """Who asked the population database about the actor themself, the newest first, `before` a look-up's id.

    Without answers. Empty for one who has no identity number with us. Call it within `acting_as(actor)`.
    """
    key = Citizen.objects.filter(account=actor.account_id).values_list("id_number_hash", flat=True).first()
    if actor.account_id is None or key is None:
        return []
    with _looking(actor) as by:
        rows = Lookup.objects.filter(agency_id=by.agency_id, identity_key=key, register=Register.POPULATION.value)
        return _page(rows.filter(pk__lt=before) if before else rows, limit)


def lookups(actor: Actor, wanted: LookupFilter, *, before: int = 0, limit: int = 50) -> list[LookupInfo]:
    """Every look-up of the agency, the newest first, without answers. Forbidden but for auditors."""
    if not actor.has_role(Role.AUDITOR):
        raise Forbidden("Chỉ người kiểm tra, giám sát xem các lần tra cứu.")
    asked = {
        "register": wanted.register.value if wanted.register else "",
        "purpose": wanted.purpose.value if wanted.purpose else "",
        "account": wanted.account_id,
        "subject_code": wanted.subject_code,
        "asked_at__gte": wanted.since,
        "asked_at__lt": wanted.until,
        "pk__lt": before,
    }
    with _looking(actor) as by:
        given = {name: value for name, value in asked.items() if value}
        return _page(Lookup.objects.filter(agency_id=by.agency_id, **given), limit)


def _page(rows: QuerySet[Lookup], limit: int) -> list[LookupInfo]:
    return [_info(row, None) for row in rows.order_by("-pk")[:limit]]


@contextmanager
def _looking(actor: Actor) -> Iterator[Actor]:
    """As a process of ours: the table is closed to people."""
    with acting_as(process("people.look", actor.agency_id)) as by:
        yield by


def _info(row: Lookup, now: datetime | None) -> LookupInfo:
    """`now` None: without the answer."""
    usable = now is not None and row.answer and row.keep_until is not None and row.keep_until > now
    return LookupInfo(
        id=row.pk,
        register=Register(row.register),
        purpose=Purpose(row.purpose),
        state=LookupState(row.state),
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        subject_code=row.subject_code,
        account_id=row.account_id,
        unit_id=row.unit_id,
        role=row.role,
        consented=row.consented_at is not None,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        keep_until=row.keep_until,
        forgotten_at=row.forgotten_at,
        due_at=row.due_at,
        error=row.error,
        facts=RegisterFacts(**json.loads(row.answer)) if usable else None,
    )
