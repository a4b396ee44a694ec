"""The dossiers whose deadline an edit of the calendar would move: for the preview, and as a file."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.http import HttpResponse
from django.utils.translation import gettext as _

from emoit.codes import queries as codes
from emoit.codes.types import DayEntry
from emoit.desk.spreadsheet import as_csv
from emoit.dossiers import queries as dossiers
from emoit.dossiers.types import MovedDeadline
from emoit.kernel.access import Actor
from emoit.ui.language import moment


def under(actor: Actor, *, days: Collection[DayEntry], removed: Collection[date]) -> list[MovedDeadline]:
    """Those that would move if these days were put in and those taken out; none before the first calendar."""
    if not codes.calendar_versions(actor.agency_id):
        return []
    return dossiers.moved_by(actor, codes.proposed_calendar(actor.agency_id, days=days, removed=removed))


def moments(moved: MovedDeadline) -> tuple[str, str]:
    """The day of the result before and after, in words."""
    before = moment(moved.before) if moved.before else _("đang tạm dừng")
    if moved.outside:
        return before, _("ngoài các năm của lịch mới, giữ hạn cũ")
    return before, moment(moved.after) if moved.after else _("đang tạm dừng, phần còn lại tính lại")


def as_file(found: Collection[MovedDeadline]) -> HttpResponse:
    """All of them as a table for a spreadsheet."""
    head = [_("Mã hồ sơ"), _("Thủ tục"), _("Người nộp"), _("Hẹn trả cũ"), _("Hẹn trả mới")]
    rows = ((moved.code, moved.procedure_name, moved.holder_name, *moments(moved)) for moved in found)
    return as_csv("ho-so-doi-han.csv", head, rows)
