from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from emoit.codes import queries as codes
from emoit.dossiers import rules
from emoit.dossiers.actions.examination import take_examination
from emoit.dossiers.case import KIND, Case, opened
from emoit.dossiers.events import OpinionsAsked
from emoit.dossiers.models import Consultation, Opinion, Paper, Slip
from emoit.dossiers.types import Stance, Verb
from emoit.files import actions as files
from emoit.kernel.access import Actor, Refusal
from emoit.lib import vietnamese, working_time
from emoit.lib.saying import say, vi
from emoit.lib.working_time import VIET_NAM
from emoit.people import queries as people
from emoit.people.types import Role
from emoit.work import actions as work

MAX_UNITS = 20


@transaction.atomic
def ask_opinions(
    *,
    by: Actor,
    now: datetime,
    dossier_id: int,
    item_id: int,
    version: int,
    unit_ids: Sequence[int],
    question: str,
    reply_by: date | None,
) -> None:
    """Ask other units for their opinion, each in its own inbox at the same time. The clock runs on.

    `reply_by` is a working day (Viet Nam), today or later and within the dossier's own term while that has not passed.
    Decree 61/2018/NĐ-CP, Article 18: the one in charge asks, the units asked answer within the time set.
    """
    with opened(by=by, now=now, dossier_id=dossier_id) as case:
        step = take_examination(case, item_id, version, Verb.ASK_OPINIONS, "examine")
        chosen = list(dict.fromkeys(unit_ids))
        until = _checked(case, chosen, question.strip(), reply_by)
        row = Consultation.objects.create(
            agency_id=by.agency_id,
            dossier=case.row,
            question=question.strip(),
            reply_by=until,
            asked_by_id=by.account_id or 0,
            asked_at=now,
        )
        work.close(by=by, now=now, item_id=item_id, outcome="consult", holding=case.holding)
        case.row.consulted_unit_ids = sorted({*case.row.consulted_unit_ids, *chosen})
        case.move(
            Verb.ASK_OPINIONS,
            f"Lấy ý kiến {len(chosen)} đơn vị phối hợp, trả lời trước {vietnamese.format_datetime(until)}.",
            details={"units": chosen, "reply_by": until.isoformat()},
        )
        case.write_readers()
        _open_files(case)
        case.complete_step(step, "consult")
        for unit_id in chosen:
            _ask(case, row, unit_id)
        case.publish(OpinionsAsked, unit_ids=chosen)


def _checked(case: Case, unit_ids: list[int], question: str, reply_by: date | None) -> datetime:
    """The last moment for the answers, if everything is as it must be."""
    faults = {}
    wrong = _wrong_units(case, unit_ids)
    if wrong:
        faults["units"] = wrong
    if not question:
        faults["question"] = vi("Nêu nội dung cần lấy ý kiến")
    until, why = _end_of(case, reply_by)
    if why:
        faults["reply_by"] = why
    if faults or until is None:
        raise Refusal("Chưa đủ thông tin để lấy ý kiến.", code="bad_question", fields=faults)
    return until


def _wrong_units(case: Case, unit_ids: list[int]) -> str:
    if not unit_ids:
        return vi("Chọn ít nhất một đơn vị")
    if len(unit_ids) > MAX_UNITS:
        return say("Chọn tối đa {most} đơn vị", most=MAX_UNITS)
    today = case.now.astimezone(VIET_NAM).date()
    names = {u.id: u.name for u in people.units(case.row.agency_id, on=today)}
    for unit_id in unit_ids:
        if unit_id not in names:
            return vi("Có đơn vị không còn trong cơ quan")
        if unit_id == case.row.handling_unit_id:
            return vi("Đơn vị đang xử lý hồ sơ không tự hỏi ý kiến mình")
        if not any(people.officers_in(unit_id, role, now=case.now) for role in (Role.SPECIALIST, Role.UNIT_HEAD)):
            return say("{unit} chưa có người để trả lời", unit=names[unit_id])
    return ""


def _end_of(case: Case, day: date | None) -> tuple[datetime | None, str]:
    if day is None:
        return None, vi("Nhập ngày trả lời, ví dụ 12/05/2026")
    calendar = codes.calendar_of(case.row.agency_id)
    try:
        works = calendar.is_working(day)
    except working_time.OutsideCalendar:
        return None, vi("Ngày trả lời nằm ngoài lịch làm việc đã công bố")
    if not works:
        return None, vi("Ngày trả lời phải là ngày làm việc")
    until = datetime.combine(day, calendar.windows[1].end, VIET_NAM)
    if until <= case.now:
        return None, vi("Ngày trả lời đã qua")
    due = case.row.due_at
    if due is not None and due > case.now and until > due and day > due.astimezone(VIET_NAM).date():
        return None, say("Ngày trả lời phải trước hạn giải quyết hồ sơ, {moment}", moment=due)
    return until, ""


def _open_files(case: Case) -> None:
    """The units that are asked may read what is in the dossier."""
    keys = [f"u:{unit_id}" for unit_id in case.row.consulted_unit_ids]
    for file_id in [
        *Paper.objects.filter(dossier=case.row).values_list("file_id", flat=True),
        *Slip.objects.filter(dossier=case.row).values_list("file_id", flat=True),
    ]:
        files.grant(by=case.hand, now=case.now, file_id=file_id, readers=keys)


def _ask(case: Case, row: Consultation, unit_id: int) -> None:
    Opinion.objects.create(agency_id=row.agency_id, dossier=case.row, consultation=row, unit_id=unit_id)
    work.open_item(
        by=case.by,
        now=case.now,
        procedure=case.row.procedure_code,
        subject_kind=KIND,
        subject_id=case.row.pk,
        subject_code=case.row.code or "",
        subject_title=case.row.procedure_name,
        subject_from=case.row.holder_name,
        step=rules.OPINION,
        step_name="Cho ý kiến phối hợp",
        token=f"{row.pk}:{unit_id}",
        unit_id=unit_id,
        role=Role.SPECIALIST,
        assignee_id=None,
        due_at=row.reply_by,
        note=row.question,
    )


@transaction.atomic
def give_opinion(
    *, by: Actor, now: datetime, dossier_id: int, item_id: int, version: int, stance: Stance | None, text: str
) -> None:
    """Answer for one's unit: a specialist, or its head. With the last answer the examination goes on by itself."""
    faults = {}
    if stance is None:
        faults["stance"] = vi("Chọn đồng ý, không đồng ý hoặc có ý kiến")
    if not text.strip():
        faults["text"] = vi("Ghi nội dung ý kiến")
    if stance is None or faults:
        raise Refusal("Chưa đủ nội dung ý kiến.", code="bad_opinion", fields=faults)
    with opened(by=by, now=now, dossier_id=dossier_id, verb=Verb.GIVE_OPINION) as case:
        item = case.take_for_unit(item_id, version, rules.OPINION)
        opinion = Opinion.objects.select_for_update().get(
            dossier=case.row, consultation__closed_at=None, unit_id=item.unit_id
        )
        opinion.stance, opinion.text, opinion.answered_at = stance, text.strip(), now
        opinion.account_id = by.account_id
        opinion.on_behalf_of_id = case.holding.principal_id if case.holding else None
        opinion.save()
        work.close(by=by, now=now, item_id=item_id, outcome=stance.value, holding=case.holding)
        case.move(
            Verb.GIVE_OPINION,
            f"{people.unit(item.unit_id).name} đã cho ý kiến: {stance.label.lower()}.",
            public=False,
            details={"unit": item.unit_id, "stance": stance.value},
        )
        if not Opinion.objects.filter(consultation=opinion.consultation_id, answered_at=None).exists():
            Consultation.objects.filter(pk=opinion.consultation_id).update(closed_at=now)
            case.close_open("consult", "answered")
            case.complete_step("consult", "answered", note="Đã có đủ ý kiến của các đơn vị được hỏi.")


@transaction.atomic
def close_opinions(*, by: Actor, now: datetime, dossier_id: int, item_id: int, version: int, reason: str) -> None:
    """Go on without the answers that have not come, with a reason. The work of the units that were asked is closed."""
    reason = reason.strip()
    if not reason:
        raise Refusal("Nêu lý do kết thúc.", code="reason_missing", fields={"reason": "Nêu lý do kết thúc lấy ý kiến"})
    with opened(by=by, now=now, dossier_id=dossier_id, verb=Verb.CLOSE_OPINIONS) as case:
        step = case.take(item_id, version, "consult").step
        Consultation.objects.filter(dossier=case.row, closed_at=None).update(closed_at=now, close_reason=reason)
        work.close(by=by, now=now, item_id=item_id, outcome="close_opinions", holding=case.holding)
        case.close_open(rules.OPINION, "not_answered")
        case.move(Verb.CLOSE_OPINIONS, f"Kết thúc lấy ý kiến: {reason}", public=False, details={"reason": reason})
        case.complete_step(step, "answered", note=f"Kết thúc lấy ý kiến: {reason}")
