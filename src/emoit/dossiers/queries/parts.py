"""What belongs to a dossier: papers, slips, supplements, opinions, inspections, decision, earlier result, tracking."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils import timezone

from emoit.dossiers import earlier, proceedings, rules
from emoit.dossiers.models import Decision, Dossier, Paper, Slip, SupplementRequest
from emoit.dossiers.queries.door import as_entry, as_info, get_for, next_actor, timeline_rows, visible_to
from emoit.dossiers.types import (
    Computed,
    ConsultationInfo,
    DecisionInfo,
    Defect,
    DossierInfo,
    Earlier,
    InspectionInfo,
    Outcome,
    PaperInfo,
    SlipInfo,
    SlipKind,
    SupplementInfo,
    Tracking,
    Use,
)
from emoit.kernel import personal
from emoit.kernel.access import Actor, NotFound, acting_as, process
from emoit.lib import working_time
from emoit.people.types import OfficerInfo, UnitInfo
from emoit.procedures.types import Change
from emoit.results import queries as results
from emoit.results.types import State
from emoit.signing import queries as signing


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


def computed_of(actor: Actor, dossier_id: int) -> list[Computed]:
    """Each use of a decision table on the dossier, in order. For officers: none is told to the applicant."""
    info = get_for(actor, dossier_id)
    if not (actor.is_officer or actor.is_process):
        return []
    return [
        Computed(Use(n["use"]), n["table"], n["version"], tuple(n["rules"]), n["outcome"], row.at)
        for row in timeline_rows(info.id, info.created_at)
        for n in row.details.get("computed", ())
    ]


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
        entries = tuple(as_entry(e) for e in timeline_rows(row.pk, row.created_at) if e.public)
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
