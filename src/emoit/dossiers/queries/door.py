"""One dossier by right: `visible_to` and `get_for` are the only doors; its state, its course, what it lacks."""

from __future__ import annotations

from datetime import date, datetime

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


def get_for(actor: Actor, dossier_id: int) -> DossierInfo:
    row = visible_to(actor).filter(pk=dossier_id).first()
    if row is None:
        raise NotFound("Không có hồ sơ này.")
    return as_info(row)


def faults(info: DossierInfo, *, today: date, language: str = "vi") -> dict[str, str]:
    """What keeps a draft from being handed in: field (JSON pointer) or paper (`paper:<code>`) -> sentence.

    For a dossier got by `get_for`; `today` is the day in Viet Nam by which dates are judged.
    """
    procedure = procedures.version(info.procedure_version_id)
    found = dict(forms.validate(procedure.form, info.answers, today=today, language=language))
    handed_in = set(Paper.objects.filter(dossier_id=info.id).values_list("paper_code", flat=True))
    for paper in procedure.papers:
        if paper.required and paper.code not in handed_in:
            missing = say("Thiếu giấy tờ: {paper}.", paper=Both(paper.name, paper.name_en))
            found[f"paper:{paper.code}"] = f"Missing: {paper.name_en or paper.name}." if language == "en" else missing
    return found


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
