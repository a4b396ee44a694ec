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
from emoit.people.types import Inquiry, Party, Purpose
from emoit.work import queries as work


@transaction.atomic
def fetch_from_register(*, by: Actor, now: datetime, dossier_id: int) -> int:
    """Ask the register about the party of a draft, whose applicant agrees to it. Returns the look-up's id.

    The draft itself is not changed. Refusals: forbidden, impossible, bad_identity, not_connected.
    """
    with opened(by=by, now=now, dossier_id=dossier_id) as case:
        require_applicant(case)
        if case.status is not Status.DRAFT:
            raise Refusal("Hồ sơ đã nộp, không lấy dữ liệu vào tờ khai nữa.", code="impossible")
        return people.ask_with_consent(by=by, now=now, inquiry=_inquiry(case, Purpose.DECLARE))


@transaction.atomic
def look_up(*, by: Actor, now: datetime, dossier_id: int, item_id: int, purpose: Purpose | None) -> int:
    """Ask the register about the party of a dossier, by the officer who holds its open work. Returns the look-up's id.

    Refusals: item_closed, wrong_item, not_held, wrong_purpose, bad_identity, not_connected, unknown_officer.
    """
    with opened(by=by, now=now, dossier_id=dossier_id) as case:
        holding = _held(case, item_id)
        if purpose is None:
            words = "Hãy chọn mục đích tra cứu."
            raise Refusal(words, code="wrong_purpose", fields={"purpose": words})
        return people.look_up(by=by, now=now, inquiry=_inquiry(case, purpose), holding=holding)


def _held(case: Case, item_id: int) -> Holding:
    item = case.require_item(item_id)
    holding = work.may_do(case.by, item)
    if item.assignee_id is None or holding is None:
        raise Forbidden("Chỉ cán bộ đang giữ việc của hồ sơ này được tra cứu.", code="not_held")
    return holding


def _inquiry(case: Case, purpose: Purpose) -> Inquiry:
    party = Party(**json.loads(case.row.party))
    return Inquiry(
        register=lookups.register_of(case.row.enterprise_id),
        purpose=purpose,
        subject_kind=KIND,
        subject_id=str(case.row.pk),
        subject_code=case.row.code or "",
        identity=party.identity,
        name=party.name,
        procedure=case.row.procedure_code,
    )
