"""A draft begun under one version of its procedure, when another has come in force."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emoit.dossiers import answers as answer_store
from emoit.dossiers.actions.drafts import require_applicant, require_open
from emoit.dossiers.case import Case, opened
from emoit.dossiers.models import Paper
from emoit.dossiers.types import CarriedOver, Status
from emoit.files import actions as files
from emoit.forms import queries as forms
from emoit.kernel import audit
from emoit.kernel.access import Actor, Refusal
from emoit.procedures import queries as procedures


def require_in_force(case: Case) -> None:
    """Refusal `new_version` or `withdrawn` unless the draft stands on the version in force."""
    current = procedures.published(case.row.procedure_code, at=case.now)
    require_open(current, case.now)
    if current.id != case.row.procedure_version_id:
        raise Refusal(
            "Thủ tục đã có phiên bản mới từ khi bạn bắt đầu khai. Hãy kiểm tra lại theo phiên bản mới rồi nộp.",
            code="new_version",
        )
    case.procedure = current


@transaction.atomic
def carry_over(*, by: Actor, now: datetime, dossier_id: int, version: int | None = None) -> CarriedOver:
    """Take a draft to the version in force: answers stay where the new form still asks for them, papers by their codes.

    Files of papers that the new version does not ask for are released. Nothing happens to a draft that stands there
    already. Refusals: impossible (handed in), withdrawn. Stale if it has changed since `version`.
    """
    with opened(by=by, now=now, dossier_id=dossier_id, version=version) as case:
        require_applicant(case)
        if case.status is not Status.DRAFT:
            raise Refusal("Hồ sơ đã nộp, giữ nguyên phiên bản thủ tục của mình.", code="impossible")
        before, after = case.procedure, procedures.published(case.row.procedure_code, at=now)
        require_open(after, now)
        if before.id == after.id:
            return CarriedOver(before.version, after.version, (), ())
        asked, now_asked = forms.labels(before.form), forms.labels(after.form)
        clear = answer_store.unseal(case.row.answers)
        kept = forms.fitting(after.form, clear)
        case.row.answers = answer_store.seal(kept, forms.personal_pointers(after.form))
        case.row.procedure_version_id = after.id
        case.row.procedure_name = after.name
        case.row.saved_at = now
        case.row.version += 1
        case.row.save(update_fields=["answers", "procedure_version", "procedure_name", "saved_at", "version"])
        papers = _release(case, {paper.code for paper in after.papers})
        audit.record(
            by=by,
            now=now,
            verb="dossiers.carry_over",
            subject_kind="dossier",
            subject_id=dossier_id,
            details={"from_version": before.id, "to_version": after.id, "papers": sorted(papers)},
        )
        return CarriedOver(
            from_version=before.version,
            to_version=after.version,
            answers=tuple(label for pointer, label in asked.items() if pointer not in now_asked),
            papers=tuple(paper.name for paper in before.papers if paper.code in papers),
        )


def _release(case: Case, wanted: set[str]) -> set[str]:
    """Give up the files of papers that are not asked for any more; their codes."""
    rows = list(Paper.objects.filter(dossier=case.row).exclude(paper_code__in=wanted))
    for row in rows:
        row.delete()
        files.release(by=case.hand, now=case.now, file_id=row.file_id)
    return {row.paper_code for row in rows}
