from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from emoit.codes import queries as codes
from emoit.dossiers import proceedings
from emoit.dossiers.actions.examination import take_examination
from emoit.dossiers.case import Case, opened
from emoit.dossiers.events import InspectionPlanned, InspectionRecorded
from emoit.dossiers.models import Evidence, Inspection
from emoit.dossiers.types import EvidenceKind, InspectionResult, InspectionState, Verb
from emoit.files import actions as files
from emoit.kernel import audit
from emoit.kernel.access import Actor, Forbidden, NotFound, Refusal
from emoit.lib import vietnamese, working_time
from emoit.lib.saying import say, vi
from emoit.lib.working_time import VIET_NAM
from emoit.work import actions as work
from emoit.work import queries as work_queries
from emoit.workflow.types import kind_of

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_FILES = 30
ACCEPT = {
    EvidenceKind.MINUTES: frozenset({"pdf", "image"}),
    EvidenceKind.PHOTO: frozenset({"image"}),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is appointed: when (aware, within working hours), where, who receives, why, and who goes.

    `team` are account ids of officers of the handling unit, two at least; `leader_id` is one of them.
    """

    starts_at: datetime | None
    place: str
    receiver: str
    team: Sequence[int]
    leader_id: int
    purpose: str = ""


@transaction.atomic
def plan_inspection(*, by: Actor, now: datetime, dossier_id: int, item_id: int, version: int, plan: Plan) -> int:
    """Appoint an inspection on site. The applicant gets the notice as a slip. Returns the inspection's id."""
    with opened(by=by, now=now, dossier_id=dossier_id) as case:
        step = take_examination(case, item_id, version, Verb.PLAN_INSPECTION, "plan")
        faults = _faults(case, plan)
        if faults or plan.starts_at is None:
            raise Refusal("Kế hoạch kiểm tra chưa đủ hoặc chưa đúng.", code="bad_plan", fields=faults)
        row = Inspection.objects.create(
            agency_id=by.agency_id,
            dossier=case.row,
            number=Inspection.objects.filter(dossier=case.row).count() + 1,
            state=InspectionState.PLANNED,
            starts_at=plan.starts_at,
            place=plan.place.strip(),
            receiver=plan.receiver.strip(),
            purpose=plan.purpose.strip(),
            leader_id=plan.leader_id,
            team=sorted(set(plan.team)),
            planned_by_id=by.account_id or 0,
            planned_at=now,
        )
        work.close(by=by, now=now, item_id=item_id, outcome="planned", holding=case.holding)
        case.move(
            Verb.PLAN_INSPECTION,
            f"Hẹn kiểm tra thực tế lúc {vietnamese.format_datetime(plan.starts_at)}, xem giấy hẹn kèm theo.",
            details={"inspection": row.pk, "starts_at": plan.starts_at.isoformat()},
        )
        case.complete_step(step, "planned")
        case.publish(InspectionPlanned, inspection_id=row.pk, starts_at=plan.starts_at.isoformat())
        return row.pk


def _faults(case: Case, plan: Plan) -> dict[str, str]:
    faults = {"starts_at": _wrong_time(case, plan.starts_at), "team": _wrong_team(case, plan)}
    if not plan.place.strip():
        faults["place"] = vi("Nhập địa điểm kiểm tra")
    if not plan.receiver.strip():
        faults["receiver"] = vi("Nhập người đại diện tiếp đoàn")
    if plan.leader_id not in set(plan.team):
        faults["leader"] = vi("Chọn trưởng đoàn trong số thành viên")
    return {name: words for name, words in faults.items() if words}


def _wrong_time(case: Case, starts_at: datetime | None) -> str:
    if starts_at is None:
        return vi("Nhập ngày và giờ kiểm tra, ví dụ 12/05/2026 và 08:30")
    if starts_at <= case.now:
        return vi("Thời gian kiểm tra phải sau bây giờ")
    local = starts_at.astimezone(VIET_NAM)
    calendar = codes.calendar_of(case.row.agency_id)
    try:
        works = calendar.is_working(local.date())
    except working_time.OutsideCalendar:
        return vi("Thời gian kiểm tra nằm ngoài lịch làm việc đã công bố")
    if not works or not any(window.start <= local.time() < window.end for window in calendar.windows):
        return vi("Thời gian kiểm tra phải trong giờ làm việc")
    return ""


def _wrong_team(case: Case, plan: Plan) -> str:
    team = set(plan.team)
    if len(team) < 2:
        return vi("Đoàn kiểm tra có ít nhất hai người")
    if case.row.handling_unit_id is None:
        return vi("Chưa rõ đơn vị xử lý")
    fitting = {officer.account_id for officer in proceedings.team_candidates(case.row.handling_unit_id, now=case.now)}
    return "" if team <= fitting else vi("Thành viên đoàn phải là cán bộ của đơn vị xử lý")


@transaction.atomic
def replan_inspection(*, by: Actor, now: datetime, dossier_id: int, item_id: int, version: int, reason: str) -> None:
    """Appoint anew, with a reason: before the minutes are in, or because they show that another look is needed."""
    reason = reason.strip()
    if not reason:
        raise Refusal("Nêu lý do hẹn lại.", code="reason_missing", fields={"reason": "Nêu lý do hẹn lại"})
    with opened(by=by, now=now, dossier_id=dossier_id, verb=Verb.REPLAN_INSPECTION) as case:
        step = case.take(item_id, version, "inspect", "examine").step
        Inspection.objects.filter(dossier=case.row, state=InspectionState.PLANNED).update(
            state=InspectionState.CANCELLED, cancel_reason=reason
        )
        work.close(by=by, now=now, item_id=item_id, outcome="replan", holding=case.holding)
        case.move(Verb.REPLAN_INSPECTION, f"Sẽ hẹn lại lịch kiểm tra thực tế: {reason}", details={"reason": reason})
        case.complete_step(step, "replan", note=reason)


def attach_evidence(
    *,
    by: Actor,
    now: datetime,
    dossier_id: int,
    kind: EvidenceKind,
    name: str,
    content: BinaryIO | Iterable[bytes],
) -> int:
    """Keep the minutes or a photograph with the appointed inspection; inspected before it counts. Returns its id.

    For whoever has the step in hand. Refusals of `files.actions.receive` pass through.
    """
    with transaction.atomic(), opened(by=by, now=now, dossier_id=dossier_id) as case:
        _open_inspection(case)
    stored = files.receive(by=by, now=now, name=name, content=content, accept=ACCEPT[kind], max_bytes=MAX_FILE_BYTES)
    with transaction.atomic(), opened(by=by, now=now, dossier_id=dossier_id) as case:
        inspection = _open_inspection(case)
        files.grant(by=by, now=now, file_id=stored.id, readers=_insiders(case))
        row = Evidence.objects.create(
            agency_id=by.agency_id,
            dossier=case.row,
            inspection=inspection,
            kind=kind,
            file_id=stored.id,
            name=stored.name,
            size=stored.size,
            added_at=now,
        )
        audit.record(
            by=by,
            now=now,
            verb="dossiers.attach_evidence",
            subject_kind="dossier",
            subject_id=dossier_id,
            details={"kind": kind.value, "file": stored.id, "digest": stored.digest},
        )
        return row.pk


def _insiders(case: Case) -> list[str]:
    return sorted(key for key in case.readers() if not key.startswith(("a:", "e:")))


def _open_inspection(case: Case) -> Inspection:
    """The appointed inspection, if the actor has its step in hand and there is room for another file."""
    waiting = [i for i in work_queries.open_of(case.by, "dossier", case.row.pk) if kind_of(i.step) == "inspect"]
    if not waiting:
        raise NotFound("Hồ sơ không chờ biên bản kiểm tra.", code="item_closed")
    if work_queries.may_do(case.by, waiting[0]) is None:
        raise Forbidden("Việc này không thuộc phần việc của bạn.")
    inspection = Inspection.objects.get(dossier=case.row, state=InspectionState.PLANNED)
    if Evidence.objects.filter(inspection=inspection).count() >= MAX_FILES:
        raise Refusal(say("Mỗi cuộc kiểm tra nhận tối đa {most} tệp.", most=MAX_FILES), code="too_many_files")
    return inspection


@transaction.atomic
def remove_evidence(*, by: Actor, now: datetime, dossier_id: int, evidence_id: int) -> None:
    """Take a file back before the minutes are handed in."""
    with opened(by=by, now=now, dossier_id=dossier_id) as case:
        row = Evidence.objects.filter(inspection=_open_inspection(case), pk=evidence_id).first()
        if row is None:
            raise NotFound("Không có tệp này để bỏ.")
        row.delete()
        files.release(by=case.hand, now=now, file_id=row.file_id)
        audit.record(
            by=by,
            now=now,
            verb="dossiers.remove_evidence",
            subject_kind="dossier",
            subject_id=dossier_id,
            details={"kind": row.kind, "file": row.file_id},
        )


@transaction.atomic
def record_inspection(
    *,
    by: Actor,
    now: datetime,
    dossier_id: int,
    item_id: int,
    version: int,
    result: InspectionResult | None,
    findings: str,
    recommendations: str = "",
) -> None:
    """Hand in the minutes: result, findings and the signed file. The applicant may read the minutes from now on."""
    with opened(by=by, now=now, dossier_id=dossier_id, verb=Verb.RECORD_INSPECTION) as case:
        step = case.take(item_id, version, "inspect").step
        row = Inspection.objects.select_for_update().get(dossier=case.row, state=InspectionState.PLANNED)
        minutes = Evidence.objects.filter(inspection=row, kind=EvidenceKind.MINUTES)
        faults = {}
        if now < row.starts_at:
            faults["result"] = say("Chưa đến giờ kiểm tra đã hẹn, {moment}", moment=row.starts_at)
        elif result is None:
            faults["result"] = vi("Chọn kết quả kiểm tra")
        if not findings.strip():
            faults["findings"] = vi("Ghi nội dung kiểm tra")
        if not minutes.exists():
            faults["minutes"] = vi("Đính kèm biên bản có chữ ký")
        if faults or result is None:
            raise Refusal("Biên bản chưa đủ.", code="bad_minutes", fields=faults)
        row.state, row.result = InspectionState.RECORDED, result
        row.findings, row.recommendations = findings.strip(), recommendations.strip()
        row.recorded_by_id, row.recorded_at = by.account_id, now
        row.save()
        for file_id in minutes.values_list("file_id", flat=True):
            files.grant(by=case.hand, now=now, file_id=file_id, readers=case.readers())
        work.close(by=by, now=now, item_id=item_id, outcome="recorded", holding=case.holding)
        case.move(
            Verb.RECORD_INSPECTION,
            f"Đã kiểm tra thực tế, kết quả: {result.label.lower()}.",
            details={"inspection": row.pk, "result": result.value},
        )
        case.complete_step(step, "recorded")
        case.publish(InspectionRecorded, inspection_id=row.pk, result=result.value)
