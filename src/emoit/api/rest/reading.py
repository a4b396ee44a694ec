"""From the modules' values to what goes over the wire."""

from __future__ import annotations

from django.http import HttpResponse

from emoit.api.rest.gate import ApiRequest
from emoit.api.rest.operations import reply
from emoit.api.rest.shapes import DossierLine, DossierOut, PaperOut, ResultOut, StatusOut
from emoit.dossiers import queries
from emoit.dossiers.types import DossierCard, DossierInfo, PaperInfo
from emoit.lib import working_time
from emoit.results.types import ResultInfo


def _told(source: DossierCard | DossierInfo) -> dict[str, object]:
    return {
        "id": source.id,
        "version": source.version,
        "code": source.code or None,
        "procedure": source.procedure_code,
        "procedure_name": source.procedure_name,
        "holder_name": source.holder_name,
        "enterprise_id": source.enterprise_id,
        "status": source.status.value,
        "status_label": source.status.label,
        "outcome": source.outcome.value,
        "created_at": source.created_at,
        "submitted_at": source.submitted_at,
        "due_at": source.due_at,
    }


def line(card: DossierCard) -> DossierLine:
    return DossierLine.model_validate(_told(card))


def told_of(info: DossierInfo) -> dict[str, object]:
    return {
        **_told(info),
        "procedure_version": info.procedure_version_id,
        "saved_at": info.saved_at,
        "received_at": info.received_at,
        "decided_at": info.decided_at,
        "returned_at": info.returned_at,
        "answers": info.answers,
    }


def answered(request: ApiRequest, dossier_id: int) -> HttpResponse:
    """The dossier as it stands now, under its ETag."""
    info = queries.get_for(request.actor, dossier_id)
    return reply(DossierOut.model_validate(told_of(info)), version=info.version)


def status(info: DossierInfo, language: str) -> StatusOut:
    deadline = info.deadline if info.deadline and not info.status.is_final else None
    return StatusOut(
        id=info.id,
        code=info.code or None,
        status=info.status.value,
        status_label=info.status.label,
        national_status=info.status.national,
        outcome=info.outcome.value,
        is_final=info.status.is_final,
        next_actor=queries.next_actor(info.status),
        due_at=info.due_at,
        deadline=working_time.explain(deadline, language="en" if language == "en" else "vi") if deadline else "",
    )


def paper(info: PaperInfo) -> PaperOut:
    return PaperOut(
        id=info.id,
        paper_code=info.paper_code,
        name=info.name,
        size=info.size,
        pages=info.pages,
        supplement=info.round > 0,
        superseded=info.superseded,
        added_at=info.added_at,
    )


def result(info: ResultInfo) -> ResultOut:
    return ResultOut(
        id=info.id,
        register_code=info.register_code,
        verify_code=info.token,
        kind=info.kind,
        title=info.title,
        number=info.number,
        holder_name=info.holder_name,
        issuer_name=info.issuer_name,
        dossier_code=info.subject_code,
        signed_by=info.signed_by,
        signed_at=info.signed_at,
        issued_at=info.issued_at,
        valid_from=info.valid_from,
        valid_to=info.valid_to,
        state=info.state.value,
        digest=info.digest,
        has_file=info.file_id is not None,
    )
