from __future__ import annotations

from datetime import datetime

from django.db import transaction

from emoit.codes import queries as codes
from emoit.dossiers import rules
from emoit.dossiers.case import opened
from emoit.dossiers.events import DeadlineMoved
from emoit.dossiers.types import Verb
from emoit.kernel.access import Actor, Forbidden
from emoit.lib import vietnamese, working_time


@transaction.atomic
def follow_calendar(*, by: Actor, now: datetime, dossier_id: int) -> bool:
    """Reckon a running deadline anew by the calendar now in force. Whether it has moved; if not, nothing is written.

    By a process of ours alone: a deadline follows the calendar, nobody moves it. A dossier whose deadline leaves the
    calendar's years keeps the one it has.
    """
    if not by.is_process:
        raise Forbidden("Chỉ hệ thống được tính lại hạn theo lịch làm việc.")
    with opened(by=by, now=now, dossier_id=dossier_id, verb=Verb.FOLLOW_CALENDAR) as case:
        if not case.row.deadline:
            return False
        before = working_time.deadline_from_json(case.row.deadline)
        calendar = codes.calendar_of(case.row.agency_id)
        after = rules.reckoned(before, calendar)
        if after is None or not rules.moves(before, after):
            return False
        case.set_deadline(after)
        case.move(
            Verb.FOLLOW_CALENDAR,
            _words(before, after, calendar.version),
            details={
                "calendar_version": calendar.version,
                "before": before.due_at.isoformat() if before.due_at else None,
                "after": after.due_at.isoformat() if after.due_at else None,
            },
        )
        case.publish(DeadlineMoved)
        return True


def _words(before: working_time.Deadline, after: working_time.Deadline, version: int) -> str:
    if before.due_at is None or after.due_at is None:
        return f"Lịch làm việc thay đổi (phiên bản {version}), thời hạn còn lại được tính lại."
    old, new = (vietnamese.format_datetime(moment) for moment in (before.due_at, after.due_at))
    return f"Lịch làm việc thay đổi (phiên bản {version}), hẹn trả kết quả chuyển từ {old} sang {new}."
