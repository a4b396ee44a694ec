"""One-time links by which the holder of an account sets a password that nobody else ever knew."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from emoit.kernel import audit
from emoit.kernel.access import Actor, NotFound, Refusal
from emoit.kernel.personal import keyed_hash
from emoit.lib.saying import vi
from emoit.people.actions.accounts import fresh_stamp, set_password
from emoit.people.actions.hand import end_sessions_of, locked_account, permit, registry
from emoit.people.models import Account, Credential, PasswordLink
from emoit.people.rules import Verb
from emoit.people.types import SessionEnd

LINK_LASTS = timedelta(hours=72)
_GONE = vi("Liên kết này không đúng, đã dùng hoặc đã hết hạn. Hãy xin quản trị viên liên kết mới.")


@transaction.atomic
def issue_password_link(*, by: Actor, now: datetime, account_id: int) -> str:
    """A token for the link; shown once, good for 72 hours and one use. The old password and earlier links are void.

    Administrators, never for themselves.
    """
    holding = permit(by, Verb.ISSUE_PASSWORD_LINK)
    if account_id == by.account_id:
        raise Refusal("Hãy đổi mật khẩu của mình ở trang tài khoản.", code="oneself")
    token = secrets.token_urlsafe(24)
    with registry(by):
        account = locked_account(by, account_id)
        if not account.is_active:
            raise Refusal("Tài khoản này đã bị khóa.", code="inactive")
        PasswordLink.objects.filter(agency_id=by.agency_id, account=account, used_at=None).delete()
        PasswordLink.objects.create(
            agency_id=by.agency_id,
            account=account,
            token_hash=keyed_hash(_about(token)),
            made_at=now,
            valid_to=now + LINK_LASTS,
        )
        account.session_stamp = fresh_stamp()
        account.save(update_fields=["session_stamp"])
        Credential.objects.filter(account=account).update(password=make_password(None), changed_at=now)
        end_sessions_of(by, account.pk, now, SessionEnd.PASSWORD)
        audit.record(
            by=by,
            now=now,
            verb=Verb.ISSUE_PASSWORD_LINK,
            subject_kind="account",
            subject_id=account.pk,
            holding=holding,
        )
    return token


def _about(token: str) -> str:
    return f"password link {token.encode().hex()}"


def _live(by: Actor, token: str, now: datetime) -> PasswordLink:
    row = (
        PasswordLink.objects.select_for_update()
        .filter(agency_id=by.agency_id, token_hash=keyed_hash(_about(token)), used_at=None, valid_to__gt=now)
        .first()
    )
    if row is None:
        raise NotFound(_GONE)
    return row


@transaction.atomic
def open_password_link(*, by: Actor, now: datetime, token: str) -> str:
    """The login that the link is for. NotFound where it is wrong, used or void."""
    with registry(by):
        return _live(by, token, now).account.login


@transaction.atomic
def use_password_link(*, by: Actor, now: datetime, token: str, new: str) -> Account:
    """Set the password of the link's account; the link is used up. Anyone who holds it."""
    with registry(by):
        row = _live(by, token, now)
        account = locked_account(by, row.account_id)
        if not account.is_active:
            raise NotFound(_GONE)
        set_password(account, new, now)
        row.used_at = now
        row.save(update_fields=["used_at"])
        audit.record(by=by, now=now, verb="use_password_link", subject_kind="account", subject_id=account.pk)
    return account
