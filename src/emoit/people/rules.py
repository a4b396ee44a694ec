"""What may be: codes that are well formed, periods, who may do what, what may be delegated. Values in, values out."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from emoit.lib.saying import vi
from emoit.people.types import Role

# --- codes ---

_TAX_CODE = re.compile(r"([0-9]{10})(?:-([0-9]{3}))?", re.ASCII)
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_ID_NUMBER = re.compile(r"[0-9]{12}", re.ASCII)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,149}", re.ASCII)
# Decision 20/2020/QD-TTg: up to 35 characters, groups separated by '.', characters 0-9 A-Z.
_ORGANISATION_CODE = re.compile(r"(?=.{1,35}\Z)[0-9A-Z]+(\.[0-9A-Z]+)*", re.ASCII)


def tax_check_digit(first_nine: str) -> int | None:
    """The tenth digit of a tax code (mã số thuế) by its first nine; None where no such code is ever issued."""
    digit = 10 - sum(int(d) * w for d, w in zip(first_nine, _TAX_WEIGHTS, strict=True)) % 11
    return digit if digit < 10 else None


def is_tax_code(text: str) -> bool:
    """10 digits with a right check digit, or the same with `-` and three digits of a dependent unit (not 000)."""
    match = _TAX_CODE.fullmatch(text)
    if not match or match[2] == "000":
        return False
    return tax_check_digit(match[1][:9]) == int(match[1][9])


def is_id_number(text: str) -> bool:
    """A citizen's identity number (số định danh cá nhân): 12 digits."""
    return _ID_NUMBER.fullmatch(text) is not None


def is_login(text: str) -> bool:
    """A sign-in name as stored: 3–150 of a–z 0–9 . _ @ + -, beginning with a letter or digit."""
    return _LOGIN.fullmatch(text) is not None


def is_organisation_code(text: str) -> bool:
    return _ORGANISATION_CODE.fullmatch(text) is not None


# --- periods: half open, [from, to) ---


def is_current(valid_from: datetime, valid_to: datetime | None, now: datetime) -> bool:
    return valid_from <= now and (valid_to is None or now < valid_to)


def periods_overlap(from_a: datetime, to_a: datetime | None, from_b: datetime, to_b: datetime | None) -> bool:
    return (to_b is None or from_a < to_b) and (to_a is None or from_b < to_a)


# --- who may do what ---


class Verb(enum.StrEnum):
    CREATE_OFFICER = "create_officer"
    ASSIGN_POSITION = "assign_position"
    END_ASSIGNMENT = "end_assignment"
    GRANT_ROLE = "grant_role"
    REVOKE_ROLE = "revoke_role"
    DEACTIVATE = "deactivate"
    REACTIVATE = "reactivate"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a verb
    CHANGE_PASSWORD = "change_password"  # noqa: S105 - a verb
    CHANGE_CONTACT = "change_contact"
    REGISTER_ENTERPRISE = "register_enterprise"
    ADD_REPRESENTATIVE = "add_representative"
    END_REPRESENTATION = "end_representation"
    DELEGATE = "delegate"
    REVOKE_DELEGATION = "revoke_delegation"
    RESET_SECOND_FACTOR = "reset_second_factor"
    UNLOCK = "unlock"
    ISSUE_PASSWORD_LINK = "issue_password_link"  # noqa: S105 - a verb
    REGISTER_ABSENCE = "register_absence"
    END_ABSENCE = "end_absence"
    CHANGE_UNITS = "change_units"


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may use a verb beside our own processes: holders of a role, or the account that the act is about."""

    roles: frozenset[Role] = frozenset()
    oneself: bool = False


_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})

PERMISSIONS: Mapping[Verb, Permission] = {
    Verb.CREATE_OFFICER: Permission(_ADMINISTRATOR),
    Verb.ASSIGN_POSITION: Permission(_ADMINISTRATOR),
    Verb.END_ASSIGNMENT: Permission(_ADMINISTRATOR),
    Verb.GRANT_ROLE: Permission(_ADMINISTRATOR),
    Verb.REVOKE_ROLE: Permission(_ADMINISTRATOR),
    Verb.DEACTIVATE: Permission(_ADMINISTRATOR),
    Verb.REACTIVATE: Permission(_ADMINISTRATOR),
    Verb.RESET_PASSWORD: Permission(_ADMINISTRATOR),
    Verb.CHANGE_PASSWORD: Permission(oneself=True),
    Verb.CHANGE_CONTACT: Permission(oneself=True),
    Verb.REGISTER_ENTERPRISE: Permission(_ADMINISTRATOR, oneself=True),
    Verb.ADD_REPRESENTATIVE: Permission(_ADMINISTRATOR, oneself=True),
    Verb.END_REPRESENTATION: Permission(_ADMINISTRATOR, oneself=True),
    Verb.DELEGATE: Permission(_ADMINISTRATOR, oneself=True),
    Verb.REVOKE_DELEGATION: Permission(_ADMINISTRATOR, oneself=True),
    Verb.RESET_SECOND_FACTOR: Permission(_ADMINISTRATOR),
    Verb.UNLOCK: Permission(_ADMINISTRATOR),
    Verb.ISSUE_PASSWORD_LINK: Permission(_ADMINISTRATOR),
    # Heads of the officer's units may, too: see actions.absences.
    Verb.REGISTER_ABSENCE: Permission(_ADMINISTRATOR, oneself=True),
    Verb.END_ABSENCE: Permission(_ADMINISTRATOR, oneself=True),
    Verb.CHANGE_UNITS: Permission(_ADMINISTRATOR),
}


# --- delegation ---

# A duty of the system itself is given anew by an administrator, not lent.
NOT_DELEGABLE = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
LONGEST_DELEGATION = timedelta(days=366)

Scope = frozenset[tuple[int, str]]  # (unit id, role)


@dataclass(frozen=True, slots=True)
class Lent:
    """A standing delegation of the same principal."""

    scope: Scope
    valid_from: datetime
    valid_to: datetime
    procedures: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """A delegation asked for. `own` is what the principal holds in own right, `borrowed` what others lent to them.

    `procedures` are the keys of the only procedures that it is for, empty: all.
    """

    principal_id: int
    delegate_id: int
    scope: Scope
    valid_from: datetime
    valid_to: datetime
    reason: str
    own: Scope
    borrowed: Scope
    standing: tuple[Lent, ...]
    procedures: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Objection:
    code: str
    message: str


def objection_to_delegation(asked: Asked, now: datetime) -> Objection | None:
    """The first reason to refuse, None where it may be."""
    return _objection_to_period(asked, now) or _objection_to_scope(asked)


def _objection_to_period(asked: Asked, now: datetime) -> Objection | None:
    if asked.valid_to <= asked.valid_from:
        return Objection("period_reversed", vi("Thời điểm kết thúc ủy quyền phải sau thời điểm bắt đầu."))
    if asked.valid_to <= now:
        return Objection("period_past", vi("Thời hạn ủy quyền đã qua. Hãy chọn thời điểm kết thúc trong tương lai."))
    if asked.valid_to - asked.valid_from > LONGEST_DELEGATION:
        return Objection("period_too_long", vi("Một lần ủy quyền không được dài quá một năm."))
    return None


def _objection_to_scope(asked: Asked) -> Objection | None:
    missing = asked.scope - asked.own
    objections = (
        (
            asked.principal_id == asked.delegate_id,
            "self_delegation",
            vi("Không thể ủy quyền cho chính mình."),
        ),
        (
            not asked.reason.strip(),
            "reason_missing",
            vi("Hãy ghi lý do ủy quyền."),
        ),
        (
            not asked.scope,
            "scope_empty",
            vi("Hãy chọn ít nhất một vai trò trong một đơn vị để ủy quyền."),
        ),
        (
            any(role in NOT_DELEGABLE for _, role in asked.scope),
            "not_delegable",
            vi("Vai trò quản trị và kiểm tra không được ủy quyền."),
        ),
        (
            bool(missing & asked.borrowed),
            "chain",
            vi("Quyền được người khác ủy quyền không được ủy quyền tiếp."),
        ),
        (
            bool(missing),
            "not_held",
            vi("Người ủy quyền không giữ vai trò này tại đơn vị đã chọn."),
        ),
        (
            any(_collides(lent, asked) for lent in asked.standing),
            "overlap",
            vi("Vai trò này đã được ủy quyền trong thời gian đó. Hãy hủy ủy quyền cũ trước."),
        ),
    )
    return next((Objection(code, message) for applies, code, message in objections if applies), None)


def _collides(lent: Lent, asked: Asked) -> bool:
    meet = not lent.procedures or not asked.procedures or bool(lent.procedures & asked.procedures)
    return (
        meet
        and bool(lent.scope & asked.scope)
        and periods_overlap(lent.valid_from, lent.valid_to, asked.valid_from, asked.valid_to)
    )


# --- sign-in ---

MOST_FAILURES = 5
FAILURE_WINDOW = timedelta(minutes=15)
# Many addresses at one code; one address (an office behind one gateway, too) at many logins.
MOST_ANYWHERE, MOST_OF_ADDRESS = 50, 100

# Failures since the last success before a login closes: from one address, and from anywhere. Then it stays closed for a
# minute, and after each further failure twice as long, an hour at most.
FREE_FAILURES, FREE_ANYWHERE = 5, 20
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(hours=1)


def delay_after(failures: int, free: int = FREE_FAILURES) -> timedelta:
    """How long the door stays closed after that many failures in a row."""
    if failures < free:
        return timedelta(0)
    doublings = min(failures - free, 10)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def closed_until(failures: Sequence[datetime], now: datetime, free: int = FREE_FAILURES) -> datetime | None:
    """When the door opens again after these failures (the newest first); None where it is open."""
    if not failures:
        return None
    until = failures[0] + delay_after(len(failures), free)
    return until if until > now else None


def is_throttled(failures: Iterable[datetime], now: datetime) -> bool:
    """Whether another try is refused: five failures in the last fifteen minutes."""
    return sum(now - FAILURE_WINDOW < at <= now for at in failures) >= MOST_FAILURES
