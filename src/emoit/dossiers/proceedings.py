"""Rows of opinions and inspections as others may hold them. Who may see them is for `queries` to say."""

from __future__ import annotations

from datetime import datetime

from emoit.dossiers.models import Consultation, Evidence, Inspection, Opinion
from emoit.dossiers.types import (
    ConsultationInfo,
    EvidenceInfo,
    EvidenceKind,
    InspectionInfo,
    InspectionResult,
    InspectionState,
    OpinionInfo,
    Stance,
)
from emoit.lib.working_time import VIET_NAM
from emoit.people import queries as people
from emoit.people.types import OfficerInfo, Role, UnitInfo


def consultations(dossier_id: int) -> list[ConsultationInfo]:
    """Every round of opinions, the first first."""
    rows = Consultation.objects.filter(dossier_id=dossier_id).order_by("id")
    said: dict[int, list[OpinionInfo]] = {row.pk: [] for row in rows}
    for opinion in Opinion.objects.filter(dossier_id=dossier_id).order_by("id"):
        said[opinion.consultation_id].append(_opinion(opinion))
    return [
        ConsultationInfo(
            id=row.pk,
            question=row.question,
            reply_by=row.reply_by,
            asked_by_id=row.asked_by_id,
            asked_at=row.asked_at,
            closed_at=row.closed_at,
            close_reason=row.close_reason,
            opinions=tuple(said[row.pk]),
        )
        for row in rows
    ]


def _opinion(row: Opinion) -> OpinionInfo:
    return OpinionInfo(
        unit_id=row.unit_id,
        stance=Stance(row.stance) if row.stance else None,
        text=row.text,
        account_id=row.account_id,
        on_behalf_of_id=row.on_behalf_of_id,
        answered_at=row.answered_at,
    )


def units_to_ask(agency_id: int, handling_unit_id: int | None, *, now: datetime) -> list[UnitInfo]:
    """The units that have someone to answer, but the one in charge; by their place in the agency."""
    today = now.astimezone(VIET_NAM).date()
    staffed = people.units_with(agency_id, (Role.SPECIALIST, Role.UNIT_HEAD), now=now)
    return [u for u in people.units(agency_id, on=today) if u.id in staffed and u.id != handling_unit_id]


def team_candidates(unit_id: int, *, now: datetime) -> list[OfficerInfo]:
    """The officers of a unit who may go on an inspection: its heads and specialists."""
    found = {
        officer.account_id: officer
        for role in (Role.UNIT_HEAD, Role.SPECIALIST)
        for officer in people.officers_in(unit_id, role, now=now)
    }
    return list(found.values())


def inspections(dossier_id: int) -> list[InspectionInfo]:
    """Every inspection that was appointed, the first first."""
    rows = Inspection.objects.filter(dossier_id=dossier_id).order_by("number")
    left: dict[int, list[EvidenceInfo]] = {row.pk: [] for row in rows}
    for file in Evidence.objects.filter(dossier_id=dossier_id).order_by("id"):
        left[file.inspection_id].append(
            EvidenceInfo(file.pk, EvidenceKind(file.kind), file.file_id, file.name, file.size, file.added_at)
        )
    return [_inspection(row, tuple(left[row.pk])) for row in rows]


def _inspection(row: Inspection, evidence: tuple[EvidenceInfo, ...]) -> InspectionInfo:
    return InspectionInfo(
        id=row.pk,
        number=row.number,
        state=InspectionState(row.state),
        starts_at=row.starts_at,
        place=row.place,
        receiver=row.receiver,
        purpose=row.purpose,
        leader_id=row.leader_id,
        team=tuple(row.team),
        planned_by_id=row.planned_by_id,
        planned_at=row.planned_at,
        cancel_reason=row.cancel_reason,
        result=InspectionResult(row.result) if row.result else None,
        findings=row.findings,
        recommendations=row.recommendations,
        recorded_by_id=row.recorded_by_id,
        recorded_at=row.recorded_at,
        evidence=evidence,
    )
