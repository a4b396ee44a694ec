"""Accounts: opened, closed, their password and contact."""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation

from emoit.kernel import audit, outbox
from emoit.kernel.access import Actor, Forbidden, Refusal
from emoit.kernel.personal import keyed_hash
from emoit.lib.saying import vi
from emoit.people.actions.hand import clean, end_sessions_of, locked_account, locked_officer, permit, registry
from emoit.people.events import AccountCreated, AccountDeactivated
from emoit.people.models import Account, Citizen, Contact, Credential, Session
from emoit.people.rules import Verb, is_id_number, is_login
from emoit.people.types import AccountKind, CitizenDetails, SessionEnd

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[0-9]{9,14}")


def fresh_stamp() -> str:
    return secrets.token_hex(32)


def _password_fault(password: str, account: Account) -> str:
    try:
        with translation.override("vi"):
            validate_password(password, account)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def contact_faults(phone: str, email: str) -> dict[str, str]:
    """Field -> what is wrong with it; empty values are right."""
    faults = {}
    if phone and not _PHONE.fullmatch(re.sub(r"[\s.\-()]", "", phone)):
        faults["phone"] = vi("Số điện thoại gồm 9 đến 14 chữ số.")
    if email and not _EMAIL.fullmatch(email):
        faults["email"] = vi("Địa chỉ thư điện tử chưa đúng, ví dụ: ten@congty.vn.")
    return faults


def _account_faults(account: Account, password: str | None) -> dict[str, str]:
    faults = {}
    if not is_login(account.login):
        faults["login"] = vi("Tên đăng nhập gồm 3 đến 150 chữ cái không dấu, chữ số hoặc các dấu . _ @ + -")
    elif Account.objects.filter(agency_id=account.agency_id, login=account.login).exists():
        faults["login"] = vi("Tên đăng nhập này đã có người dùng.")
    if not account.full_name:
        faults["full_name"] = vi("Hãy nhập họ và tên.")
    if password is not None and (fault := _password_fault(password, account)):
        faults["password"] = fault
    return faults


def _citizen_faults(agency_id: int, details: CitizenDetails, now: datetime) -> dict[str, str]:
    faults = contact_faults(details.phone, details.email)
    if not is_id_number(details.id_number):
        faults["id_number"] = vi("Số định danh cá nhân gồm đúng 12 chữ số.")
    elif Citizen.objects.filter(agency_id=agency_id, id_number_hash=keyed_hash(details.id_number)).exists():
        faults["id_number"] = vi("Số định danh này đã có tài khoản.")
    if details.born_on and not date(1900, 1, 1) <= details.born_on <= now.date():
        faults["born_on"] = vi("Ngày sinh chưa đúng.")
    return faults


def _refuse(faults: dict[str, str]) -> None:
    if faults:
        raise Refusal("Thông tin chưa đúng. Hãy sửa các mục được nêu.", code="invalid", fields=faults)


def _open(by: Actor, now: datetime, account: Account, password: str | None, phone: str, email: str) -> None:
    account.save()
    Credential.objects.create(
        agency_id=account.agency_id, account=account, password=make_password(password), changed_at=now
    )
    Contact.objects.create(agency_id=account.agency_id, account=account, phone=phone, email=email)
    outbox.publish(AccountCreated(agency_id=by.agency_id, account_id=account.pk, kind=account.kind), now=now)


def _new_account(by: Actor, now: datetime, login: str, full_name: str, kind: AccountKind) -> Account:
    return Account(
        agency_id=by.agency_id,
        login=login.strip().lower(),
        full_name=clean(full_name),
        kind=kind,
        session_stamp=fresh_stamp(),
        created_at=now,
    )


@transaction.atomic
def register_citizen(*, by: Actor, now: datetime, login: str, password: str, details: CitizenDetails) -> Account:
    """Open a citizen's own account. Anyone not signed in may, and our processes. Refusal `invalid` names each field."""
    if not by.is_process and by.account_id is not None:
        raise Forbidden("Bạn đã có tài khoản. Hãy đăng xuất trước khi mở tài khoản khác.")
    account = _new_account(by, now, login, details.full_name, AccountKind.CITIZEN)
    with registry(by):
        _refuse(_account_faults(account, password) | _citizen_faults(by.agency_id, details, now))
        _open(by, now, account, password, details.phone, details.email)
        Citizen.objects.create(
            agency_id=by.agency_id,
            account=account,
            id_number=details.id_number,
            id_number_hash=keyed_hash(details.id_number),
            born_on=details.born_on.isoformat() if details.born_on else "",
            address=clean(details.address),
        )
        audit.record(by=by, now=now, verb="register_citizen", subject_kind="account", subject_id=account.pk)
    return account


@transaction.atomic
def create_officer(
    *, by: Actor, now: datetime, login: str, full_name: str, password: str | None, phone: str = "", email: str = ""
) -> Account:
    """Open an officer's account, without post or role yet. Administrators. Refusal `invalid` names each field.

    Without a password (None) nobody can sign in until a link of `issue_password_link` was used.
    """
    holding = permit(by, Verb.CREATE_OFFICER)
    account = _new_account(by, now, login, full_name, AccountKind.OFFICER)
    with registry(by):
        _refuse(_account_faults(account, password) | contact_faults(phone, email))
        _open(by, now, account, password, phone, email)
        audit.record(
            by=by, now=now, verb=Verb.CREATE_OFFICER, subject_kind="account", subject_id=account.pk, holding=holding
        )
    return account


def set_password(account: Account, password: str, now: datetime, *, keeping: str = "") -> None:
    """Within an action that has locked the account: every session of it ends, `keeping` one (its sid)."""
    _refuse({"password": fault} if (fault := _password_fault(password, account)) else {})
    account.session_stamp = fresh_stamp()
    account.save(update_fields=["session_stamp"])
    Credential.objects.filter(account=account).update(password=make_password(password), changed_at=now)
    open_ones = Session.objects.filter(agency_id=account.agency_id, account=account, ended_at=None)
    open_ones.exclude(sid=keeping).update(ended_at=now, end=SessionEnd.PASSWORD)


@transaction.atomic
def change_password(*, by: Actor, now: datetime, account_id: int, old: str, new: str, sid: str = "") -> Account:
    """Change one's own password; every session but `sid` ends. Returns the account, to keep that session by."""
    permit(by, Verb.CHANGE_PASSWORD, about=account_id)
    with registry(by):
        account = locked_account(by, account_id)
        credential = Credential.objects.get(account=account)
        if not check_password(old, credential.password):
            _refuse({"old": vi("Mật khẩu hiện tại không đúng.")})
        set_password(account, new, now, keeping=sid)
        audit.record(by=by, now=now, verb=Verb.CHANGE_PASSWORD, subject_kind="account", subject_id=account.pk)
    return account


@transaction.atomic
def reset_password(*, by: Actor, now: datetime, account_id: int, new: str) -> None:
    """Give an account a new password; every session of it ends. Administrators."""
    holding = permit(by, Verb.RESET_PASSWORD)
    with registry(by):
        account = locked_account(by, account_id)
        set_password(account, new, now)
        audit.record(
            by=by, now=now, verb=Verb.RESET_PASSWORD, subject_kind="account", subject_id=account.pk, holding=holding
        )


@transaction.atomic
def change_contact(*, by: Actor, now: datetime, account_id: int, phone: str, email: str) -> None:
    """Change one's own phone and e-mail."""
    permit(by, Verb.CHANGE_CONTACT, about=account_id)
    with registry(by):
        account = locked_account(by, account_id)
        _refuse(contact_faults(phone, email))
        Contact.objects.filter(account=account).update(phone=phone, email=email)
        audit.record(by=by, now=now, verb=Verb.CHANGE_CONTACT, subject_kind="account", subject_id=account.pk)


@transaction.atomic
def deactivate(*, by: Actor, now: datetime, account_id: int) -> None:
    """Close an account: its sessions end, it cannot sign in, and what it lent to others rests. Administrators."""
    holding = permit(by, Verb.DEACTIVATE)
    if account_id == by.account_id:
        raise Refusal("Không thể tự khóa tài khoản của chính mình.", code="oneself")
    with registry(by):
        account = locked_account(by, account_id)
        if not account.is_active:
            raise Refusal("Tài khoản này đã bị khóa.", code="inactive")
        account.is_active, account.session_stamp = False, fresh_stamp()
        account.save(update_fields=["is_active", "session_stamp"])
        end_sessions_of(by, account.pk, now, SessionEnd.CLOSED)
        audit.record(
            by=by, now=now, verb=Verb.DEACTIVATE, subject_kind="account", subject_id=account.pk, holding=holding
        )
        outbox.publish(AccountDeactivated(agency_id=by.agency_id, account_id=account.pk), now=now)


@transaction.atomic
def reactivate(*, by: Actor, now: datetime, account_id: int) -> None:
    """Open a closed account again. Administrators."""
    holding = permit(by, Verb.REACTIVATE)
    with registry(by):
        account = locked_account(by, account_id)
        if account.is_active:
            raise Refusal("Tài khoản này đang hoạt động.", code="active")
        account.is_active = True
        account.save(update_fields=["is_active"])
        audit.record(
            by=by, now=now, verb=Verb.REACTIVATE, subject_kind="account", subject_id=account.pk, holding=holding
        )


__all__ = [
    "change_contact",
    "change_password",
    "create_officer",
    "deactivate",
    "locked_officer",
    "reactivate",
    "register_citizen",
    "reset_password",
]
