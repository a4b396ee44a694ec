from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from emoit.kernel import audit
from emoit.kernel.access import Actor, Holding, NotFound, Refusal, acting_as, process
from emoit.lib.saying import vi
from emoit.sharing import rules
from emoit.sharing.infos import consumer_info
from emoit.sharing.models import Consumer
from emoit.sharing.types import ConsumerInfo, ConsumerState

NAME = "sharing.keep"


@transaction.atomic
def register_consumer(
    *, by: Actor, now: datetime, code: str, name: str, contact: str = "", email: str = ""
) -> ConsumerInfo:
    """A system of another agency may be given credentials and grants from now on. It may read nothing yet.

    `code` is the agency's code among partners (capitals, digits, dots, hyphens). Refusals: forbidden; `invalid` names
    the fields that are wrong; `code_taken`.
    """
    holding = rules.as_keeper(by)
    code, name = code.strip().upper(), " ".join(name.split())
    judge(code, name, contact, email)
    with acting_as(process(NAME, by.agency_id)):
        row = create(by.agency_id, now, code=code, name=name, contact=contact, email=email, is_test=False)
        note(by, now, holding, "sharing.register_consumer", row, code=code)
        return consumer_info(row)


def judge(code: str, name: str, contact: str, email: str) -> None:
    faults = {}
    if not rules.CODE.fullmatch(code):
        faults["code"] = vi("Mã gồm chữ in hoa, chữ số, dấu chấm và gạch nối, từ 2 đến 35 ký tự")
    if not name or len(name) > 200:
        faults["name"] = vi("Nhập tên hệ thống, tối đa 200 ký tự")
    if len(contact) > 200:
        faults["contact"] = vi("Tên đầu mối dài tối đa 200 ký tự")
    if email and ("@" not in email or len(email) > 200):
        faults["email"] = vi("Nhập địa chỉ thư điện tử đúng, ví dụ lienhe@coquan.gov.vn")
    if faults:
        raise Refusal(vi("Chưa đăng ký được hệ thống."), code="invalid", fields=faults)


def create(agency_id: int, now: datetime, *, code: str, name: str, contact: str, email: str, is_test: bool) -> Consumer:
    """The row, within a process of the agency. Refusal `code_taken`."""
    if Consumer.objects.filter(agency_id=agency_id, code=code).exists():
        words = vi("Mã này đã dùng cho hệ thống khác")
        raise Refusal(words, code="code_taken", fields={"code": words})
    return Consumer.objects.create(
        agency_id=agency_id,
        code=code,
        name=name,
        contact=" ".join(contact.split()),
        email=email.strip(),
        client_id=f"{code.lower()}-{secrets.token_hex(2)}",
        state=ConsumerState.ACTIVE.value,
        is_test=is_test,
        created_at=now,
    )


@transaction.atomic
def suspend(*, by: Actor, now: datetime, code: str) -> None:
    """From now on nothing is answered to it, whatever tokens it holds. Refusals: forbidden, not_found."""
    _set(by, now, code, ConsumerState.SUSPENDED, "sharing.suspend")


@transaction.atomic
def resume(*, by: Actor, now: datetime, code: str) -> None:
    """It may call again by what it holds. Refusals: forbidden, not_found."""
    _set(by, now, code, ConsumerState.ACTIVE, "sharing.resume")


def _set(by: Actor, now: datetime, code: str, state: ConsumerState, verb: str) -> None:
    holding = rules.as_keeper(by)
    with acting_as(process(NAME, by.agency_id)):
        row = locked(by, code)
        if row.state != state.value:
            row.state = state.value
            row.save(update_fields=["state"])
            note(by, now, holding, verb, row)


def locked(by: Actor, code: str) -> Consumer:
    row = Consumer.objects.select_for_update().filter(agency_id=by.agency_id, code=code).first()
    if row is None:
        raise NotFound(vi("Không có hệ thống này."))
    return row


def note(by: Actor, now: datetime, holding: Holding | None, verb: str, row: Consumer, **details: object) -> None:
    audit.record(
        by=by, now=now, verb=verb, subject_kind="consumer", subject_id=row.code, holding=holding, details=details
    )
