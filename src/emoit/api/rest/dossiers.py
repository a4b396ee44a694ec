"""Dossiers: begun, filled in, handed in, taken back; and lists of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Body, Query

from emoit.api.rest import cursors, examples, reading
from emoit.api.rest.gate import ApiRequest
from emoit.api.rest.operations import ONE, Area, if_match, reply
from emoit.api.rest.problems import answer_pointers
from emoit.api.rest.shapes import (
    CarriedOut,
    Check,
    Cursor,
    Day,
    DossierOut,
    DossierPage,
    Draft,
    Fault,
    Id,
    NewDossier,
    Saved,
    Subject,
    Subjects,
    Withdrawal,
    Words,
)
from emoit.api.types import Scope
from emoit.dossiers import actions, queries
from emoit.dossiers.types import DossierInfo, Status
from emoit.kernel.access import Actor, Refusal
from emoit.lib.working_time import VIET_NAM
from emoit.people import queries as people

area = Area("dossiers", Scope.DOSSIERS_READ, Scope.DOSSIERS_WRITE)
_OF_AMENDMENTS = ("not_amending", "result_missing", "another_holder", "wrong_kind", "result_expired", "result_revoked",
                  "result_replaced", "being_changed")  # fmt: skip
Limit = Annotated[int, Query(ge=1, le=100)]
Changes = Annotated[dict[str, Any], Body(description="RFC 7396 over `answers`: null removes, a list replaces")]


def _from_body(*operations: str) -> dict[str, dict[str, Any]]:
    return {name: {"operationId": name, "parameters": {"dossier_id": "$response.body#/id"}} for name in operations}


@area.operation(
    "GET", "/subjects", "listSubjects", "Được nộp thay ai · In whose name the key may file", answer=Subjects
)
def list_subjects(request: ApiRequest) -> HttpResponse:
    """The account itself, and every enterprise that it represents now, by law or authorised."""
    actor, own = request.actor, request.bearer.enterprise_id
    found = [
        Subject(kind="enterprise", name=e.name, enterprise_id=e.id, tax_code=e.tax_code)
        for e in people.enterprises_of(actor.account_id or 0, now=request.now)
        if own in {None, e.id}
    ]
    if own is None:
        found.insert(0, Subject(kind="citizen", name=actor.name, enterprise_id=None, tax_code=None))
    return reply(Subjects(items=found))


@area.operation(
    "POST",
    "/dossiers",
    "createDossier",
    "Tạo bản nháp · Begin a dossier",
    answer=Draft,
    success=201,
    bodies=examples.NEW_DOSSIER,
    problems=("wrong_applicant", "withdrawn", "unknown_field", "out_of_bounds", *_OF_AMENDMENTS),
    versioned=True,
    links=_from_body(
        "getDossier", "patchAnswers", "listPapers", "uploadPaper", "checkDossier", "submitDossier", "discardDossier"
    ),
)
def create_dossier(request: ApiRequest, data: NewDossier) -> HttpResponse:
    """A draft in the name of the account, or of an enterprise that it represents. What is known of the applicant is
    filled in; `answers` are saved right or wrong, and `problems` then tells what is missing or wrong."""
    dossier_id = actions.start_draft(
        by=request.actor,
        now=request.now,
        procedure_code=data.procedure,
        enterprise_id=_in_whose_name(request, data.enterprise_id),
        from_result_id=data.from_result_id,
        answers=data.answers,
    )
    info = queries.get_for(request.actor, dossier_id)
    faults = _faults(request, info) if data.answers is not None else None
    told = Draft.model_validate({**reading.told_of(info), "problems": faults})
    return reply(told, status=201, version=info.version, location=f"/dossiers/{dossier_id}")


def _in_whose_name(request: ApiRequest, asked: int | None) -> int | None:
    """A key of one enterprise files for that one alone."""
    own = request.bearer.enterprise_id
    if own is None or asked == own:
        return asked
    if asked is None:
        return own
    refusal = Refusal("Khóa API này chỉ dùng cho một doanh nghiệp.", code="forbidden")
    refusal.status = 403
    raise refusal


def _faults(request: ApiRequest, info: DossierInfo) -> list[Fault]:
    today = request.now.astimezone(VIET_NAM).date()
    found = queries.faults(info, today=today, language=request.language)
    return [Fault.model_validate(f) for f in answer_pointers(found)]


@area.operation(
    "GET",
    "/dossiers",
    "listDossiers",
    "Hồ sơ của mình · One's own dossiers",
    answer=DossierPage,
    problems=("bad_cursor",),
)
def list_dossiers(  # noqa: PLR0917 - one for each filter; ninja passes them by name
    request: ApiRequest,
    status: Annotated[list[Status] | None, Query()] = None,
    procedure: Annotated[str, Query(max_length=40, pattern=r"^[0-9A-Za-z.\-]*$")] = "",
    since: Annotated[Day | None, Query()] = None,
    until: Annotated[Day | None, Query()] = None,
    q: Words = "",
    cursor: Cursor = "",
    limit: Limit = 20,
) -> HttpResponse:
    """Dossiers of the account and of its enterprises, the newest first. `since` and `until` are days in Viet Nam, both
    counted, of handing in (of drafts: of beginning). `q`: the beginning of a code, or words of a name."""
    filters = [sorted(status or ()), procedure, since, until, q]
    after = _place(cursor, request.actor, filters)
    cards = queries.list_for(
        request.actor,
        statuses=status or (),
        procedure_code=procedure,
        since=_begin(since),
        until=_begin(until, days=1),
        text=q,
        after=after,
        limit=limit + 1,
    )
    last = cards[limit - 1] if len(cards) > limit else None
    place = [(last.submitted_at or last.created_at).isoformat(), last.id] if last else []
    return reply(
        DossierPage(
            items=[reading.line(card) for card in cards[:limit]],
            next_cursor=cursors.pack(request.actor.account_id, filters, place) if last else None,
        )
    )


def _begin(day: Day | None, *, days: int = 0) -> datetime | None:
    """The first moment of that day in Viet Nam; beyond the calendar: none."""
    if day is None or day.year > 9000:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=VIET_NAM) + timedelta(days=days)


def _place(cursor: str, actor: Actor, filters: object) -> tuple[datetime, int] | None:
    if not cursor:
        return None
    moment, last = cursors.unpack(cursor, actor.account_id, filters)
    return cursors.moment(moment), last


@area.operation("GET", ONE, "getDossier", "Một hồ sơ · One dossier", answer=DossierOut, versioned=True)
def get_dossier(request: ApiRequest, dossier_id: Id) -> HttpResponse:
    """The dossier with its answers. Its ETag is the dossier's version: send it as If-Match with the next write."""
    return reading.answered(request, dossier_id)


@area.operation(
    "PATCH",
    ONE + "/answers",
    "patchAnswers",
    "Sửa nội dung kê khai · Change answers",
    answer=Saved,
    bodies=examples.CHANGES,
    problems=("impossible", "unknown_field", "out_of_bounds", "stale", "bad_etag"),
    versioned=True,
)
def patch_answers(request: ApiRequest, dossier_id: Id, changes: Changes) -> HttpResponse:
    """A JSON merge patch over the draft's answers. Saved right or wrong, as a page of the form is; `problems` tells
    what is still missing or wrong. Names that the form does not have are refused, and nothing is saved."""
    actions.patch_answers(
        by=request.actor, now=request.now, dossier_id=dossier_id, changes=changes, version=if_match(request)
    )
    info = queries.get_for(request.actor, dossier_id)
    told = Saved(id=info.id, version=info.version, problems=_faults(request, info))
    return reply(told, version=info.version)


@area.operation(
    "GET", ONE + "/check", "checkDossier", "Còn thiếu gì · What is still missing", answer=Check, versioned=True
)
def check_dossier(request: ApiRequest, dossier_id: Id) -> HttpResponse:
    """Every field and paper that would keep the dossier from being handed in. Empty once it has been."""
    info = queries.get_for(request.actor, dossier_id)
    faults = _faults(request, info) if info.status is Status.DRAFT else []
    return reply(Check(complete=not faults, problems=faults), version=info.version)


@area.operation(
    "POST",
    ONE + "/carry-over",
    "carryOverDraft",
    "Chuyển bản nháp sang phiên bản mới · Carry a draft over",
    answer=CarriedOut,
    problems=("impossible", "withdrawn", "stale", "bad_etag"),
    versioned=True,
)
def carry_over_draft(request: ApiRequest, dossier_id: Id) -> HttpResponse:
    """Takes a draft to the version of its procedure that is in force (after `new_version`): answers stay where the new
    form still asks for them, papers by their codes. `problems` tells what is missing or wrong there."""
    done = actions.carry_over(by=request.actor, now=request.now, dossier_id=dossier_id, version=if_match(request))
    info = queries.get_for(request.actor, dossier_id)
    told = CarriedOut(
        id=info.id,
        version=info.version,
        procedure_version=info.procedure_version_id,
        from_number=done.from_version,
        to_number=done.to_version,
        dropped_answers=list(done.answers),
        dropped_papers=list(done.papers),
        problems=_faults(request, info),
    )
    return reply(told, version=info.version)


@area.operation(
    "POST",
    ONE + "/submit",
    "submitDossier",
    "Nộp hồ sơ · Hand in",
    answer=DossierOut,
    problems=(
        "incomplete",
        "new_version",
        "withdrawn",
        "stale",
        "bad_etag",
        "outside_calendar",
        "no_unit",
        *_OF_AMENDMENTS,
    ),
    versioned=True,
    links=_from_body("getStatus", "getTimeline", "withdrawDossier"),
)
def submit_dossier(request: ApiRequest, dossier_id: Id) -> HttpResponse:
    """Hands the draft in: it gets its code. Handing in once more changes nothing. What is missing is told as
    `incomplete`, every field and paper by its pointer."""
    actions.submit(by=request.actor, now=request.now, dossier_id=dossier_id, version=if_match(request))
    return reading.answered(request, dossier_id)


@area.operation(
    "POST",
    ONE + "/withdraw",
    "withdrawDossier",
    "Rút hồ sơ · Withdraw",
    answer=DossierOut,
    bodies=examples.WITHDRAW,
    problems=("impossible", "being_signed", "stale", "bad_etag"),
    versioned=True,
)
def withdraw_dossier(request: ApiRequest, dossier_id: Id, data: Withdrawal) -> HttpResponse:
    """Takes a dossier back, with the reason; not once the decision is being signed."""
    actions.withdraw(
        by=request.actor, now=request.now, dossier_id=dossier_id, reason=data.reason, version=if_match(request)
    )
    return reading.answered(request, dossier_id)


@area.operation(
    "DELETE", ONE, "discardDossier", "Xóa bản nháp · Discard a draft", problems=("impossible", "stale", "bad_etag")
)
def discard_dossier(request: ApiRequest, dossier_id: Id) -> HttpResponse:
    """Throws a draft away, with its files. What has been handed in is withdrawn, not discarded."""
    actions.discard_draft(by=request.actor, now=request.now, dossier_id=dossier_id, version=if_match(request))
    return reply(None, status=204)
