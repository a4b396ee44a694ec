"""Signed-in browsers: begun, seen, ended."""

from __future__ import annotations

import enum
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from emoit.kernel import audit
from emoit.kernel.access import Actor, NotFound, acting_as
from emoit.people.actions.hand import end_sessions_of, oneself, registry
from emoit.people.devices import device_of
from emoit.people.models import PasswordLink, Session
from emoit.people.types import SessionEnd

_KEPT = timedelta(days=180)


class Seen(enum.StrEnum):
    """What a session may still do."""

    LIVE = "live"
    ROTATE = "rotate"  # live, and its key is to be changed
    OVER = "over"


@transaction.atomic
def begin_session(*, by: Actor, now: datetime, address: str, user_agent: str) -> str:
    """Note a browser in which `by` has just signed in. Returns the session's id, to keep in the web session."""
    sid = secrets.token_hex(16)
    with registry(by):
        Session.objects.create(
            agency_id=by.agency_id,
            account_id=oneself(by),
            sid=sid,
            device=device_of(user_agent),
            address=address,
            started_at=now,
            seen_at=now,
        )
    return sid


def see_session(*, sid: str, by: Actor, now: datetime) -> Seen:
    """Whether the session still counts: neither ended, nor idle for too long, nor too old (settings.EMOIT_SESSION_*).

    Notes that it was seen, to the minute. One query, without an actor.
    """
    idle = settings.EMOIT_SESSION_IDLE_OFFICER if by.is_officer else settings.EMOIT_SESSION_IDLE
    minutes = (idle, settings.SESSION_COOKIE_AGE // 60)
    with connection.cursor() as cursor:
        cursor.execute(
            "select people_session_seen(%s, %s, %s, make_interval(mins => %s), make_interval(mins => %s))",
            [sid, by.account_id, now, *minutes],
        )
        (state,) = cursor.fetchone()
    return Seen(state) if state in set(Seen) else Seen.OVER


@transaction.atomic
def end_session(*, by: Actor, now: datetime, session_id: int) -> str:
    """End one of one's own sessions. Returns its sid. NotFound where it is another's or over."""
    account_id = oneself(by)
    with registry(by):
        rows = Session.objects.select_for_update()
        row = rows.filter(pk=session_id, agency_id=by.agency_id, account=account_id, ended_at=None).first()
        if row is None:
            raise NotFound("Không có phiên này hoặc phiên đã kết thúc.")
        row.ended_at, row.end = now, SessionEnd.ENDED
        row.save(update_fields=["ended_at", "end"])
        _record(by, now, 1)
    return row.sid


@transaction.atomic
def end_other_sessions(*, by: Actor, now: datetime, sid: str) -> int:
    """End all of one's sessions but this one (its sid). Returns how many."""
    account_id = oneself(by)
    with registry(by):
        ended = end_sessions_of(by, account_id, now, SessionEnd.ENDED, but=sid)
        if ended:
            _record(by, now, ended)
    return ended


@transaction.atomic
def sign_out(*, by: Actor, now: datetime, sid: str) -> None:
    """The holder leaves: the session is over for every copy of its cookie."""
    with registry(by):
        rows = Session.objects.filter(agency_id=by.agency_id, account=by.account_id, sid=sid, ended_at=None)
        rows.update(ended_at=now, end=SessionEnd.SIGNED_OUT)


def _record(by: Actor, now: datetime, count: int) -> None:
    audit.record(
        by=by,
        now=now,
        verb="end_sessions",
        subject_kind="account",
        subject_id=by.account_id or 0,
        details={"sessions": count},
    )


def forget_sessions(*, by: Actor, now: datetime) -> int:
    """Delete sessions not seen for half a year, and links that are void. Returns how many sessions.

    A technical job of the installation.
    """
    with acting_as(by):
        PasswordLink.objects.filter(valid_to__lt=now - _KEPT).delete()
        return Session.objects.filter(seen_at__lt=now - _KEPT).delete()[0]
