"""Results: one's own, their signed PDFs, and whether a result is genuine."""

from __future__ import annotations

import dataclasses
from typing import Annotated

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query

from emoit.api.rest import cursors, reading
from emoit.api.rest.gate import ApiRequest
from emoit.api.rest.operations import ONE, Area, reply
from emoit.api.rest.shapes import Cursor, Facts, Id, ResultOut, ResultPage, Verdict
from emoit.api.types import Scope
from emoit.dossiers import queries as dossiers
from emoit.files import http as files
from emoit.kernel.access import NotFound, Refusal
from emoit.results import queries

area = Area("results", Scope.RESULTS_READ)
Limit = Annotated[int, Query(ge=1, le=100)]


@area.operation(
    "GET",
    "/results",
    "listResults",
    "Kết quả của mình · One's own results",
    answer=ResultPage,
    problems=("bad_cursor",),
)
def list_results(request: ApiRequest, cursor: Cursor = "", limit: Limit = 20) -> HttpResponse:
    """What was issued to the account and to its enterprises, the newest first."""
    account = request.actor.account_id
    after = cursors.unpack(cursor, account, "results")[0] if cursor else None
    found = queries.list_for(request.actor, now=request.now, after=after, limit=limit + 1)
    more = len(found) > limit
    return reply(
        ResultPage(
            items=[reading.result(r) for r in found[:limit]],
            next_cursor=cursors.pack(account, "results", [found[limit - 1].id]) if more else None,
        )
    )


@area.operation("GET", "/results/{int:result_id}", "getResult", "Một kết quả · One result", answer=ResultOut)
def get_result(request: ApiRequest, result_id: Id) -> HttpResponse:
    """One result with its state of today: valid, expired, revoked or replaced."""
    return reply(reading.result(queries.get_for(request.actor, result_id, now=request.now)))


@area.operation(
    "GET",
    "/results/{int:result_id}/content",
    "downloadResult",
    "Tải kết quả đã ký · Download the signed PDF",
    media_type="application/pdf",
)
def download_result(request: ApiRequest, result_id: Id) -> HttpResponseBase:
    """The signed PDF, byte for byte as it was issued. 404 where the result has no file."""
    file_id = queries.get_for(request.actor, result_id, now=request.now).file_id
    if file_id is None:
        raise NotFound("Kết quả này không có tệp.")
    return files.download(request.actor, file_id)


@area.operation(
    "GET",
    ONE + "/result",
    "getDossierResult",
    "Kết quả của hồ sơ · The dossier's result",
    answer=ResultOut,
    links={
        "downloadResult": {"operationId": "downloadResult", "parameters": {"result_id": "$response.body#/id"}},
    },
)
def get_dossier_result(request: ApiRequest, dossier_id: Id) -> HttpResponse:
    """What was issued on this dossier. 404 while there is nothing."""
    result_id = dossiers.result_of(request.actor, dossier_id)
    if result_id is None:
        raise NotFound("Hồ sơ này chưa có kết quả.")
    return reply(reading.result(queries.get_for(request.actor, result_id, now=request.now)))


@area.operation("GET", "/results/verify", "verifyResult", "Kiểm tra kết quả · Is a result genuine?", answer=Verdict)
def verify_result(
    request: ApiRequest,
    code: Annotated[str, Query(max_length=60, pattern=r"^[0-9A-Za-z \-]*$")] = "",
    digest: Annotated[str, Query(max_length=64, pattern=r"^([0-9A-Fa-f]{64})?$")] = "",
) -> HttpResponse:
    """Anyone's result: by the code printed under its QR (`code`), or by the SHA-256 of the file (`digest`, hex). Gives
    exactly one of the two. An unknown one is a verdict too: `not_found`."""
    if bool(code) == bool(digest):
        refusal = Refusal("Gửi đúng một trong hai: code hoặc digest.", code="invalid")
        refusal.status = 422
        raise refusal
    found = queries.by_token(code, now=request.now) if code else queries.by_digest(digest, now=request.now)
    heading, sentence = found.words(request.language)
    return reply(
        Verdict(
            verdict=found.verdict.value,
            genuine=found.is_good,
            heading=heading,
            sentence=sentence,
            facts=Facts.model_validate(dataclasses.asdict(found.facts)) if found.facts else None,
        )
    )
