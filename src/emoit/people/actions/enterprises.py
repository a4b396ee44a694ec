"""Enterprises and who may act for them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from emoit.kernel import audit, outbox
from emoit.kernel.access import Actor, Forbidden, NotFound, Refusal
from emoit.lib.saying import say, vi
from emoit.people.actions.accounts import contact_faults
from emoit.people.actions.hand import clean, locked_account, permit, registry
from emoit.people.events import EnterpriseRegistered
from emoit.people.models import Account, Enterprise, Representation
from emoit.people.rules import Verb, is_tax_code
from emoit.people.types import AccountKind, EnterpriseDetails, RepresentationRole

_ABSENT = vi("Không có doanh nghiệp này.")


def _faults(agency_id: int, details: EnterpriseDetails) -> dict[str, str]:
    faults = contact_faults(details.phone, details.email)
    if not is_tax_code(details.tax_code):
        faults["tax_code"] = vi("Mã số thuế chưa đúng. Hãy nhập 10 chữ số, hoặc 13 chữ số dạng 0123456789-001.")
    elif Enterprise.objects.filter(agency_id=agency_id, tax_code=details.tax_code).exists():
        faults["tax_code"] = vi("Mã số thuế này đã được đăng ký. Hãy nhờ người đại diện của doanh nghiệp thêm bạn.")
    labels = {
        "name": vi("tên doanh nghiệp"),
        "address": vi("địa chỉ trụ sở"),
        "legal_representative": vi("người đại diện"),
    }
    faults |= {
        f: say("Hãy nhập {label}.", label=say(label)) for f, label in labels.items() if not clean(getattr(details, f))
    }
    return faults


def _citizen(by: Actor, account_id: int) -> Account:
    account = locked_account(by, account_id)
    if account.kind != AccountKind.CITIZEN or not account.is_active:
        raise Refusal("Chỉ tài khoản công dân đang hoạt động mới được đại diện doanh nghiệp.", code="not_a_citizen")
    return account


@transaction.atomic
def register_enterprise(*, by: Actor, now: datetime, account_id: int, details: EnterpriseDetails) -> Enterprise:
    """Register an enterprise with the account as its legal representative: by oneself, or by an administrator.

    A tax code that is already registered is refused: only those who represent the enterprise let others in.
    """
    holding = permit(by, Verb.REGISTER_ENTERPRISE, about=account_id)
    with registry(by):
        account = _citizen(by, account_id)
        if faults := _faults(by.agency_id, details):
            raise Refusal("Thông tin doanh nghiệp chưa đúng. Hãy sửa các mục được nêu.", code="invalid", fields=faults)
        enterprise = Enterprise.objects.create(
            agency_id=by.agency_id,
            tax_code=details.tax_code,
            name=clean(details.name),
            address=clean(details.address),
            phone=details.phone,
            email=details.email,
            legal_representative=clean(details.legal_representative),
            registered_at=now,
        )
        Representation.objects.create(
            agency_id=by.agency_id,
            account=account,
            enterprise=enterprise,
            role=RepresentationRole.LEGAL_REPRESENTATIVE,
            valid_from=now,
        )
        audit.record(
            by=by,
            now=now,
            verb=Verb.REGISTER_ENTERPRISE,
            subject_kind="enterprise",
            subject_id=enterprise.pk,
            holding=holding,
            details={"account_id": account.pk},
        )
        outbox.publish(
            EnterpriseRegistered(agency_id=by.agency_id, enterprise_id=enterprise.pk, account_id=account.pk), now=now
        )
    return enterprise


def _current(by: Actor, enterprise_id: int, now: datetime) -> list[Representation]:
    """Those who represent the enterprise now or later; the enterprise's row is locked."""
    found = Enterprise.objects.select_for_update().filter(pk=enterprise_id, agency_id=by.agency_id).first()
    if found is None:
        raise NotFound(_ABSENT)
    return list(Representation.objects.filter(Q(valid_to=None) | Q(valid_to__gt=now), enterprise=found))


def _permit_for_enterprise(by: Actor, verb: Verb, rows: list[Representation], now: datetime) -> None:
    """A legal representative of the enterprise may, as may an administrator; to others it does not exist."""
    if any(
        r.account_id == by.account_id and r.role == RepresentationRole.LEGAL_REPRESENTATIVE and r.valid_from <= now
        for r in rows
    ):
        return
    try:
        permit(by, verb)
    except Forbidden:
        if any(r.account_id == by.account_id for r in rows):
            raise
        raise NotFound(_ABSENT) from None


@transaction.atomic
def add_representative(
    *,
    by: Actor,
    now: datetime,
    enterprise_id: int,
    account_id: int,
    role: RepresentationRole,
    valid_from: datetime,
    valid_to: datetime | None,
) -> Representation:
    """Let another citizen act for the enterprise, from–to. Its legal representative, or an administrator."""
    with registry(by):
        rows = _current(by, enterprise_id, now)
        _permit_for_enterprise(by, Verb.ADD_REPRESENTATIVE, rows, now)
        if valid_to is not None and valid_to <= max(valid_from, now):
            raise Refusal("Thời điểm kết thúc phải sau thời điểm bắt đầu và sau hiện tại.", code="period")
        account = _citizen(by, account_id)
        if any(r.account_id == account.pk for r in rows):
            raise Refusal("Người này đã được đại diện doanh nghiệp.", code="overlap")
        row = Representation.objects.create(
            agency_id=by.agency_id,
            account=account,
            enterprise_id=enterprise_id,
            role=role,
            valid_from=max(valid_from, now),
            valid_to=valid_to,
        )
        audit.record(
            by=by,
            now=now,
            verb=Verb.ADD_REPRESENTATIVE,
            subject_kind="enterprise",
            subject_id=enterprise_id,
            details={"account_id": account.pk, "role": role},
        )
    return row


@transaction.atomic
def end_representation(*, by: Actor, now: datetime, enterprise_id: int, account_id: int) -> None:
    """The account no longer acts for the enterprise. Oneself, its legal representative, or an administrator.

    The last legal representative stays, so that the enterprise is not locked out of its own dossiers.
    """
    with registry(by):
        rows = _current(by, enterprise_id, now)
        if account_id != by.account_id:
            _permit_for_enterprise(by, Verb.END_REPRESENTATION, rows, now)
        mine = [r for r in rows if r.account_id == account_id]
        if not mine:
            raise NotFound(_ABSENT)
        legal = [r for r in rows if r.role == RepresentationRole.LEGAL_REPRESENTATIVE and r.account_id != account_id]
        if not legal:
            raise Refusal("Doanh nghiệp phải còn ít nhất một người đại diện theo pháp luật.", code="last")
        for row in mine:
            row.valid_to = max(row.valid_from, now)
            row.save(update_fields=["valid_to"])
        audit.record(
            by=by,
            now=now,
            verb=Verb.END_REPRESENTATION,
            subject_kind="enterprise",
            subject_id=enterprise_id,
            details={"account_id": account_id},
        )
