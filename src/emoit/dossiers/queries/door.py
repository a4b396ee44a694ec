"""One dossier by right: `visible_to` and `get_for` are the only doors; its state, its course, what it lacks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from emoit.dossiers import answers as answer_store
from emoit.dossiers import rules
from emoit.dossiers.models import Dossier, Paper, Reader, Timeline
from emoit.dossiers.types import (
    DossierCard,
    DossierInfo,
    Outcome,
    Status,
    TimelineEntry,
    Verb,
)
from emoit.forms import queries as forms
from emoit.kernel.access import Actor, NotFound
from emoit.lib import working_time
from emoit.lib.saying import Both, say, vi
from emoit.lib.working_time import Pause
from emoit.procedures import queries as procedures
from emoit.procedures.types import Change, Procedure
from emoit.workflow import queries as workflow

PAGE = 20


# The columns of a line in a list: answers and party stay in the database.
CARD = (
    "code",
    "procedure_code",
    "procedure_name",
    "holder_name",
    "enterprise_id",
    "status",
    "outcome",
    "created_at",
    "saved_at",
    "submitted_at",
    "due_at",
    "version",
)


def visible_to(actor: Actor) -> QuerySet[Dossier]:
    """Dossiers that bear one of the actor's reader keys; a process sees its whole agency."""
    dossiers = Dossier.objects.filter(agency_id=actor.agency_id)
    if actor.is_process:
        return dossiers
    mine = Reader.objects.filter(agency_id=actor.agency_id, reader__in=actor.readers)
    return dossiers.filter(pk__in=mine.values("dossier_id"))


# One dossier as `visible_to` shows it. By hand, since nothing is read as often: Django's compiler takes three times as
# long as the database for it.
_SEEN = """
    select {what} from dossiers_dossier d where d.id = %(id)s and d.agency_id = %(agency)s and (%(all)s or exists (
        select from dossiers_reader r
        where r.dossier_id = d.id and r.agency_id = d.agency_id and r.reader = any(%(readers)s)
    ))
"""
_ROW, _ID = _SEEN.format(what="d.*"), _SEEN.format(what="d.id")


def _asked(actor: Actor, dossier_id: int) -> dict[str, int | list[str]]:
    readers = sorted(actor.readers)
    return {"id": dossier_id, "agency": actor.agency_id, "all": actor.is_process, "readers": readers}


def get_for(actor: Actor, dossier_id: int) -> DossierInfo:
    row = next(iter(Dossier.objects.raw(_ROW, _asked(actor, dossier_id))), None)
    if row is None:
        raise NotFound("Không có hồ sơ này.")
    return as_info(row)


def require_visible(actor: Actor, dossier_id: int) -> None:
    """NotFound as in `get_for`, without reading the dossier."""
    with connection.cursor() as cursor:
        cursor.execute(_ID, _asked(actor, dossier_id))
        if cursor.fetchone() is None:
            raise NotFound("Không có hồ sơ này.")


def faults(info: DossierInfo, *, today: date, language: str = "vi") -> dict[str, str]:
    """What keeps a draft from being handed in: field (JSON pointer) or paper (`paper:<code>`) -> sentence.

    For a dossier got by `get_for`; `today` is the day in Viet Nam by which dates are judged.
    """
    procedure = procedures.version(info.procedure_version_id)
    handed_in: set[str] = set()
    if any(paper.required for paper in procedure.papers):
        handed_in.update(Paper.objects.filter(dossier_id=info.id).values_list("paper_code", flat=True))
    found = missing(procedure, info.answers, handed_in, today=today, language=language)
    if fault := _too_early(info, procedure, today, language):
        found.setdefault(procedure.result.validity_pointer, fault)
    return found


def missing(
    procedure: Procedure, answers: dict[str, Any], handed_in: set[str], *, today: date, language: str = "vi"
) -> dict[str, str]:
    """As `faults`, of answers in clear and the codes of the papers that were handed in."""
    found = dict(forms.validate(procedure.form, answers, today=today, language=language))
    for paper in procedure.papers:
        if paper.required and paper.code not in handed_in:
            missing = say("Thiếu giấy tờ: {paper}.", paper=Both(paper.name, paper.name_en))
            found[f"paper:{paper.code}"] = f"Missing: {paper.name_en or paper.name}." if language == "en" else missing
    return found


def _too_early(info: DossierInfo, procedure: Procedure, today: date, language: str) -> str:
    """By the earlier result's end as it was when the draft was begun; the result itself is judged at submission."""
    if info.from_result_id is None or procedure.amends is None or procedure.amends.change is not Change.EXTEND:
        return ""
    ends = Dossier.objects.filter(pk=info.id).values_list("from_facts__valid_to", flat=True).first()
    asked = procedure.result.valid_to(issued_on=today, answers=info.answers)
    present = date.fromisoformat(ends) if ends else None
    return rules.too_early(procedure, asked=asked, present=present, language=language)


def timeline_of(actor: Actor, dossier_id: int) -> list[TimelineEntry]:
    """What happened, in order; for the applicant only what is public."""
    info = get_for(actor, dossier_id)
    rows = timeline_rows(info.id, info.created_at)
    if not (actor.is_officer or actor.is_process):
        rows = rows.filter(public=True)
    return [as_entry(row) for row in rows]


def timeline_rows(dossier_id: int, since: datetime) -> QuerySet[Timeline]:
    # `at` names the months that can hold the dossier's entries, so that only those partitions are read.
    return Timeline.objects.filter(dossier_id=dossier_id, at__gte=since).order_by("seq")


def pauses_of(row: Dossier) -> tuple[Pause, ...]:
    """When the clock stood: from each request to its answer."""
    return rules.replay(as_entry(entry) for entry in timeline_rows(row.pk, row.created_at)).pauses


def replayed(actor: Actor, dossier_id: int) -> rules.Snapshot:
    """The state rebuilt from the timeline alone, to be held against the stored one."""
    info = get_for(actor, dossier_id)
    return rules.replay(as_entry(entry) for entry in timeline_rows(info.id, info.created_at))


def next_actor(status: Status) -> str:
    """Who has the ball, in words for the applicant."""
    return {
        Status.DRAFT: vi("Bạn hoàn thiện và nộp hồ sơ."),
        Status.SUBMITTED: vi("Bộ phận Một cửa kiểm tra và tiếp nhận hồ sơ."),
        Status.RECEIVED: vi("Đơn vị xử lý phân công chuyên viên thẩm định."),
        Status.IN_PROGRESS: vi("Đơn vị xử lý đang thẩm định hồ sơ."),
        Status.AWAITING_SUPPLEMENT: vi("Bạn bổ sung hồ sơ theo yêu cầu."),
        Status.AWAITING_FEE: vi("Bạn nộp phí, lệ phí."),
        Status.DECIDED: vi("Cơ quan trả kết quả."),
    }.get(status, "")


def possible(status: Status) -> frozenset[Verb]:
    """The verbs that the table of transitions allows from a status."""
    return rules.possible(status)


def outcomes_of(dossier: DossierInfo, step: str) -> frozenset[str]:
    """What the dossier's own process draws as the outcomes of one of its steps."""
    return workflow.outcomes(dossier.process_id, step) if dossier.process_id else frozenset()


def as_entry(row: Timeline) -> TimelineEntry:
    return TimelineEntry(
        at=row.at,
        verb=Verb(row.verb),
        status=Status(row.status),
        actor_name=row.actor_name,
        on_behalf_of=row.on_behalf_of,
        public=row.public,
        words=row.words,
        details=row.details,
    )


def as_card(row: Dossier) -> DossierCard:
    return DossierCard(
        id=row.pk,
        code=row.code or "",
        procedure_name=row.procedure_name,
        holder_name=row.holder_name,
        status=Status(row.status),
        outcome=Outcome(row.outcome),
        created_at=row.created_at,
        saved_at=row.saved_at,
        submitted_at=row.submitted_at,
        due_at=row.due_at,
        procedure_code=row.procedure_code,
        enterprise_id=row.enterprise_id,
        version=row.version,
    )


def as_info(row: Dossier) -> DossierInfo:
    """The row as others hold it, its answers in clear."""
    return DossierInfo(
        id=row.pk,
        version=row.version,
        agency_id=row.agency_id,
        code=row.code or "",
        status=Status(row.status),
        outcome=Outcome(row.outcome),
        procedure_version_id=row.procedure_version_id,
        procedure_code=row.procedure_code,
        procedure_name=row.procedure_name,
        holder_name=row.holder_name,
        applicant_id=row.applicant_id,
        enterprise_id=row.enterprise_id,
        answers=answer_store.unseal(row.answers),
        created_at=row.created_at,
        saved_at=row.saved_at,
        submitted_at=row.submitted_at,
        received_at=row.received_at,
        decided_at=row.decided_at,
        returned_at=row.returned_at,
        deadline=working_time.deadline_from_json(row.deadline) if row.deadline else None,
        due_at=row.due_at,
        extended=row.extended,
        receiving_unit_id=row.receiving_unit_id,
        handling_unit_id=row.handling_unit_id,
        process_id=row.process_id,
        from_result_id=row.from_result_id,
    )
