"""What the verbs share: the registry's own hand, and who may."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from emoit.kernel.access import Actor, Forbidden, Holding, NotFound, Refusal, acting_as, process
from emoit.people.models import Account, Session, Unit
from emoit.people.rules import PERMISSIONS, Verb
from emoit.people.types import AccountKind, SessionEnd


@contextmanager
def registry(by: Actor) -> Iterator[None]:
    """What the action has decided is read, locked and written by a process of ours, within the actor's agency only.

    The tables of people accept no other writer, and much of what has to be checked (is this id number taken?) is beyond
    the actor's own sight.
    """
    with acting_as(process("people", by.agency_id)):
        yield


def permit(by: Actor, verb: Verb, *, about: int | None = None) -> Holding | None:
    """The holding by which `by` may use the verb (None: as a process or on themselves). Forbidden if they may not.

    `about` is the account that the act is about, for what one may do for oneself.
    """
    if by.is_process:
        return None
    permission = PERMISSIONS[verb]
    if permission.oneself and about is not None and about == by.account_id:
        return None
    for holding in by.holdings:
        if holding.role in permission.roles and holding.principal_id is None:
            return holding
    raise Forbidden("Bạn không có quyền thực hiện việc này.")


def oneself(by: Actor) -> int:
    """The account of a person who acts on it. Forbidden to everyone else, processes of ours too."""
    if by.account_id is None:
        raise Forbidden("Hãy đăng nhập trước.")
    return by.account_id


def locked_account(by: Actor, account_id: int) -> Account:
    row = Account.objects.select_for_update().filter(pk=account_id, agency_id=by.agency_id).first()
    if row is None:
        raise NotFound("Không có tài khoản này.")
    return row


def locked_officer(by: Actor, account_id: int) -> Account:
    """An active officer of the actor's agency."""
    row = locked_account(by, account_id)
    if row.kind != AccountKind.OFFICER:
        raise NotFound("Không có cán bộ này.")
    if not row.is_active:
        raise Refusal("Tài khoản này đã bị khóa.", code="inactive")
    return row


def unit_of(by: Actor, unit_id: int) -> Unit:
    row = Unit.objects.filter(pk=unit_id, agency_id=by.agency_id).first()
    if row is None:
        raise NotFound("Không có đơn vị này.")
    return row


def rotate_sessions(by: Actor, account_id: int) -> None:
    """What the account may do has changed: its sessions get new keys, so that none known before is worth anything."""
    Session.objects.filter(agency_id=by.agency_id, account=account_id, ended_at=None).update(rotate=True)


def end_sessions_of(by: Actor, account_id: int, now: datetime, why: SessionEnd, *, but: str = "") -> int:
    """End the account's sessions, `but` one (its sid). Returns how many."""
    rows = Session.objects.filter(agency_id=by.agency_id, account=account_id, ended_at=None).exclude(sid=but)
    return rows.update(ended_at=now, end=why)


def clean(text: str) -> str:
    """NFC, without spaces around and without runs of them."""
    return " ".join(unicodedata.normalize("NFC", text).split())
