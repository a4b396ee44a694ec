from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from emoit.dossiers.actions.drafts import require_applicant
from emoit.dossiers.case import Case, opened
from emoit.dossiers.models import Paper, SupplementRequest
from emoit.dossiers.types import Status
from emoit.files import actions as files
from emoit.kernel import audit
from emoit.kernel.access import Actor, NotFound, Refusal
from emoit.lib.saying import say
from emoit.procedures.types import Paper as PaperSpec

MAX_FILES_PER_PAPER = 10


def attach_paper(
    *,
    by: Actor,
    now: datetime,
    dossier_id: int,
    paper_code: str,
    name: str,
    content: BinaryIO | Iterable[bytes],
    version: int | None = None,
) -> int:
    """Hand in a file for a paper of the procedure; inspected before it counts. Returns the paper's id.

    Refusals of `files.actions.receive` pass through (empty, too large, disguised, encrypted, bomb, full disk). Stale if
    the dossier has changed since `version`.
    """
    with transaction.atomic(), opened(by=by, now=now, dossier_id=dossier_id, version=version) as case:
        paper = _open_paper(case, paper_code)
    stored = files.receive(by=by, now=now, name=name, content=content, accept=paper.accept, max_bytes=paper.max_bytes)
    with transaction.atomic(), opened(by=by, now=now, dossier_id=dossier_id, version=version) as case:
        _open_paper(case, paper_code)
        files.grant(by=by, now=now, file_id=stored.id, readers=case.readers())
        row = Paper.objects.create(
            agency_id=by.agency_id,
            dossier=case.row,
            paper_code=paper_code,
            file_id=stored.id,
            name=stored.name,
            size=stored.size,
            pages=stored.pages,
            round=_round(case),
            added_at=now,
        )
        _count(case)
        audit.record(
            by=by,
            now=now,
            verb="dossiers.attach_paper",
            subject_kind="dossier",
            subject_id=dossier_id,
            details={"paper": paper_code, "file": stored.id, "digest": stored.digest},
        )
        return row.pk


def _count(case: Case) -> None:
    """The papers are part of the dossier: its version counts their changes too."""
    case.row.saved_at = case.now
    case.row.version += 1
    case.row.save(update_fields=["saved_at", "version"])


def _round(case: Case) -> int:
    return 0 if case.status is Status.DRAFT else 1


def _open_paper(case: Case, paper_code: str) -> PaperSpec:
    """The paper of that code, if a file may be handed in for it now."""
    require_applicant(case)
    paper = next((p for p in case.procedure.papers if p.code == paper_code), None)
    if paper is None:
        raise NotFound("Thủ tục không có giấy tờ này.")
    if case.status is Status.AWAITING_SUPPLEMENT:
        asked = {d["target"] for d in SupplementRequest.objects.get(dossier=case.row).defects}
        if paper_code not in asked:
            raise Refusal("Giấy tờ này không nằm trong yêu cầu bổ sung.", code="not_asked")
    elif case.status is not Status.DRAFT:
        raise Refusal("Hồ sơ đã nộp, không thêm giấy tờ được nữa.", code="impossible")
    rows = Paper.objects.filter(dossier=case.row, paper_code=paper_code, round=_round(case), superseded=False)
    if rows.count() >= MAX_FILES_PER_PAPER:
        raise Refusal(
            say("Mỗi giấy tờ nhận tối đa {most} tệp.", most=MAX_FILES_PER_PAPER),
            code="too_many_files",
        )
    return paper


@transaction.atomic
def remove_paper(*, by: Actor, now: datetime, dossier_id: int, paper_id: int, version: int | None = None) -> None:
    """Take a file back before it has been submitted. Stale if the dossier has changed since `version`."""
    with opened(by=by, now=now, dossier_id=dossier_id, version=version) as case:
        require_applicant(case)
        row = Paper.objects.filter(dossier=case.row, pk=paper_id, round=_round(case)).first()
        if row is None or case.status not in {Status.DRAFT, Status.AWAITING_SUPPLEMENT}:
            raise NotFound("Không có tệp này để bỏ.")
        row.delete()
        files.release(by=case.hand, now=now, file_id=row.file_id)
        _count(case)
        audit.record(
            by=by,
            now=now,
            verb="dossiers.remove_paper",
            subject_kind="dossier",
            subject_id=dossier_id,
            details={"paper": row.paper_code, "file": row.file_id},
        )
