from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emoit.dossiers.case import opened
from emoit.dossiers.events import DeadlineExtended
from emoit.dossiers.types import Verb
from emoit.kernel.access import Actor, Forbidden, Refusal
from emoit.lib.saying import say
from emoit.lib.working_time import Term, Unit

MAX_DAYS = 60


@transaction.atomic
def extend(*, by: Actor, now: datetime, dossier_id: int, working_days: int, reason: str) -> None:
    """Apologise in writing and appoint a new day, once (Decree 61/2018/NĐ-CP, Article 19). For the unit's head."""
    reason = reason.strip()
    if not reason:
        raise Refusal("Nêu lý do chậm.", code="reason_missing", fields={"reason": "Nêu lý do chậm"})
    if not 1 <= working_days <= MAX_DAYS:
        message = say("Số ngày làm việc gia hạn từ 1 đến {most}", most=MAX_DAYS)
        raise Refusal(message, code="bad_days", fields={"working_days": message})
    with opened(by=by, now=now, dossier_id=dossier_id, verb=Verb.EXTEND) as case:
        case.holding = by.holding(case.row.handling_unit_id or 0, "unit_head", procedure=case.row.procedure_code)
        if case.holding is None:
            raise Forbidden("Chỉ lãnh đạo đơn vị xử lý được gia hạn.")
        if case.row.extended:
            raise Refusal("Hồ sơ đã gia hạn một lần, không gia hạn thêm được.", code="extended_already")
        if case.row.due_at is None:
            raise Refusal("Hồ sơ không có thời hạn để gia hạn.", code="no_deadline")
        before = case.row.due_at
        case.row.extended = True
        case.compute_deadline(extension=Term(working_days, Unit.WORKING_DAY))
        case.move(
            Verb.EXTEND,
            f"Xin lỗi và hẹn lại ngày trả kết quả: {reason}",
            details={
                "reason": reason,
                "working_days": working_days,
                "before": before.isoformat(),
                "after": case.row.due_at.isoformat(),
            },
        )
        case.publish(DeadlineExtended)
