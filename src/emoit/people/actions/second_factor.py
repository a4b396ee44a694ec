"""The second factor: an authenticator app with time-based codes (RFC 6238), and codes for a day without it."""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from datetime import datetime, timedelta
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import transaction

from emoit.kernel import audit
from emoit.kernel.access import Actor, Refusal
from emoit.kernel.personal import keyed_hash
from emoit.lib.saying import say, vi
from emoit.people.actions.hand import end_sessions_of, locked_account, oneself, permit, registry
from emoit.people.actions.sign_in import failures, lock, note_failure, wait_words
from emoit.people.models import Account, Agency, Credential, RecoveryCode, SecondFactor, SignInAttempt
from emoit.people.queries.actors import actor_for
from emoit.people.rules import Verb, closed_until
from emoit.people.types import AccountKind, Enrolment, SessionEnd

STEP_SECONDS, DIGITS = 30, 6
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_PENDING = timedelta(minutes=15)
_WRONG = vi("Mã không đúng hoặc đã được dùng. Hãy nhập mã đang hiện trên ứng dụng xác thực.")
_WRONG_PASSWORD = vi("Mật khẩu hiện tại không đúng.")


def code_at(secret: str, step: int) -> str:
    """The code of a base32 secret at a time step (seconds since 1970 over 30)."""
    # Every authenticator app reckons with SHA-1 (RFC 4226); its known weakness does not touch HMAC.
    generator = TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS, enforce_key_length=False)  # noqa: S303
    return generator.generate(step * STEP_SECONDS).decode()


def _fitting_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The time step that the code belongs to: this one or the one before or after, none that was used already."""
    present = int(now.timestamp()) // STEP_SECONDS
    fitting = [
        step
        for step in (present - 1, present, present + 1)
        if hmac.compare_digest(code_at(secret, step), code) and step > last_step
    ]
    return fitting[0] if fitting else None


def _digits(code: str) -> str:
    """The code without the spaces that apps show; never longer than one, so that nothing odd is compared."""
    found = "".join(c for c in code if not c.isspace())
    return found if len(found) == DIGITS and found.isascii() and found.isdigit() else ""


def _row(by: Actor, account_id: int) -> SecondFactor:
    """The account's row, locked, made where there is none. The account itself is locked by the caller."""
    rows = SecondFactor.objects.select_for_update().filter(agency_id=by.agency_id, account=account_id)
    return rows.first() or SecondFactor.objects.create(agency_id=by.agency_id, account_id=account_id)


def _require_password(account: Account, password: str) -> None:
    credential = Credential.objects.get(account=account)
    if not check_password(password, credential.password):
        raise Refusal(_WRONG_PASSWORD, code="wrong_password", fields={"password": _WRONG_PASSWORD})


def _record(by: Actor, now: datetime, verb: str, account_id: int, **details: object) -> None:
    audit.record(by=by, now=now, verb=verb, subject_kind="account", subject_id=account_id, details=details)


@transaction.atomic
def begin_enrolment(*, by: Actor, now: datetime, password: str | None = None) -> Enrolment:
    """A new secret for one's authenticator, kept apart until a code of it is shown; the same for a quarter of an hour.

    Whoever has an authenticator already says the password too (Refusal `wrong_password`, or `password_missing`).
    """
    account_id = oneself(by)
    with registry(by):
        account = locked_account(by, account_id)
        row = _row(by, account.pk)
        fresh = bool(row.pending) and row.pending_at is not None and now < row.pending_at + _PENDING
        if row.enrolled_at is not None and password is not None:
            _require_password(account, password)
        elif row.enrolled_at is not None and not fresh:
            raise Refusal("Nhập mật khẩu để đổi ứng dụng xác thực.", code="password_missing")
        if not fresh:
            row.pending, row.pending_at = base64.b32encode(os.urandom(20)).decode(), now
            row.save(update_fields=["pending", "pending_at"])
        agency = Agency.objects.get(pk=by.agency_id)
    return Enrolment(row.pending, _uri(agency.short_name, account.login, row.pending))


def _uri(issuer: str, login: str, secret: str) -> str:
    label = f"{quote(issuer)}:{quote(login)}"
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}&digits={DIGITS}&period={STEP_SECONDS}"


@transaction.atomic
def confirm_enrolment(*, by: Actor, now: datetime, code: str, sid: str = "") -> tuple[str, ...]:
    """The first code of the new secret: from now on it is asked for at every sign-in. Returns ten recovery codes.

    They are shown once. Every session but `sid` ends: none of them has passed the second factor.
    """
    account_id = oneself(by)
    with registry(by):
        account = locked_account(by, account_id)
        row = _row(by, account.pk)
        if not row.pending or row.pending_at is None or now >= row.pending_at + _PENDING:
            raise Refusal("Mã QR đã hết hiệu lực. Hãy quét mã mới.", code="expired")
        step = _fitting_step(row.pending, _digits(code), now, 0)
        if step is None:
            raise Refusal(_WRONG, code="wrong_code", fields={"code": _WRONG})
        again = row.enrolled_at is not None
        row.secret, row.pending, row.pending_at = row.pending, "", None
        row.enrolled_at, row.last_step, row.reset_at = now, step, None
        row.save()
        codes = _new_codes(by, account.pk, now)
        end_sessions_of(by, account.pk, now, SessionEnd.SECURITY, but=sid)
        _record(by, now, "enrol_second_factor", account.pk, again=again)
    return codes


def _new_codes(by: Actor, account_id: int, now: datetime) -> tuple[str, ...]:
    """Ten new ones; the old ones are worth nothing."""
    RecoveryCode.objects.filter(agency_id=by.agency_id, account=account_id).delete()
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    RecoveryCode.objects.bulk_create(
        RecoveryCode(agency_id=by.agency_id, account_id=account_id, code_hash=_code_hash(account_id, c), made_at=now)
        for c in codes
    )
    return codes


def _recovery_code() -> str:
    """Two groups of five: 49 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2))


def _code_hash(account_id: int, code: str) -> str:
    plain = "".join(c for c in code.lower() if c in _ALPHABET)
    return keyed_hash(f"recovery {account_id} {plain}")


@transaction.atomic
def renew_recovery_codes(*, by: Actor, now: datetime, password: str) -> tuple[str, ...]:
    """Ten new recovery codes in place of the old ones, for the password."""
    account_id = oneself(by)
    with registry(by):
        account = locked_account(by, account_id)
        if _row(by, account.pk).enrolled_at is None:
            raise Refusal("Tài khoản chưa bật ứng dụng xác thực.", code="not_enrolled")
        _require_password(account, password)
        codes = _new_codes(by, account.pk, now)
        _record(by, now, "renew_recovery_codes", account.pk)
    return codes


@transaction.atomic
def remove_second_factor(*, by: Actor, now: datetime, password: str) -> None:
    """Do without an authenticator again, for the password. Refused to officers where the ministry requires it."""
    account_id = oneself(by)
    with registry(by):
        account = locked_account(by, account_id)
        if account.kind == AccountKind.OFFICER and settings.EMOIT_OFFICER_TOTP == "required":
            raise Refusal("Cán bộ phải dùng ứng dụng xác thực, không tắt được.", code="required")
        row = _row(by, account.pk)
        if row.enrolled_at is None:
            raise Refusal("Tài khoản chưa bật ứng dụng xác thực.", code="not_enrolled")
        _require_password(account, password)
        _forget(row)
        _record(by, now, "remove_second_factor", account.pk)


def _forget(row: SecondFactor) -> None:
    RecoveryCode.objects.filter(agency_id=row.agency_id, account=row.account_id).delete()
    row.secret, row.pending, row.pending_at, row.enrolled_at = "", "", None, None
    row.save()


@transaction.atomic
def reset_second_factor(*, by: Actor, now: datetime, account_id: int) -> None:
    """Take away the authenticator of one who lost it: sessions end, the holder is told at the next sign-in.

    Administrators, never their own.
    """
    holding = permit(by, Verb.RESET_SECOND_FACTOR)
    if account_id == by.account_id:
        raise Refusal("Không thể tự đặt lại xác thực của chính mình ở đây.", code="oneself")
    with registry(by):
        account = locked_account(by, account_id)
        row = _row(by, account.pk)
        if row.enrolled_at is None:
            raise Refusal("Tài khoản chưa bật ứng dụng xác thực.", code="not_enrolled")
        row.reset_at, row.told_at, row.asked_at = now, None, now
        _forget(row)
        end_sessions_of(by, account.pk, now, SessionEnd.SECURITY)
        audit.record(
            by=by,
            now=now,
            verb=Verb.RESET_SECOND_FACTOR,
            subject_kind="account",
            subject_id=account.pk,
            holding=holding,
        )


@transaction.atomic
def pass_second_factor(*, by: Actor, now: datetime, account_id: int, stamp: str, code: str) -> Account | Refusal:
    """The second step of signing in: the account, or why not (returned and not raised, so that the try is kept).

    `stamp` is the account's session stamp at the first step: a password changed in between sends one back
    (`start_again`). A code of the app, or a recovery code; each works once. `throttled` after too many wrong ones.
    """
    key = keyed_hash(f"second factor {account_id}")
    with registry(by):
        lock(key)
        until = closed_until(failures(by.agency_id, key, now), now)
        if until is not None:
            return Refusal(wait_words(until, now), code="throttled")
        account = Account.objects.select_for_update().filter(pk=account_id, agency_id=by.agency_id).first()
        if account is None or not account.is_active or not hmac.compare_digest(account.session_stamp, stamp):
            return Refusal("Hãy đăng nhập lại từ đầu.", code="start_again")
        row = _row(by, account.pk)
        if row.enrolled_at is None:
            return Refusal("Hãy đăng nhập lại từ đầu.", code="start_again")
        means = _accept(row, code, now)
        if means is None:
            note_failure(by.agency_id, (key,), now)
            _record(by, now, "sign_in.refused", account.pk, step=2)
            return Refusal(_WRONG, code="wrong_code")
        SignInAttempt.objects.create(agency_id=by.agency_id, key=key, at=now, succeeded=True)
        Credential.objects.filter(account=account).update(last_sign_in_at=now)
        left = RecoveryCode.objects.filter(account=account, used_at=None).count()
        account.sign_in_notice = (
            say("Bạn vừa dùng một mã dự phòng, còn {left} mã.", left=left) if means == "recovery" else ""
        )
        _record(actor_for(account.pk, now=now), now, "sign_in", account.pk, second_factor=means)
    return account


def _accept(row: SecondFactor, code: str, now: datetime) -> str | None:
    """By what means the code is right, None where it is wrong. What was used is used up."""
    digits = _digits(code)
    if digits:
        step = _fitting_step(row.secret, digits, now, row.last_step)
        if step is None:
            return None
        row.last_step = step
        row.save(update_fields=["last_step"])
        return "totp"
    codes = RecoveryCode.objects.filter(
        agency_id=row.agency_id, account=row.account_id, used_at=None, code_hash=_code_hash(row.account_id, code)
    )
    return "recovery" if codes.update(used_at=now) else None
