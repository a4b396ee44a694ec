"""Signing in with a password."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, transaction
from django.db.models import Q

from emoit.kernel import audit
from emoit.kernel.access import Actor, Refusal, acting_as
from emoit.kernel.personal import keyed_hash
from emoit.people.actions.hand import registry
from emoit.people.models import Account, Credential, Representation, SignInAttempt
from emoit.people.queries.actors import actor_for
from emoit.people.rules import FAILURE_WINDOW, MOST_ANYWHERE, MOST_OF_ADDRESS, is_tax_code, is_throttled

_WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."
_THROTTLED = "Bạn đã nhập sai nhiều lần. Vui lòng thử lại sau 15 phút."
_KEPT = timedelta(days=1)


@lru_cache(maxsize=1)
def _nobodys_password() -> str:
    """Checked where there is no account, so that the answer takes as long as with one."""
    return make_password("a password that nobody has")


def lock(key: str) -> None:
    """One try at a time for the same login from the same address: tries in parallel cannot outrun the count."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sign-in {key}"])


def failures(agency_id: int, key: str, now: datetime) -> list[datetime]:
    """Failed tries of the window since the last one that succeeded."""
    recent = SignInAttempt.objects.filter(agency_id=agency_id, key=key, at__gt=now - FAILURE_WINDOW, at__lte=now)
    failures: list[datetime] = []
    for at, succeeded in recent.order_by("-at", "-id").values_list("at", "succeeded"):
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
    the same for an unknown login, a wrong password and a closed account. `throttled` after five failures in fifteen
    minutes of the same login from the same address, whether there is such an account or not; and, far later, after
    those of the same login from anywhere or of one address at any login (`rules.MOST_ANYWHERE`, `MOST_OF_ADDRESS`).
    """
    typed = login.strip().lower()
    key = keyed_hash(f"{typed}\n{address}")
    with registry(by):
        lock(key)
        of_login, of_address = _wide_keys(typed, address)
        earlier = failures(by.agency_id, key, now)
        if (
            is_throttled(earlier, now)
            or is_flooded(by.agency_id, of_login, MOST_ANYWHERE, now)
            or is_flooded(by.agency_id, of_address, MOST_OF_ADDRESS, now)
        ):
            return Refusal(_THROTTLED, code="throttled")
        account = _find(by.agency_id, typed, now)
        credential = Credential.objects.filter(account=account).first() if account else None
        right = check_password(password, credential.password if credential else _nobodys_password())
        succeeded = account is not None and credential is not None and right and account.is_active
        if not succeeded or account is None:
            note_failure(by.agency_id, (key, of_login, of_address), now)
            _record_failure(by, now, account, failures=len(earlier) + 1)
            return Refusal(_WRONG, code="wrong_credentials")
        SignInAttempt.objects.create(agency_id=by.agency_id, key=key, at=now, succeeded=True)
        Credential.objects.filter(account=account).update(last_sign_in_at=now)
        audit.record(
            by=actor_for(account.pk, now=now), now=now, verb="sign_in", subject_kind="account", subject_id=account.pk
        )
    return account


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
