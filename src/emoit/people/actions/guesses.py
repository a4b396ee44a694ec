"""Guessing, counted: what is opened by knowing something (a code and a second datum) must not be opened by trying."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emoit.kernel.access import Actor
from emoit.kernel.personal import keyed_hash
from emoit.people.actions.hand import registry
from emoit.people.actions.sign_in import failures, is_flooded, lock, note_failure
from emoit.people.models import SignInAttempt
from emoit.people.rules import FAILURE_WINDOW, MOST_ANYWHERE, is_throttled


@transaction.atomic
def may_guess(*, by: Actor, now: datetime, subject: str, address: str, about: str = "") -> bool:
    """False once there were too many wrong guesses at `subject` from `address`, or far more at the one thing `about`
    from anywhere; tries in parallel wait in line."""
    key = keyed_hash(f"{subject}\n{address}")
    with registry(by):
        lock(key)
        if about and is_flooded(by.agency_id, _anywhere(subject, about), MOST_ANYWHERE, now):
            return False
        return not is_throttled(failures(by.agency_id, key, now, since=FAILURE_WINDOW), now)


@transaction.atomic
def note_guess(*, by: Actor, now: datetime, subject: str, address: str, right: bool, about: str = "") -> None:
    """Keep one guess and whether it was right."""
    key = keyed_hash(f"{subject}\n{address}")
    with registry(by):
        if right:
            SignInAttempt.objects.create(agency_id=by.agency_id, key=key, at=now, succeeded=True)
        else:
            note_failure(by.agency_id, (key, _anywhere(subject, about)) if about else (key,), now)


def _anywhere(subject: str, about: str) -> str:
    return keyed_hash(f"{subject} {about}\n* anywhere")
