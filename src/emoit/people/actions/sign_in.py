"""Signing in with a password."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, transaction
from django.db.models import Q

from emoit.kernel import audit
from emoit.kernel.access import Actor, Refusal, acting_as
from emoit.kernel.personal import keyed_hash
from emoit.lib.saying import say, vi
from emoit.people.actions.hand import locked_account, permit, registry
from emoit.people.models import Account, Credential, Representation, SecondFactor, SignInAttempt
from emoit.people.queries.actors import actor_for
from emoit.people.rules import (
    FAILURE_WINDOW,
    FREE_ANYWHERE,
    FREE_FAILURES,
    MOST_OF_ADDRESS,
    Verb,
    closed_until,
    is_tax_code,
)
from emoit.people.types import AccountKind, SecondFactorState

_LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
_WRONG = vi("Tên đăng nhập hoặc mật khẩu không đúng.")
_RESET = vi("Quản trị viên đã đặt lại ứng dụng xác thực của bạn ngày {day}. Nếu bạn không yêu cầu, hãy báo ngay.")
_KEPT = timedelta(days=1)
# Beyond these a further failure changes nothing: the longest wait is reached.
_ENOUGH = 10


@lru_cache(maxsize=1)
def _nobodys_password() -> str:
    """Checked where there is no account, so that the answer takes as long as with one."""
    return make_password("a password that nobody has")


def lock(key: str) -> None:
    """One try at a time for the same login from the same address: tries in parallel cannot outrun the count."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sign-in {key}"])


def wait_words(until: datetime, now: datetime) -> str:
    """How long to wait, in whole minutes; the same whether there is such an account or not."""
    minutes = max(1, -(-int((until - now).total_seconds()) // 60))
    return say("Bạn đã nhập sai nhiều lần. Hãy thử lại sau {minutes} phút.", minutes=minutes)


def failures(
    agency_id: int, key: str, now: datetime, *, since: timedelta = _KEPT, most: int = FREE_FAILURES + _ENOUGH
) -> list[datetime]:
    """The newest failed tries since the last one that succeeded, the newest first."""
    recent = SignInAttempt.objects.filter(agency_id=agency_id, key=key, at__gt=now - since, at__lte=now)
    failures: list[datetime] = []
    for at, succeeded in recent.order_by("-at", "-id").values_list("at", "succeeded")[:most]:
        if succeeded:
            break
        failures.append(at)
    return failures


def _wide_keys(typed: str, address: str) -> tuple[str, str]:
    """All tries at one login from anywhere, and all from one address at any login: many hands, or many doors."""
    return keyed_hash(f"{typed}\n* anywhere"), keyed_hash(f"* any login\n{address}")


def is_flooded(agency_id: int, key: str, most: int, now: datetime) -> bool:
    """Whether the count of the window is full. No success begins this count anew."""
    tries = SignInAttempt.objects.filter(agency_id=agency_id, key=key, at__gt=now - FAILURE_WINDOW, at__lte=now)
    return tries[most - 1 : most].exists()


def note_failure(agency_id: int, keys: tuple[str, ...], now: datetime) -> None:
    SignInAttempt.objects.bulk_create(
        [SignInAttempt(agency_id=agency_id, key=key, at=now, succeeded=False) for key in keys]
    )


def _find(agency_id: int, login: str, now: datetime) -> Account | None:
    """By login; a tax code also finds the one account that represents the enterprise, if it is the only one."""
    found = Account.objects.filter(agency_id=agency_id, login=login).first()
    if found is not None or not is_tax_code(login):
        return found
    rows = Representation.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=now),
        agency_id=agency_id,
        enterprise__tax_code=login,
        valid_from__lte=now,
    ).select_related("account")[:2]
    return rows[0].account if len(rows) == 1 else None


@transaction.atomic
def sign_in(*, by: Actor, now: datetime, login: str, password: str, address: str) -> Account | Refusal:
    """The account, or why not. `by` is whoever asks (nobody known), `address` where they ask from.

    The refusal is returned and not raised: the try has to be kept, or nothing would ever be throttled. Its sentence is
    the same for an unknown login, a wrong password and a closed account. `throttled`, whether there is such an account
    or not: after five failures in a row of the same login from the same address for a minute, then after each further
    one twice as long, an hour at most (`rules.delay_after`); the same after twenty of the login from anywhere; and
    after those of one address at any login (`rules.MOST_OF_ADDRESS`) in a quarter of an hour. A success and an
    administrator (`unlock`) begin the first two counts anew.

    Where the account has an authenticator (`second_factor.enrolled`) this was the first step only: `pass_second_factor`
    is the second.
    """
    typed = login.strip().lower()
    key = keyed_hash(f"{typed}\n{address}")
    with registry(by):
        lock(key)
        of_login, of_address = _wide_keys(typed, address)
        lock(of_login)
        earlier, until = _closed(by.agency_id, typed, key, of_login, now)
        if is_flooded(by.agency_id, of_address, MOST_OF_ADDRESS, now):
            until = max(until or now, now + FAILURE_WINDOW)
        if until is not None:
            return Refusal(wait_words(until, now), code="throttled")
        account = _find(by.agency_id, typed, now)
        credential = Credential.objects.filter(account=account).first() if account else None
        right = check_password(password, credential.password if credential else _nobodys_password())
        succeeded = account is not None and credential is not None and right and account.is_active
        if not succeeded or account is None:
            note_failure(by.agency_id, (key, of_login, of_address), now)
            _record_failure(by, now, account, failures=len(earlier) + 1)
            return Refusal(_WRONG, code="wrong_credentials")
        for known in (key, of_login):
            SignInAttempt.objects.create(agency_id=by.agency_id, key=known, at=now, succeeded=True)
        enrolled = _tell_of_second_factor(account, now)
        if not enrolled:
            Credential.objects.filter(account=account).update(last_sign_in_at=now)
        audit.record(
            by=actor_for(account.pk, now=now),
            now=now,
            verb="sign_in.first_step" if enrolled else "sign_in",
            subject_kind="account",
            subject_id=account.pk,
        )
    return account


def _closed(
    agency_id: int, typed: str, key: str, of_login: str, now: datetime
) -> tuple[list[datetime], datetime | None]:
    """The failures that count for login and address, and until when the door is closed by these or the login's."""
    unlocked = SignInAttempt.objects.filter(agency_id=agency_id, key=_unlock_key(typed), at__lte=now)
    since = unlocked.order_by("-at").values_list("at", flat=True).first() or now - _KEPT
    earlier = failures(agency_id, key, now, since=now - since)
    anywhere = failures(agency_id, of_login, now, since=now - since, most=FREE_ANYWHERE + _ENOUGH)
    until = [closed_until(earlier, now), closed_until(anywhere, now, FREE_ANYWHERE)]
    return earlier, max((u for u in until if u is not None), default=None)


def _unlock_key(typed: str) -> str:
    return keyed_hash(f"{typed}\n* unlocked")


def _tell_of_second_factor(account: Account, now: datetime) -> bool:
    """Whether the account has an authenticator. Notes what was told and asked."""
    row = SecondFactor.objects.filter(account=account).first()
    required = account.kind == AccountKind.OFFICER and settings.EMOIT_OFFICER_TOTP == "required"
    if row is None and required:
        row = SecondFactor(agency_id=account.agency_id, account=account)
    if row is None:
        account.second_factor = SecondFactorState(enrolled=False, asked_at=now)
        return False
    enrolled = row.enrolled_at is not None
    if required and not enrolled and row.asked_at is None:
        row.asked_at = now
    if row.reset_at is not None and row.told_at is None:
        row.told_at = now
        account.sign_in_notice = say(_RESET, day=row.reset_at.astimezone(_LOCAL).date())
    row.save()
    account.second_factor = SecondFactorState(enrolled=enrolled, asked_at=row.asked_at or now)
    return enrolled


@transaction.atomic
def unlock(*, by: Actor, now: datetime, account_id: int) -> None:
    """Let an account try again at once: its failures so far are forgiven, from every address. Administrators."""
    holding = permit(by, Verb.UNLOCK)
    with registry(by):
        account = locked_account(by, account_id)
        typed = {account.login, *_tax_codes(account, now)}
        SignInAttempt.objects.bulk_create(
            SignInAttempt(agency_id=by.agency_id, key=key, at=now, succeeded=True)
            for key in (
                *(_unlock_key(login) for login in sorted(typed)),
                keyed_hash(f"second factor {account.pk}"),
            )
        )
        audit.record(by=by, now=now, verb=Verb.UNLOCK, subject_kind="account", subject_id=account.pk, holding=holding)


def _tax_codes(account: Account, now: datetime) -> list[str]:
    rows = Representation.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=now), agency_id=account.agency_id, account=account, valid_from__lte=now
    )
    return list(rows.values_list("enterprise__tax_code", flat=True))


def _record_failure(by: Actor, now: datetime, account: Account | None, *, failures: int) -> None:
    """A row for each failure that was judged: whose account it was, if anyone's, and never what was typed."""
    audit.record(
        by=by,
        now=now,
        verb="sign_in.refused",
        subject_kind="account",
        subject_id=account.pk if account else "unknown",
        details={"failures": failures, "closed": account is not None and not account.is_active},
    )


def forget_attempts(*, by: Actor, now: datetime) -> int:
    """Delete tries older than a day. Returns how many. A technical job of the installation."""
    with acting_as(by):
        return SignInAttempt.objects.filter(at__lt=now - _KEPT).delete()[0]
