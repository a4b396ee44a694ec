"""Reads. `visible_to` and `get_for` are the only doors to a dossier."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils import timezone

from emoit.dossiers import answers as answer_store
from emoit.dossiers import earlier, proceedings, rules
from emoit.dossiers.models import Decision, Dossier, Paper, Reader, Slip, SupplementRequest, Timeline
from emoit.dossiers.types import (
    BeingSigned,
    ConsultationInfo,
    DecisionInfo,
    Defect,
    DossierCard,
    DossierInfo,
    Earlier,
    InspectionInfo,
    InUse,
    MovedDeadline,
    Outcome,
    PaperInfo,
    SlipInfo,
    SlipKind,
    Status,
    SupplementInfo,
    TimelineEntry,
    Tracking,
    Verb,
)
from emoit.forms import queries as forms
from emoit.kernel import personal
from emoit.kernel.access import Actor, Forbidden, NotFound, acting_as, process
from emoit.lib import working_time
from emoit.lib.vietnamese import fold
from emoit.lib.working_time import Pause, WorkingCalendar
from emoit.people.types import OfficerInfo, Role, UnitInfo
from emoit.procedures import queries as procedures
from emoit.procedures.types import Change
from emoit.results import queries as results
from emoit.results.types import State
from emoit.signing import queries as signing
from emoit.workflow import queries as workflow

PAGE = 20
MOST_WORDS = 10
# The columns of a line in a list: answers and party stay in the database.
_CARD = (
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


def in_use(actor: Actor, version_ids: Iterable[int]) -> dict[int, InUse]:
    """Version id -> how many dossiers stand on it, of those that any does; numbers alone. Forbidden but for
    administrators, auditors and processes."""
    if not (actor.is_process or actor.has_role(Role.ADMINISTRATOR) or actor.has_role(Role.AUDITOR)):
        raise Forbidden("Chỉ quản trị viên và người kiểm tra, giám sát được xem số hồ sơ của thủ tục.")
    closed = [status.value for status in Status if status.is_final]
    with acting_as(process("dossiers.in_use", actor.agency_id)):
        counted = (
            Dossier.objects.filter(agency_id=actor.agency_id, procedure_version_id__in=list(version_ids))
            .exclude(status__in=closed)
            .values("procedure_version_id")
            .annotate(every=Count("id"), drafts=Count("id", filter=Q(status=Status.DRAFT)))
        )
        return {line["procedure_version_id"]: InUse(line["every"] - line["drafts"], line["drafts"]) for line in counted}


def list_for(
    actor: Actor,
    *,
    statuses: Iterable[Status] = (),
    procedure_code: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    text: str = "",
    after: tuple[datetime, int] | None = None,
    limit: int = PAGE,
) -> list[DossierCard]:
    """The actor's dossiers, the newest first, by the reader rows alone; `after` is the last row of the page before.

    [`since`, `until`) is when they were handed in, of drafts when they were begun. `text` is the beginning of a code,
    or words of the procedure's or holder's name, with or without diacritics.
    """
    mine = Reader.objects.filter(agency_id=actor.agency_id, reader__in=sorted(actor.readers))
    if statuses:
        mine = mine.filter(dossier__status__in=list(statuses))
    if procedure_code:
        mine = mine.filter(dossier__procedure_code=procedure_code)
    if since:
        mine = mine.filter(sort_at__gte=since)
    if until:
        mine = mine.filter(sort_at__lt=until)
    if text.strip():
        mine = _about(mine, text)
    if after:
        moment, last = after
        mine = mine.extra(
            where=["(dossiers_reader.sort_at, dossiers_reader.dossier_id) < (%s, %s)"], params=[moment, last]
        )
    ids = _newest(mine, actor.readers, limit)
    rows = Dossier.objects.only(*_CARD).in_bulk(ids)
    return [_as_card(rows[i]) for i in ids if i in rows]


def _newest(mine: QuerySet[Reader], readers: Iterable[str], limit: int) -> list[int]:
    """The newest dossiers of all keys: the first `limit` of each key by its index, then those of all together.

    Asked for several keys at once, PostgreSQL would sort every dossier that any of them opens.
    """
    of_each = [
        mine.filter(reader=key).order_by("-sort_at", "-dossier_id").values_list("sort_at", "dossier_id")[:limit]
        for key in sorted(readers)
    ]
    if not of_each:
        return []
    every = of_each[0].union(*of_each[1:]).order_by("-sort_at", "-dossier_id")
    return [dossier_id for _, dossier_id in every[:limit]]


def _about(mine: QuerySet[Reader], text: str) -> QuerySet[Reader]:
    name = Concat("dossier__procedure_name", Value(" "), "dossier__holder_name", output_field=TextField())
    by_words = Q()
    for word in fold(text).split()[:MOST_WORDS]:
        by_words &= Q(about__contains=word)
    by_code = Q(dossier__code__startswith=text.strip().upper())
    return mine.alias(about=Func(name, function="vn_fold", output_field=TextField())).filter(by_code | by_words)


def faults(info: DossierInfo, *, today: date, language: str = "vi") -> dict[str, str]:
    """What keeps a draft from being handed in: field (JSON pointer) or paper (`paper:<code>`) -> sentence.

    For a dossier got by `get_for`; `today` is the day in Viet Nam by which dates are judged.
    """
    procedure = procedures.version(info.procedure_version_id)
    found = dict(forms.validate(procedure.form, info.answers, today=today, language=language))
    handed_in = set(Paper.objects.filter(dossier_id=info.id).values_list("paper_code", flat=True))
    for paper in procedure.papers:
        if paper.required and paper.code not in handed_in:
            words = f"Missing: {paper.name_en or paper.name}." if language == "en" else f"Thiếu giấy tờ: {paper.name}."
            found[f"paper:{paper.code}"] = words
    return found


def papers_of(actor: Actor, dossier_id: int) -> list[PaperInfo]:
    get_for(actor, dossier_id)
    return [
        PaperInfo(
            id=r.pk,
            paper_code=r.paper_code,
            file_id=r.file_id,
            name=r.name,
            size=r.size,
            pages=r.pages,
            round=r.round,
            superseded=r.superseded,
            added_at=r.added_at,
        )
        for r in Paper.objects.filter(dossier_id=dossier_id).order_by("id")
    ]


def slips_of(actor: Actor, dossier_id: int) -> list[SlipInfo]:
    """For the applicant only those that are not internal."""
    get_for(actor, dossier_id)
    rows = Slip.objects.filter(dossier_id=dossier_id).order_by("id")
    if not (actor.is_officer or actor.is_process):
        rows = rows.exclude(kind__in=[k for k in SlipKind if k.is_internal])
    return [SlipInfo(id=r.pk, kind=SlipKind(r.kind), file_id=r.file_id, made_at=r.made_at) for r in rows]


def supplement_of(actor: Actor, dossier_id: int) -> SupplementInfo | None:
    get_for(actor, dossier_id)
    row = SupplementRequest.objects.filter(dossier_id=dossier_id).first()
    if row is None:
        return None
    return SupplementInfo(
        note=row.note,
        defects=tuple(Defect(d["target"], d["reason"]) for d in row.defects),
        requested_at=row.requested_at,
        answered_at=row.answered_at,
    )


def consultations_of(actor: Actor, dossier_id: int) -> list[ConsultationInfo]:
    """The rounds of opinions asked of other units, the first first. For officers and processes; others get none."""
    get_for(actor, dossier_id)
    return proceedings.consultations(dossier_id) if actor.is_officer or actor.is_process else []


def inspections_of(actor: Actor, dossier_id: int) -> list[InspectionInfo]:
    """The inspections on site, the first first. For officers and processes; the applicant has slip and minutes."""
    get_for(actor, dossier_id)
    return proceedings.inspections(dossier_id) if actor.is_officer or actor.is_process else []


def units_to_ask(dossier: DossierInfo, *, now: datetime) -> list[UnitInfo]:
    """The units whose opinion may be asked: those that have someone to answer, but the one in charge."""
    return proceedings.units_to_ask(dossier.agency_id, dossier.handling_unit_id, now=now)


def team_candidates(unit_id: int, *, now: datetime) -> list[OfficerInfo]:
    """The officers of a unit who may go on an inspection: its heads and specialists."""
    return proceedings.team_candidates(unit_id, now=now)


def decision_of(actor: Actor, dossier_id: int) -> DecisionInfo | None:
    """The decision on its way. For officers; the applicant sees it once it is issued."""
    info = get_for(actor, dossier_id)
    if not (actor.is_officer or actor.is_process):
        return None
    row = Decision.objects.filter(dossier_id=dossier_id).first()
    if row is None:
        return None
    state = signing.get_for(actor, row.sign_request_id) if row.sign_request_id else None
    return DecisionInfo(
        outcome=Outcome(row.outcome),
        content=row.content,
        number=row.number,
        sign_request_id=row.sign_request_id,
        signing_state=state.state if state else "",
        signing_error=state.error if state else "",
        result_id=Dossier.objects.values_list("result_id", flat=True).get(pk=info.id),
    )


def result_of(actor: Actor, dossier_id: int) -> int | None:
    """The id of the registered result, once there is one."""
    get_for(actor, dossier_id)
    return Dossier.objects.values_list("result_id", flat=True).get(pk=dossier_id)


def timeline_of(actor: Actor, dossier_id: int) -> list[TimelineEntry]:
    """What happened, in order; for the applicant only what is public."""
    info = get_for(actor, dossier_id)
    rows = _timeline_rows(info.id, info.created_at)
    if not (actor.is_officer or actor.is_process):
        rows = rows.filter(public=True)
    return [_as_entry(row) for row in rows]


def _timeline_rows(dossier_id: int, since: datetime) -> QuerySet[Timeline]:
    # `at` names the months that can hold the dossier's entries, so that only those partitions are read.
    return Timeline.objects.filter(dossier_id=dossier_id, at__gte=since).order_by("seq")


def pauses_of(row: Dossier) -> tuple[Pause, ...]:
    """When the clock stood: from each request to its answer."""
    return rules.replay(_as_entry(entry) for entry in _timeline_rows(row.pk, row.created_at)).pauses


def replayed(actor: Actor, dossier_id: int) -> rules.Snapshot:
    """The state rebuilt from the timeline alone, to be held against the stored one."""
    info = get_for(actor, dossier_id)
    return rules.replay(_as_entry(entry) for entry in _timeline_rows(info.id, info.created_at))


def track(*, agency_id: int, code: str, datum: str) -> Tracking:
    """The public look-up: the code and a second datum (tax code, identity number or phone) open a dossier's progress.

    NotFound in the same words for an unknown code and a wrong datum.
    """
    keys = {personal.keyed_hash(datum), personal.keyed_hash(re.sub(r"[\s.]", "", datum))}
    with acting_as(process("track", agency_id)) as by:
        row = Dossier.objects.filter(agency_id=agency_id, code=code.strip().upper()).first()
        if row is None or not datum.strip() or not keys & {row.holder_key, row.phone_key}:
            raise NotFound("Không tìm thấy hồ sơ với mã và thông tin này. Hãy kiểm tra lại cả hai.")
        info = as_info(row)
        entries = tuple(_as_entry(e) for e in _timeline_rows(row.pk, row.created_at) if e.public)
        return Tracking(
            code=info.code,
            procedure_name=info.procedure_name,
            status=info.status,
            outcome=info.outcome,
            submitted_at=info.submitted_at or info.created_at,
            received_at=info.received_at,
            deadline_words=working_time.explain(info.deadline) if info.deadline else "",
            entries=entries,
            next_actor=next_actor(info.status),
            result_token=results.get_for(by, row.result_id, now=timezone.now()).token if row.result_id else "",
        )


def next_actor(status: Status) -> str:
    """Who has the ball, in words for the applicant."""
    return {
        Status.DRAFT: "Bạn hoàn thiện và nộp hồ sơ.",
        Status.SUBMITTED: "Bộ phận Một cửa kiểm tra và tiếp nhận hồ sơ.",
        Status.RECEIVED: "Đơn vị xử lý phân công chuyên viên thẩm định.",
        Status.IN_PROGRESS: "Đơn vị xử lý đang thẩm định hồ sơ.",
        Status.AWAITING_SUPPLEMENT: "Bạn bổ sung hồ sơ theo yêu cầu.",
        Status.AWAITING_FEE: "Bạn nộp phí, lệ phí.",
        Status.DECIDED: "Cơ quan trả kết quả.",
    }.get(status, "")


def register_rows(
    actor: Actor, *, since: datetime, until: datetime, after: int = 0, limit: int = 5000
) -> list[DossierInfo]:
    """The dossiers for the follow-up register (sổ theo dõi hồ sơ): submitted within [since, until); `after`: offset."""
    rows = _submitted(actor, since, until).order_by("submitted_at", "id")
    return [as_info(row) for row in rows[after : after + limit]]


def register_count(actor: Actor, *, since: datetime, until: datetime) -> int:
    return _submitted(actor, since, until).count()


def _submitted(actor: Actor, since: datetime, until: datetime) -> QuerySet[Dossier]:
    return visible_to(actor).filter(submitted_at__gte=since, submitted_at__lt=until)


def possible(status: Status) -> frozenset[Verb]:
    """The verbs that the table of transitions allows from a status."""
    return rules.possible(status)


def outcomes_of(dossier: DossierInfo, step: str) -> frozenset[str]:
    """What the dossier's own process draws as the outcomes of one of its steps."""
    return workflow.outcomes(dossier.process_id, step) if dossier.process_id else frozenset()


def being_signed(actor: Actor, *, limit: int = 50) -> list[BeingSigned]:
    """Decisions whose signature is under way or has failed, the oldest first. For officers."""
    if not (actor.is_officer or actor.is_process):
        return []
    rows = Decision.objects.filter(
        dossier__in=visible_to(actor), sign_request_id__isnull=False, dossier__status=Status.IN_PROGRESS
    ).select_related("dossier")
    found = []
    for row in rows.order_by("id")[:limit]:
        request = signing.get_for(actor, row.sign_request_id or 0)
        found.append(
            BeingSigned(
                dossier_id=row.dossier_id,
                code=row.dossier.code or "",
                procedure_name=row.dossier.procedure_name,
                holder_name=row.dossier.holder_name,
                outcome=Outcome(row.outcome),
                number=row.number,
                state=request.state,
                error=request.error,
                signer_id=request.signer_account_id,
            )
        )
    return found


def running(actor: Actor, *, after_id: int, limit: int) -> list[int]:
    """Ids of dossiers with a running or standing deadline, ascending, beyond `after_id`."""
    return list(_running(actor).filter(pk__gt=after_id).values_list("pk", flat=True)[:limit])


def _running(actor: Actor) -> QuerySet[Dossier]:
    return visible_to(actor).filter(status__in=rules.RUNNING, deadline__isnull=False).order_by("pk")


def moved_by(actor: Actor, calendar: WorkingCalendar) -> list[MovedDeadline]:
    """Every dossier whose deadline would move if `calendar` came into force, by the new moment. For administrators.

    About 40 µs a dossier; all running ones of the agency are reckoned.
    """
    if not (actor.is_process or actor.has_role("administrator")):
        raise Forbidden("Chỉ quản trị viên được xem trước thay đổi của lịch làm việc.")
    with acting_as(process("dossiers.preview", actor.agency_id)) as by:
        columns = ("pk", "code", "procedure_name", "holder_name", "deadline")
        rows = _running(by).values_list(*columns).iterator(chunk_size=2000)
        found = [moved for row in rows if (moved := _moved(calendar, *row))]
    return sorted(found, key=lambda m: (m.after is None, m.after, m.dossier_id))


def _moved(
    calendar: WorkingCalendar, dossier_id: int, code: str, procedure: str, holder: str, kept: dict[str, Any]
) -> MovedDeadline | None:
    before = working_time.deadline_from_json(kept)
    after = rules.reckoned(before, calendar)
    if after is not None and not rules.moves(before, after):
        return None
    due = after.due_at if after else None
    return MovedDeadline(dossier_id, code, procedure, holder, before.due_at, due, outside=after is None)


def parties_of(actor: Actor, dossier_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The applicants' particulars as they stood, by dossier. Personal data, for officers' papers only."""
    rows = visible_to(actor).filter(pk__in=list(dossier_ids)) if actor.is_officer or actor.is_process else []
    return {row.pk: json.loads(row.party) for row in rows}


def _as_entry(row: Timeline) -> TimelineEntry:
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


def _as_card(row: Dossier) -> DossierCard:
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


def earlier_of(actor: Actor, dossier_id: int, *, now: datetime) -> Earlier | None:
    """The result from which the dossier was opened and what the applicant has changed; None where there is none.

    Whoever may see the dossier sees the facts of that result too, also an officer of another unit than the one that
    issued it.
    """
    row = visible_to(actor).filter(pk=dossier_id).first()
    if row is None:
        raise NotFound("Không có hồ sơ này.")
    return earlier.of(row, now=now)


def changing_for(actor: Actor, result_id: int) -> str:
    """The same as `changing`, for one who may see the result: so that nobody is offered what would be refused."""
    results.get_for(actor, result_id, now=timezone.now())
    with acting_as(process("dossiers", actor.agency_id)):
        return earlier.changing(actor.agency_id, result_id)


def is_changeable(change: Change, state: State) -> bool:
    """Whether a result in this state can be changed so."""
    return state in rules.CHANGEABLE[change]
