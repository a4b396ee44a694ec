"""Papers: handed in, listed, read back, taken back."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import File, Form
from ninja.files import UploadedFile

from emoit.api.rest import reading
from emoit.api.rest.gate import ApiRequest
from emoit.api.rest.operations import ONE, Area, if_match, reply
from emoit.api.rest.problems import refused
from emoit.api.rest.shapes import Id, PaperOut, Papers
from emoit.api.types import Scope
from emoit.dossiers import actions, queries
from emoit.files import http as files
from emoit.kernel.access import NotFound, Refusal

area = Area("papers", Scope.DOSSIERS_READ, Scope.DOSSIERS_WRITE)
PaperCode = Annotated[str, Form(max_length=60, pattern=r"^[0-9A-Za-z_.\-]+$")]
_OF_FILES = (
    "impossible", "not_asked", "too_many_files", "empty_file", "too_large", "not_accepted", "disguised",
    "encrypted_pdf", "encrypted_archive", "active_content", "archive_bomb", "archive_unsafe", "pixel_bomb",
    "unreadable", "infected", "uninspected", "storage_full",
)  # fmt: skip


@area.operation(
    "GET", ONE + "/papers", "listPapers", "Giấy tờ đã nộp · Papers handed in", answer=Papers, versioned=True
)
def list_papers(request: ApiRequest, dossier_id: Id) -> HttpResponse:
    """Every file, in the order in which they came; `superseded` ones were replaced in the supplement. The ETag is the
    dossier's."""
    papers = Papers(items=[reading.paper(p) for p in queries.papers_of(request.actor, dossier_id)])
    return reply(papers, version=queries.get_for(request.actor, dossier_id).version)


@area.operation(
    "POST",
    ONE + "/papers",
    "uploadPaper",
    "Nộp một giấy tờ · Upload a paper",
    answer=PaperOut,
    success=201,
    problems=(*_OF_FILES, "stale", "bad_etag"),
    versioned=True,
    links={
        "downloadPaper": {
            "operationId": "downloadPaper",
            "parameters": {"dossier_id": "$request.path.dossier_id", "paper_id": "$response.body#/id"},
        },
        "deletePaper": {
            "operationId": "deletePaper",
            "parameters": {"dossier_id": "$request.path.dossier_id", "paper_id": "$response.body#/id"},
        },
    },
)
def upload_paper(
    request: ApiRequest, dossier_id: Id, paper_code: PaperCode, file: Annotated[UploadedFile, File()]
) -> HttpResponse:
    """One file for one paper of the procedure (`papers[].code`), as multipart/form-data. It is inspected before it
    counts: what is encrypted, disguised, infected or holds active content is refused with its own code."""
    version = if_match(request)
    try:
        paper_id = actions.attach_paper(
            by=request.actor,
            now=request.now,
            dossier_id=dossier_id,
            paper_code=paper_code,
            name=file.name or "tep",
            content=file.chunks(),
            version=version,
        )
    except NotFound:
        raise
    except Refusal as refusal:
        # Answered, not raised: the verdict on the file's digest stays, so that the same file is judged once.
        return refused(request, refusal)
    paper = next(p for p in queries.papers_of(request.actor, dossier_id) if p.id == paper_id)
    version = queries.get_for(request.actor, dossier_id).version
    where = f"/dossiers/{dossier_id}/papers/{paper_id}/content"
    return reply(reading.paper(paper), status=201, version=version, location=where)


@area.operation(
    "GET",
    ONE + "/papers/{int:paper_id}/content",
    "downloadPaper",
    "Tải một giấy tờ · Download a paper",
    media_type="application/octet-stream",
)
def download_paper(request: ApiRequest, dossier_id: Id, paper_id: Id) -> HttpResponseBase:
    """The file as it was handed in."""
    paper = next((p for p in queries.papers_of(request.actor, dossier_id) if p.id == paper_id), None)
    if paper is None:
        raise NotFound("Hồ sơ không có tệp này.")
    return files.download(request.actor, paper.file_id)


@area.operation(
    "DELETE",
    ONE + "/papers/{int:paper_id}",
    "deletePaper",
    "Bỏ một giấy tờ · Take a paper back",
    problems=("stale", "bad_etag"),
    versioned=True,
)
def delete_paper(request: ApiRequest, dossier_id: Id, paper_id: Id) -> HttpResponse:
    """Takes a file back before it has been handed in."""
    actions.remove_paper(
        by=request.actor, now=request.now, dossier_id=dossier_id, paper_id=paper_id, version=if_match(request)
    )
    return reply(None, status=204, version=queries.get_for(request.actor, dossier_id).version)
