"""Partners and how they are treated."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from emoit.exchange.models import Gate, Partner
from emoit.exchange.profiles import profile_of
from emoit.exchange.rules.operators import as_operator
from emoit.exchange.rules.profiles import changes, document_of, faults, version_of
from emoit.exchange.types import Profile
from emoit.kernel import audit
from emoit.kernel.access import Actor, Holding, NotFound, Refusal, Stale, acting_as, process
from emoit.lib.saying import vi

NAME = "exchange.partners"
PRESENT = vi("Mã hệ thống kết nối này đã có.")


@transaction.atomic
def register_partner(*, by: Actor, now: datetime, profile: Profile) -> int:
    """A new partner. Refusals: forbidden, partner_exists, bad_address, bad_profile, the last two field by field."""
    holding = as_operator(by)
    _judge(profile)
    with acting_as(process(NAME, by.agency_id)):
        try:
            with transaction.atomic():
                row = Partner.objects.create(agency_id=by.agency_id, created_at=now, **document_of(profile))
        except IntegrityError:
            raise Refusal(PRESENT, code="partner_exists", fields={"/code": PRESENT}) from None
        Gate.objects.create(agency_id=by.agency_id, partner=row, refilled_at=now)
        note(by, now, holding, "exchange.register_partner", profile.code, address=profile.address)
    return int(row.pk)


@transaction.atomic
def change_partner(*, by: Actor, now: datetime, profile: Profile, seen: str = "") -> None:
    """The profile of the partner of that code; the trail keeps what was and what is, where they differ.

    `seen`: the version of the profile on which the change was made, "": whatever it is. Refusals: forbidden, not_found,
    stale, bad_address, bad_profile.
    """
    holding = as_operator(by)
    _judge(profile)
    with acting_as(process(NAME, by.agency_id)):
        row = locked(by, profile.code)
        present = profile_of(row)
        if seen and seen != version_of(present):
            raise Stale("Người khác vừa sửa hệ thống kết nối này. Hãy xem lại rồi lưu lần nữa.")
        changed = changes(present, profile)
        if not changed:
            return
        for name, value in document_of(profile).items():
            setattr(row, name, value)
        row.save()
        note(by, now, holding, "exchange.change_partner", profile.code, changed=changed)


@transaction.atomic
def set_active(*, by: Actor, now: datetime, code: str, active: bool) -> None:
    """Stop or resume all exchange with a partner; what waits for it stays. Refusals: forbidden, not_found."""
    holding = as_operator(by)
    with acting_as(process(NAME, by.agency_id)):
        row = locked(by, code)
        if row.active is active:
            return
        row.active = active
        row.save(update_fields=["active"])
        note(by, now, holding, "exchange.resume" if active else "exchange.stop", code)


def _judge(profile: Profile) -> None:
    found = faults(document_of(profile))
    if found:
        raise Refusal(found[0].message, code=found[0].code, fields={one.path: one.message for one in found})


def locked(by: Actor, code: str) -> Partner:
    """The partner, for this transaction alone. NotFound."""
    row = Partner.objects.select_for_update().filter(agency_id=by.agency_id, code=code).first()
    if row is None:
        raise NotFound("Không có hệ thống kết nối này.")
    return row


def note(by: Actor, now: datetime, holding: Holding | None, verb: str, code: str, **details: Any) -> None:
    """A row of the trail about the partner of that code, or about ourselves under our own."""
    audit.record(by=by, now=now, verb=verb, subject_kind="partner", subject_id=code, holding=holding, details=details)
