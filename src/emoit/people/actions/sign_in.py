"""Signing in with a password, and how often someone unknown may try."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from emoit.kernel import audit
from emoit.kernel.access import Actor, Refusal, acting_as
from emoit.kernel.personal import keyed_hash
from emoit.people import queries
from emoit.people.actions.hand import registry
from emoit.people.models import Account, Credential, Representation, SignInAttempt
from emoit.people.rules import FAILURE_WINDOW, MOST_LOOKUPS, MOST_LOOKUPS_FROM_ONE, is_tax_code, is_throttled

_WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."
_THROTTLED = "Bạn đã nhập sai nhiều lần. Vui lòng thử lại sau 15 phút."
_TOO_MANY = "Bạn đã tra cứu nhiều lần. Vui lòng thử lại sau 15 phút."
_KEPT = timedelta(days=1)


@lru_cache(maxsize=1)
def _nobodys_password() -> str:
    """Checked where there is no account, so that the answer takes as long as with one."""
    return make_password("a password that nobody has")


def lock(key: str) -> None:
    """One try at a time for the same login from the same address: tries in parallel cannot outrun the count."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xactlock(hashtextextended(%s, 0))", [f"sign-in {key}"])


def failures(agency_id: int, key: str, now: datetime) -> list[datetime]:
    """Failed tries of the window since the last one that succeeded."""
    recent = SignInAttempt.objects.filter(agency_id=agency_id, key=key, at__gt=now - FAILURE_WINDOW, at__lte=now)
    failures: list[datetime] = []
    for at, succeeded in recent.order_by("-at", "-id").values_list("at", "succeeded"):
        if succeeded:
            break
        failures.append(at)
    return failures


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


def sign_in(*, login: str, password: str, ip: str, now: datetime) -> Account:
    """The account, at the agency that this installation serves. `ip` is where the one who signs in comes from.

    Refusal `wrong_credentials` with one sentence for an unknown login, a wrong password and a closed account, after the
    same work. Refusal `throttled` after five failures in fifteen minutes of the same login from the same address,
    whether there is such an account or not. Both are raised after the try has been written: the caller shows them and lets its
    transaction commit, or nothing would ever be throttled.
    """
    answer = _try(queries.anonymous_actor(), now, login.strip().lower(), password, ip)
    if isinstance(answer, Refusal):
        raise answer
    return answer


@transaction.atomic
def _try(by: Actor, now: datetime, login: str, password: str, ip: str) -> Account | Refusal:
    key = keyed_hash(f"{login}\n{ip}")
    with registry(by):
        lock(key)
        if is_throttled(failures(by.agency_id, key, now), now):
            return Refusal(_THROTTLED, code="throttled")
        account = _find(by.agency_id, login, now)
        credential = Credential.objects.filter(account=account).first() if account else None
        right = check_password(password, credential.password if credential else _nobodys_password())
        succeeded = account is not None and credential is not None and right and account.is_active
        SignInAttempt.objects.create(agency_id=by.agency_id, key=key, at=now, succeeded=succeeded)
        if not succeeded or account is None:
            return Refusal(_WRONG, code="wrong_credentials")
        Credential.objects.filter(account=account).update(last_sign_in_at=now)
        who = queries.actor_for(account.pk, now=now)
        audit.record(by=who, now=now, verb="sign_in", subject_kind="account", subject_id=account.pk)
    return account


def count_attempt(*, subject: str, ip: str, now: datetime | None = None) -> None:
    """Count one look-up by someone unknown, such as `track:<dossier code>`; Refusal `throttled` where too many.

    At most ten in fifteen minutes for one subject from one address, and sixty from one address for all subjects of the
    same kind (the word before the colon). What is counted is kept as keyed hashes.
    """
    moment = now or timezone.now()
    if not _counted(queries.anonymous_actor(), moment, subject, ip):
        raise Refusal(_TOO_MANY, code="throttled")


@transaction.atomic
def _counted(by: Actor, now: datetime, subject: str, ip: str) -> bool:
    limits = {f"{subject}\n{ip}": MOST_LOOKUPS, f"{subject.split(':', maxsplit=1)[0]}:\n{ip}": MOST_LOOKUPS_FROM_ONE}
    since = now - FAILURE_WINDOW
    with registry(by):
        for text, most in limits.items():
            key = keyed_hash(text)
            _lock(key)
            rows = SignInAttempt.objects.filter(agency_id=by.agency_id, key=key, at__gt=since, at__lte=now)
            if rows.count() >= most:
                return False
            SignInAttempt.objects.create(agency_id=by.agency_id, key=key, at=now, succeeded=False)
    return True


def forget_attempts(*, by: Actor, now: datetime) -> int:
    """Delete tries older than a day. Returns how many. A technical job of the installation."""
    with acting_as(by):
        return SignInAttempt.objects.filter(at__lt=now - _KEPT).delete()[0]
