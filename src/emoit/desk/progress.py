"""The way of a dossier and the work done on it, in words for officers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from emoit.desk.frame import names_of
from emoit.dossiers.types import Status, TimelineEntry
from emoit.lib.saying import say, vi
from emoit.people import queries as people
from emoit.ui.language import said
from emoit.ui.types import Entry, Moment
from emoit.work.types import Done

_ENDED_BADLY = {Status.REFUSED_AT_INTAKE, Status.STOPPED, Status.WITHDRAWN}
_PROCESSES = {"dossiers": vi("Hệ thống"), "signing": vi("Hệ thống")}
OUTCOMES = {
    "receive": vi("Tiếp nhận"),
    "refuse": vi("Không tiếp nhận"),
    "supplement": vi("Yêu cầu bổ sung"),
    "propose": vi("Trình đề xuất"),
    "approve": vi("Duyệt"),
    "return": vi("Trả lại"),
    "sign": vi("Ký"),
    "withdraw": vi("Người nộp rút hồ sơ"),
    "stop": vi("Dừng giải quyết"),
    "consult": vi("Lấy ý kiến"),
    "answered": vi("Đã có đủ ý kiến"),
    "close_opinions": vi("Kết thúc lấy ý kiến"),
    "not_answered": vi("Chưa trả lời"),
    "agree": vi("Đồng ý"),
    "disagree": vi("Không đồng ý"),
    "remarks": vi("Có ý kiến"),
    "planned": vi("Đã hẹn kiểm tra"),
    "replan": vi("Hẹn lại"),
    "recorded": vi("Đã lập biên bản"),
}


def entries(timeline: Iterable[TimelineEntry]) -> list[Entry]:
    """The newest first, each with who did it and for whom."""
    return [
        Entry(
            title=entry.verb.label,
            at=entry.at,
            by=who(entry.actor_name, entry.on_behalf_of),
            text=entry.words,
            recorded=True,
            moment=Moment.STOPPED if entry.status in _ENDED_BADLY else Moment.DONE,
        )
        for entry in reversed(list(timeline))
    ]


def who(name: str, on_behalf_of: str = "") -> str:
    """The name of who did something, as people know it."""
    shown = _("Hệ thống") if name in _PROCESSES or "." in name else name
    return said(say("{who}, thay mặt {principal}", who=shown, principal=on_behalf_of)) if on_behalf_of else shown


@dataclass(frozen=True, slots=True)
class Step:
    """One finished piece of work."""

    name: str
    unit: str
    who: str
    opened_at: datetime
    closed_at: datetime
    outcome: str
    late: bool


def history(finished: Iterable[Done]) -> list[Step]:
    done = list(finished)
    names = names_of({d.account_id for d in done} | {d.on_behalf_of_id for d in done})
    units = {unit_id: people.unit(unit_id).name for unit_id in {d.unit_id for d in done}}
    return [
        Step(
            name=d.step_name,
            unit=units[d.unit_id],
            who=who(names[d.account_id] or _("Hệ thống"), names[d.on_behalf_of_id]),
            opened_at=d.opened_at,
            closed_at=d.closed_at,
            outcome=said(OUTCOMES.get(d.outcome, d.outcome)),
            late=bool(d.due_at and d.closed_at > d.due_at),
        )
        for d in done
    ]
