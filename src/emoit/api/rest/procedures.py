"""The catalogue: what can be filed, with which form and papers."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Query

from emoit.api.rest import cursors
from emoit.api.rest.gate import ApiRequest
from emoit.api.rest.operations import Area, reply
from emoit.api.rest.shapes import (
    Code,
    Cursor,
    FormOut,
    PaperSpec,
    ProcedureDetail,
    ProcedureLine,
    ProcedurePage,
    Words,
)
from emoit.api.types import Scope
from emoit.procedures import queries
from emoit.procedures.types import Procedure, ProcedureCard

area = Area("procedures", Scope.PROCEDURES_READ)
_TO_FORM = {"getForm": {"operationId": "getForm", "parameters": {"code": "$response.body#/code"}}}
_TO_PROCEDURE = {
    "getProcedure": {"operationId": "getProcedure", "parameters": {"code": "$response.body#/items/0/code"}}
}
Limit = Annotated[int, Query(ge=1, le=100)]


@area.operation(
    "GET",
    "/procedures",
    "listProcedures",
    "Danh mục thủ tục · List and search procedures",
    answer=ProcedurePage,
    problems=("bad_cursor",),
    links=_TO_PROCEDURE,
)
def list_procedures(
    request: ApiRequest,
    q: Words = "",
    field: Words = "",
    level: Annotated[Literal["central", "province", "commune"] | None, Query()] = None,
    applicant: Annotated[Literal["citizen", "enterprise"] | None, Query()] = None,
    cursor: Cursor = "",
    limit: Limit = 20,
) -> HttpResponse:
    """Procedures in force, by field and code; with `q` those found by its words, with or without diacritics, best
    first. `field` is the code of a field, `applicant` who may file."""
    filters = [q, field, level, applicant]
    (start,) = cursors.unpack(cursor, request.actor.account_id, filters) if cursor else [0]
    found = [
        card
        for card in queries.catalogue(q)
        if (not field or card.field_code == field)
        and (level is None or card.level == level)
        and (applicant is None or applicant in card.applicants)
    ]
    more = start + limit < len(found)
    return reply(
        ProcedurePage(
            items=[_line(card, request.language) for card in found[start : start + limit]],
            next_cursor=cursors.pack(request.actor.account_id, filters, [start + limit]) if more else None,
        )
    )


@area.operation(
    "GET", "/procedures/{code}", "getProcedure", "Một thủ tục · One procedure", answer=ProcedureDetail, links=_TO_FORM
)
def get_procedure(request: ApiRequest, code: Code) -> HttpResponse:
    """The version in force now: who may file, which papers, how long, what it costs, what comes of it."""
    return reply(_detail(queries.published(code, at=request.now), request.language))


@area.operation(
    "GET", "/procedures/{code}/form", "getForm", "Mẫu đơn điện tử · The form's schema and layout", answer=FormOut
)
def get_form(request: ApiRequest, code: Code) -> HttpResponse:
    """`schema` is JSON Schema 2020-12 of a dossier's `answers`; `layout` holds the questions in both languages, the
    conditions under which each is asked, and the rules between answers."""
    procedure = queries.published(code, at=request.now)
    return reply(
        FormOut(
            procedure=procedure.code,
            version=procedure.id,
            schema_=procedure.form.schema,
            layout=procedure.form.layout,
        )
    )


def _line(card: ProcedureCard, language: str) -> ProcedureLine:
    return ProcedureLine(
        code=card.code,
        version=card.version_id,
        name=card.name,
        name_en=card.name_en,
        field=card.field_code,
        field_name=(card.field_name_en or card.field_name) if language == "en" else card.field_name,
        level=card.level.value,
        applicants=list(card.applicants),
        term=card.term_text,
        fee=card.fee_text,
        automatic=card.automatic,
    )


def _detail(procedure: Procedure, language: str) -> ProcedureDetail:
    english = language == "en"
    return ProcedureDetail(
        code=procedure.code,
        version=procedure.id,
        number=procedure.version,
        effective_from=procedure.effective_from,
        name=procedure.name,
        name_en=procedure.name_en,
        field=procedure.field_code,
        field_name=procedure.field_name_en if english else procedure.field_name,
        level=procedure.level.value,
        applicants=list(procedure.applicants),
        summary=procedure.summary.said_in(language),
        conditions=[line.said_in(language) for line in procedure.conditions],
        papers=[
            PaperSpec(
                code=paper.code,
                name=paper.name,
                name_en=paper.name_en,
                required=paper.required,
                accept=sorted(paper.accept),
                max_bytes=paper.max_bytes,
                note=(paper.note_en or paper.note) if english else paper.note,
            )
            for paper in procedure.papers
        ],
        term=procedure.term_text.said_in(language),
        fee_vnd=procedure.fee_vnd,
        fee=procedure.fee_text.said_in(language),
        legal_basis=list(procedure.legal_basis),
        result=(procedure.result.title_en or procedure.result.title) if english else procedure.result.title,
        automatic=procedure.automatic,
    )
