from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from emoit.dossiers import amendments, computing, queries, rules
from emoit.dossiers import answers as answer_store
from emoit.dossiers.actions.carrying import require_in_force
from emoit.dossiers.actions.drafts import require_applicant
from emoit.dossiers.case import KIND, Case, opened
from emoit.dossiers.events import DossierSubmitted
from emoit.dossiers.models import Paper
from emoit.dossiers.types import Status, Verb
from emoit.files import actions as files
from emoit.kernel import numbering
from emoit.kernel.access import Actor, Refusal
from emoit.lib.working_time import VIET_NAM
from emoit.people import actions as people_actions
from emoit.people import queries as people
from emoit.results.types import ResultInfo

# Of two at once under one key the second waits here for the first.
_REMEMBER = """
    insert into dossiers_submission (agency_id, key, dossier_id) values (%s, %s, %s)
    on conflict (agency_id, key) do nothing returning id
"""


@transaction.atomic
def submit(*, by: Actor, now: datetime, dossier_id: int, key: str = "", version: int | None = None) -> str:
    """Hand the dossier in. Returns its code; handing the same dossier in again returns the same code.

    Refusal `new_version` if another version of the procedure is in force by now (`carry_over` takes the draft there),
    `withdrawn` if the procedure takes no dossiers any more; `incomplete` names every field (JSON pointer) and paper
    (`paper:<code>`) that is missing or wrong; `key_used` if another dossier was handed in under this key. One that
    opens from an earlier result is refused as in `start_draft` if the result cannot be changed any more; of two who
    would change it at once, the second is. Stale if it has changed since `version`.
    """
    with opened(by=by, now=now, dossier_id=dossier_id, version=version) as case:
        require_applicant(case)
        if case.status is not Status.DRAFT and case.row.code:
            return case.row.code
        require_in_force(case)
        papers = dict(Paper.objects.filter(dossier=case.row).values_list("file_id", "paper_code"))
        _complete_or_refuse(case, amendments.require(case), set(papers.values()))
        procedure = case.procedure
        channel = computing.channel(case)
        case.place_units(handling=computing.handling_unit(case))
        case.row.submitted_at = now
        case.row.code = _code(case)
        people_actions.name_subject(
            agency_id=case.row.agency_id, subject_kind=KIND, subject_id=str(dossier_id), code=case.row.code
        )
        _remember(case, key or f"dossier:{dossier_id}")
        progress = case.begin_process(channel=channel)
        case.move(
            Verb.SUBMIT,
            "Hồ sơ đã được nộp trực tuyến.",
            details={
                "procedure": procedure.code,
                "procedure_version": procedure.id,
                **({"from_result": case.row.from_result_id} if case.row.from_result_id else {}),
            },
        )
        case.write_readers()
        _open_files(case, papers)
        case.open_work(progress)
        case.publish(DossierSubmitted, automatic=procedure.automatic)
        return case.row.code


def _remember(case: Case, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, [case.row.agency_id, key, case.row.pk])
        made = cursor.fetchone()
    if made is None:
        raise Refusal("Khóa gửi này đã dùng cho một hồ sơ khác.", code="key_used")


def _complete_or_refuse(case: Case, earlier: ResultInfo | None, handed_in: set[str]) -> None:
    answers, today = answer_store.unseal(case.row.answers), case.now.astimezone(VIET_NAM).date()
    found = queries.missing(case.procedure, answers, handed_in, today=today)
    if fault := amendments.too_early(case, earlier):
        found.setdefault(case.procedure.result.validity_pointer, fault)
    if found:
        raise Refusal("Hồ sơ chưa đủ hoặc chưa đúng, chưa nộp được.", code="incomplete", fields=found)


def _code(case: Case) -> str:
    day = case.now.astimezone(VIET_NAM)
    agency = people.agency()
    number = numbering.allocate(
        agency_id=case.row.agency_id,
        series=rules.code_series(f"{day:%y%m%d}"),
        subject_kind=KIND,
        subject_id=case.row.pk,
        now=case.now,
    )
    return rules.dossier_code(agency=agency.dossier_code, day=day, number=number, width=agency.dossier_number_width)


def _open_files(case: Case, file_ids: Iterable[int]) -> None:
    """The officers who handle the dossier may now read its files."""
    for file_id in file_ids:
        files.grant(by=case.by, now=case.now, file_id=file_id, readers=case.readers())
