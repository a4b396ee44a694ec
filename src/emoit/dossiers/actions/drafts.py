from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from typing import Any

from django.db import transaction

from emoit.dossiers import amendments
from emoit.dossiers import answers as answer_store
from emoit.dossiers.case import Case, opened
from emoit.dossiers.models import Dossier, Paper
from emoit.dossiers.types import Status
from emoit.files import actions as files
from emoit.forms import queries as forms
from emoit.forms.types import Form
from emoit.kernel import audit, personal, rows
from emoit.kernel.access import Actor, ActorKind, Forbidden, Refusal, becoming, process
from emoit.lib.saying import vi
from emoit.lib.working_time import VIET_NAM
from emoit.people import queries as people
from emoit.people.types import Party
from emoit.procedures import queries as procedures
from emoit.procedures.types import Procedure

_ONLY_FOR = {
    "citizen": vi("Thủ tục này chỉ dành cho cá nhân."),
    "enterprise": vi("Thủ tục này chỉ dành cho doanh nghiệp."),
}


@transaction.atomic
def start_draft(
    *,
    by: Actor,
    now: datetime,
    procedure_code: str,
    enterprise_id: int | None = None,
    from_result_id: int | None = None,
    answers: dict[str, Any] | None = None,
) -> int:
    """Begin a dossier for oneself or for an enterprise that one represents. Returns its id.

    `answers` are merged into what is known already, and saved right or wrong; refused as by `patch_answers`.

    A procedure that amends opens from an earlier result (`from_result_id`), in the name of its holder: with
    `enterprise_id` None whichever of the actor's parties that is. Refusals: forbidden, wrong_applicant, not_found (also
    for someone else's result), not_amending, result_missing, another_holder, wrong_kind, result_expired,
    result_revoked, result_replaced, being_changed.
    """
    if by.kind is not ActorKind.CITIZEN or by.account_id is None:
        raise Forbidden("Hãy đăng nhập bằng tài khoản của tổ chức, cá nhân để nộp hồ sơ.")
    procedure = procedures.published(procedure_code, at=now)
    require_open(procedure, now)
    amendments.require_named(procedure, from_result_id)
    if from_result_id is None:
        party = people.party_for(by, enterprise_id=enterprise_id)
    else:
        party, enterprise_id = amendments.holder(by, now=now, result_id=from_result_id, enterprise_id=enterprise_id)
    if party.kind not in procedure.applicants:
        raise Refusal(_ONLY_FOR[procedure.applicants[0]], code="wrong_applicant")
    with becoming(process("dossiers", by.agency_id)) as hand:
        row = Dossier(
            agency_id=by.agency_id,
            procedure_version_id=procedure.id,
            procedure_code=procedure.code,
            procedure_name=procedure.name,
            applicant_id=by.account_id,
            enterprise_id=enterprise_id,
            created_at=now,
            saved_at=now,
        )
        _take_party(row, party)
        sources: dict[str, Any] = {"party": party, "account": {"full_name": by.name}}
        if from_result_id is not None:
            sources["result"] = amendments.begin(row, procedure, by=hand, now=now, result_id=from_result_id)
        first = amendments.first_answers(row, procedure, sources)
        if answers:
            first = _patched(procedure.form, first, answers)
        row.answers = answer_store.seal(first, forms.personal_pointers(procedure.form))
        rows.insert(row)
        Case(row=row, by=by, now=now).write_readers()
        audit.record(
            by=by,
            now=now,
            verb="dossiers.start_draft",
            subject_kind="dossier",
            subject_id=row.pk,
            details={
                "procedure": procedure.code,
                "procedure_version": procedure.id,
                **({"from_result": from_result_id} if from_result_id is not None else {}),
            },
        )
    return row.pk


def require_open(procedure: Procedure, now: datetime) -> None:
    """Refusal `withdrawn` if the procedure takes no new dossiers any more."""
    if procedure.is_withdrawn(now.astimezone(VIET_NAM).date()):
        raise Refusal("Thủ tục này đã bãi bỏ, không nhận hồ sơ mới.", code="withdrawn")


def _take_party(row: Dossier, party: Party) -> None:
    row.holder_name = party.name
    row.holder_key = personal.keyed_hash(party.identity)
    row.phone_key = personal.keyed_hash(party.phone) if party.phone else ""
    row.party = json.dumps(dataclasses.asdict(party), ensure_ascii=False)


def require_applicant(case: Case) -> None:
    """Only the applicant, or another representative of the same enterprise, has the pen."""
    if case.by.kind is not ActorKind.CITIZEN:
        raise Forbidden("Chỉ người nộp hồ sơ được làm việc này.")


@transaction.atomic
def save_answers(
    *, by: Actor, now: datetime, dossier_id: int, page: str, answers: dict[str, Any], version: int | None = None
) -> int:
    """Save one page of a draft, right or wrong: a draft loses nothing. Returns the new version.

    `answers` are the typed answers of that page (forms.queries.parse_page); Stale if another window saved since
    `version`.
    """
    with opened(by=by, now=now, dossier_id=dossier_id, version=version) as case:
        require_applicant(case)
        if case.status is not Status.DRAFT:
            raise Refusal("Hồ sơ đã nộp, không sửa được tờ khai nữa.", code="impossible")
        clear = answer_store.unseal(case.row.answers)
        merged = forms.merge_page(case.procedure.form, page, clear, answers)
        case.row.answers = answer_store.seal(merged, forms.personal_pointers(case.procedure.form))
        case.row.saved_at = now
        case.row.version += 1
        case.row.save(update_fields=["answers", "saved_at", "version"])
        return case.row.version


@transaction.atomic
def patch_answers(
    *, by: Actor, now: datetime, dossier_id: int, changes: dict[str, Any], version: int | None = None
) -> int:
    """Save some answers of a draft, right or wrong, the others stay (JSON merge patch). Returns the new version.

    Refusal `unknown_field` for names that the form does not have, `out_of_bounds` for more than any form holds; Stale
    if the dossier has changed since `version`.
    """
    with opened(by=by, now=now, dossier_id=dossier_id, version=version) as case:
        require_applicant(case)
        if case.status is not Status.DRAFT:
            raise Refusal("Hồ sơ đã nộp, không sửa được tờ khai nữa.", code="impossible")
        form = case.procedure.form
        case.row.answers = answer_store.seal(
            _patched(form, answer_store.unseal(case.row.answers), changes), forms.personal_pointers(form)
        )
        case.row.saved_at = now
        case.row.version += 1
        case.row.save(update_fields=["answers", "saved_at", "version"])
        return case.row.version


def _patched(form: Form, answers: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    faults = forms.out_of_bounds(changes)
    if not faults and (names := forms.unknown(form, changes)):
        words = dict.fromkeys(names, vi("Mẫu đơn không có mục này"))
        raise Refusal("Có mục không thuộc mẫu đơn của thủ tục.", code="unknown_field", fields=words)
    merged = answers if faults else forms.patch(form, answers, changes)
    faults = faults or forms.out_of_bounds(merged)
    if faults:
        raise Refusal("Nội dung kê khai vượt mức hệ thống nhận.", code="out_of_bounds", fields=faults)
    return merged


@transaction.atomic
def discard_draft(*, by: Actor, now: datetime, dossier_id: int, version: int | None = None) -> None:
    """Throw a draft away, its files too. A submitted dossier is withdrawn, not discarded. Stale if it has
    changed since `version`."""
    with opened(by=by, now=now, dossier_id=dossier_id, version=version) as case:
        require_applicant(case)
        if case.status is not Status.DRAFT:
            raise Refusal("Hồ sơ đã nộp: hãy dùng «Rút hồ sơ».", code="impossible")
        file_ids = list(Paper.objects.filter(dossier=case.row).values_list("file_id", flat=True))
        case.row.delete()
        for file_id in file_ids:
            # As a process: a colleague who represents the same enterprise may have uploaded it.
            files.release(by=case.hand, now=now, file_id=file_id)
        audit.record(by=by, now=now, verb="dossiers.discard_draft", subject_kind="dossier", subject_id=dossier_id)
