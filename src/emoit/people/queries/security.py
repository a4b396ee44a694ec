"""Of one's own account: sessions, tries to sign in, the second factor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from emoit.kernel import audit
from emoit.kernel.access import Actor, acting_as, process
from emoit.lib.saying import vi
from emoit.people.devices import told
from emoit.people.models import Credential, RecoveryCode, SecondFactor, Session
from emoit.people.types import AccountState, SecondFactorState, SessionEnd, SessionInfo, SignInEntry

_HISTORY = timedelta(days=90)


def _info(row: Session) -> SessionInfo:
    return SessionInfo(
        id=row.pk,
        sid=row.sid,
        device=told(row.device),
        address=row.address,
        started_at=row.started_at,
        seen_at=row.seen_at,
        ended_at=row.ended_at,
        end=SessionEnd(row.end) if row.end else None,
    )


def _limits(actor: Actor) -> tuple[timedelta, timedelta]:
    idle = settings.EMOIT_SESSION_IDLE_OFFICER if actor.is_officer else settings.EMOIT_SESSION_IDLE
    return timedelta(minutes=idle), timedelta(seconds=settings.SESSION_COOKIE_AGE)


def sessions_of(actor: Actor, *, now: datetime) -> list[SessionInfo]:
    """One's own live sessions, the last seen first."""
    idle, longest = _limits(actor)
    rows = Session.objects.filter(
        agency_id=actor.agency_id,
        account=actor.account_id,
        ended_at=None,
        seen_at__gt=now - idle,
        started_at__gt=now - longest,
    )
    return [_info(row) for row in rows.order_by("-seen_at", "-id")]


def past_sessions_of(actor: Actor, *, limit: int = 50) -> list[SessionInfo]:
    """One's own sessions of the last months, ended or not, the newest first."""
    rows = Session.objects.filter(agency_id=actor.agency_id, account=actor.account_id)
    return [_info(row) for row in rows.order_by("-started_at", "-id")[:limit]]


_WORDS = {
    "sign_in": vi("Đăng nhập thành công"),
    "sign_in.first_step": vi("Đúng mật khẩu, chờ mã xác thực"),
    "sign_in.refused": vi("Nhập sai mật khẩu"),
    "use_password_link": vi("Đặt mật khẩu bằng liên kết"),
    "change_password": vi("Đổi mật khẩu"),
    "reset_password": vi("Quản trị viên đặt lại mật khẩu"),
    "reset_second_factor": vi("Quản trị viên đặt lại ứng dụng xác thực"),
    "issue_password_link": vi("Quản trị viên cấp liên kết đặt mật khẩu"),
    "enrol_second_factor": vi("Bật ứng dụng xác thực"),
    "remove_second_factor": vi("Tắt ứng dụng xác thực"),
    "renew_recovery_codes": vi("Tạo mã dự phòng mới"),
    "unlock": vi("Quản trị viên mở khóa đăng nhập"),
}


def sign_ins_of(actor: Actor, *, now: datetime, limit: int = 50) -> list[SignInEntry]:
    """What happened at the door of one's own account in the last 90 days, the newest first."""
    with acting_as(process("people", actor.agency_id)) as hand:
        rows = audit.entries(
            hand,
            subject_kind="account",
            subject_id=str(actor.account_id),
            since=now - _HISTORY,
            verbs=tuple(_WORDS),
            limit=limit,
        )
    return [_entry(row) for row in rows]


def _entry(row: audit.Entry) -> SignInEntry:
    words = _WORDS[row.verb]
    if row.verb == "sign_in.refused" and row.details.get("step") == 2:
        words = vi("Nhập sai mã xác thực")
    if row.details.get("second_factor") == "recovery":
        words = vi("Đăng nhập thành công bằng mã dự phòng")
    return SignInEntry(at=row.at, succeeded=row.verb != "sign_in.refused", words=words)


def has_second_factor(actor: Actor) -> bool:
    """Whether the actor has an authenticator."""
    return bool(actor.account_id and enrolled_among(actor, [actor.account_id]))


def recovery_codes_left(actor: Actor) -> int:
    with acting_as(process("people", actor.agency_id)):
        return RecoveryCode.objects.filter(account=actor.account_id, used_at=None).count()


def must_enrol_by(state: SecondFactorState | None) -> datetime | None:
    """Until when an officer without an authenticator may still work; None where none is asked for."""
    if settings.EMOIT_OFFICER_TOTP != "required" or state is None or state.enrolled:
        return None
    return state.asked_at + timedelta(days=settings.EMOIT_TOTP_GRACE_DAYS)


def enrolled_among(actor: Actor, account_ids: Iterable[int]) -> set[int]:
    """Which of the accounts have an authenticator. For administrators; the caller has passed its own door."""
    with acting_as(process("people", actor.agency_id)):
        rows = SecondFactor.objects.filter(account__in=list(account_ids), enrolled_at__isnull=False)
        return set(rows.values_list("account_id", flat=True))


def account_state(actor: Actor, account_id: int) -> AccountState:
    """How an account of the agency stands. For administrators; the caller has passed its own door."""
    with acting_as(process("people", actor.agency_id)):
        live = Session.objects.filter(agency_id=actor.agency_id, account=account_id, ended_at=None).count()
        last = Credential.objects.filter(agency_id=actor.agency_id, account=account_id)
        last_at = last.values_list("last_sign_in_at", flat=True).first()
    return AccountState(account_id in enrolled_among(actor, [account_id]), live, last_at)
