"""Guessing, counted: what is opened by knowing something (a code and a second datum) must not be opened by trying."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emoit.kernel.access import Actor
from emoit.kernel.personal import keyed_hash
from emoit.people.actions.hand import registry
from emoit.people.actions.sign_in import failures, lock
from emoit.people.models import SignInAttempt
from emoit.people.rules import is_throttled


@transaction.atomic
def may_guess(*, by: Actor, now: datetime, subject: str, address: str) -> bool:
    """False once there were too many wrong guesses at `subject` from `address`; tries in parallel wait in line."""
    key = keyed_hash(f"{subject}\n{address}")
    with registry(by):
        lock(key)
        return not is_throttled(failures(by.agency_id, key, now), now)


@transaction.atomic
def note_guess(*, by: Actor, now: datetime, subject: str, address: str, right: bool) -> None:
    """Keep one guess and whether it was right."""
    with registry(by):
        SignInAttempt.objects.create(
            agency_id=by.agency_id, key=keyed_hash(f"{subject}\n{address}"), at=now, succeeded=right
        )
