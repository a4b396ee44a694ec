"""Look-ups in registers for a dossier: by the applicant who agrees, or by the officer who holds its work."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction

from emoit.dossiers import lookups
from emoit.dossiers.actions.drafts import require_applicant
from emoit.dossiers.case import KIND, Case, opened
from emoit.dossiers.types import Status
from emoit.kernel.access import Actor, Forbidden, Holding, Refusal
from emoit.people import actions as people
from emoit.people import queries as people_queries
from emoit.people.types import Inquiry, Party, Purpose, Register
from emoit.work import queries as work


@transaction.atomic
def fetch_from_register(*, by: Actor, now: datetime, dossier_id: int, register: Register) -> int:
    """Ask a register about the enterprise of a draft, or about the actor themself, who agrees to it.

    Returns the look-up's id; the draft itself is not changed. Refusals: forbidden, impossible, wrong_register,
    bad_identity, not_connected.
    """
    with opened(by=by, now=now, dossier_id=dossier_id) as case:
        require_applicant(case)
        if case.status is not Status.DRAFT:
            raise Refusal("Hồ sơ đã nộp, không lấy dữ liệu vào tờ khai nữa.", code="impossible")
        return people.ask_with_consent(by=by, now=now, inquiry=_inquiry(case, register, Purpose.DECLARE, by.account_id))


@transaction.atomic
def look_up(
    *, by: Actor, now: datetime, dossier_id: int, item_id: int, register: Register, purpose: Purpose | None
) -> int:
    """Ask a register about the enterprise of a dossier or its applicant, by the officer who holds its open work.

    Returns the look-up's id. Refusals: item_closed, wrong_item, not_held, wrong_register, wrong_purpose, bad_identity,
    not_connected, unknown_officer.
    """
    with opened(by=by, now=now, dossier_id=dossier_id) as case:
        holding = _held(case, item_id)
        if purpose is None:
            words = "Hãy chọn mục đích tra cứu."
            raise Refusal(words, code="wrong_purpose", fields={"purpose": words})
        return people.look_up(
            by=by, now=now, inquiry=_inquiry(case, register, purpose, case.row.applicant_id), holding=holding
        )


def _held(case: Case, item_id: int) -> Holding:
    item = case.require_item(item_id)
    holding = work.may_do(case.by, item)
    if item.assignee_id is None or holding is None:
        raise Forbidden("Chỉ cán bộ đang giữ việc của hồ sơ này được tra cứu.", code="not_held")
    return holding


def _inquiry(case: Case, register: Register, purpose: Purpose, person_id: int | None) -> Inquiry:
    row = case.row
    if register not in lookups.registers_of(row.enterprise_id):
        raise Refusal("Hồ sơ này không có doanh nghiệp để tra cứu.", code="wrong_register")
    if register is Register.ENTERPRISES:
        party = Party(**json.loads(row.party))
        name, identity = party.name, party.identity
    else:
        name, identity = people_queries.person_of(row.agency_id, person_id or 0)
    return Inquiry(
        register=register,
        purpose=purpose,
        subject_kind=KIND,
        subject_id=str(row.pk),
        subject_code=row.code or "",
        identity=identity,
        name=name,
        procedure=row.procedure_code,
    )
