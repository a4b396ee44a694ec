"""What became of a dossier: status, timeline, slips, and the request for a supplement with its answer."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from emoit.api.rest import examples, reading
from emoit.api.rest.gate import ApiRequest
from emoit.api.rest.operations import ONE, Area, Deprecated, if_match, reply
from emoit.api.rest.shapes import (
    DefectOut,
    DossierOut,
    Id,
    SlipOut,
    Slips,
    StatusOut,
    Step,
    Steps,
    Supplement,
    SupplementOut,
)
from emoit.api.types import Scope
from emoit.dossiers import actions, queries
from emoit.files import http as files
from emoit.forms import queries as forms
from emoit.kernel.access import NotFound
from emoit.procedures import queries as procedures

area = Area("progress", Scope.DOSSIERS_READ, Scope.DOSSIERS_WRITE)


@area.operation("GET", ONE + "/status", "getStatus", "Trạng thái · Status", answer=StatusOut, versioned=True)
def get_status(request: ApiRequest, dossier_id: Id) -> HttpResponse:
    """Where the dossier stands, who has the ball, and the deadline with how it was reckoned."""
    info = queries.get_for(request.actor, dossier_id)
    return reply(reading.status(info, request.language), version=info.version)


@area.operation("GET", ONE + "/timeline", "getTimeline", "Quá trình xử lý · Timeline", answer=Steps)
def get_timeline(request: ApiRequest, dossier_id: Id) -> HttpResponse:
    """What happened, in order: the entries that the applicant may see."""
    return _steps(request, dossier_id)


def _steps(request: ApiRequest, dossier_id: int) -> HttpResponse:
    entries = queries.timeline_of(request.actor, dossier_id)
    steps = [
        Step(at=e.at, verb=e.verb.value, label=e.verb.label, status=e.status.value, by=e.actor_name, words=e.words)
        for e in entries
    ]
    return reply(Steps(items=steps))


@area.operation(
    "GET",
    ONE + "/history",
    "getHistory",
    "Quá trình xử lý (tên cũ) · Timeline, by its old name",
    answer=Steps,
    deprecated=Deprecated(date(2026, 1, 1), date(2027, 1, 1), "/dossiers/{dossier_id}/timeline"),
)
def get_history(request: ApiRequest, dossier_id: Id) -> HttpResponse:
    """The same as getTimeline, which takes its place."""
    return _steps(request, dossier_id)


@area.operation(
    "GET", ONE + "/supplement", "getSupplement", "Yêu cầu bổ sung · What was asked for", answer=SupplementOut
)
def get_supplement(request: ApiRequest, dossier_id: Id) -> HttpResponse:
    """Everything that was asked for, once, each with its reason. 404 where nothing was asked."""
    found = queries.supplement_of(request.actor, dossier_id)
    if found is None:
        raise NotFound("Hồ sơ này không có yêu cầu bổ sung.")
    return reply(
        SupplementOut(
            note=found.note,
            defects=[DefectOut(target=d.target, reason=d.reason) for d in found.defects],
            requested_at=found.requested_at,
            answered_at=found.answered_at,
        )
    )


@area.operation(
    "POST",
    ONE + "/supplement",
    "supplyDossier",
    "Bổ sung hồ sơ · Answer the request",
    answer=DossierOut,
    bodies=examples.SUPPLY,
    problems=("impossible", "incomplete", "stale", "bad_etag"),
    versioned=True,
)
def supply_dossier(request: ApiRequest, dossier_id: Id, data: Supplement) -> HttpResponse:
    """Answers the request: upload the papers asked for first (uploadPaper), then send the corrected answers as a merge
    patch. Only the fields that were asked for are taken over."""
    info = queries.get_for(request.actor, dossier_id)
    answers = None
    if data.answers is not None:
        form = procedures.version(info.procedure_version_id).form
        answers = forms.patch(form, info.answers, data.answers)
    actions.supply(
        by=request.actor,
        now=request.now,
        dossier_id=dossier_id,
        answers=answers,
        note=data.note,
        version=if_match(request),
    )
    return reading.answered(request, dossier_id)


@area.operation("GET", ONE + "/slips", "listSlips", "Giấy tiếp nhận và các phiếu · Slips", answer=Slips)
def list_slips(request: ApiRequest, dossier_id: Id) -> HttpResponse:
    """The receipt with the appointed day, and the other slips of the one-stop office, as PDFs."""
    slips = queries.slips_of(request.actor, dossier_id)
    return reply(
        Slips(items=[SlipOut(id=s.id, kind=s.kind.value, label=s.kind.label, made_at=s.made_at) for s in slips])
    )


@area.operation(
    "GET",
    ONE + "/slips/{int:slip_id}/content",
    "downloadSlip",
    "Tải một phiếu · Download a slip",
    media_type="application/pdf",
)
def download_slip(request: ApiRequest, dossier_id: Id, slip_id: Id) -> HttpResponseBase:
    """The slip as a PDF."""
    slip = next((s for s in queries.slips_of(request.actor, dossier_id) if s.id == slip_id), None)
    if slip is None:
        raise NotFound("Hồ sơ không có phiếu này.")
    return files.download(request.actor, slip.file_id)
