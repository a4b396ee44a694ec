from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import frame
from emoit.desk.days import read_day, write_day
from emoit.desk.http import actor_of, officer_only
from emoit.dossiers import actions, queries
from emoit.dossiers.types import DossierInfo
from emoit.kernel.access import Actor, Refusal
from emoit.lib.working_time import VIET_NAM
from emoit.people import queries as people
from emoit.ui.types import Link

PAGE = 50
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Period:
    """Days in Viet Nam, both included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time.min, VIET_NAM)

    @property
    def until(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time.min, VIET_NAM)

    @property
    def query(self) -> str:
        return urlencode({"tu": self.first.isoformat(), "den": self.last.isoformat()})


@dataclass(frozen=True, slots=True)
class Rows:
    """The register's lines as a sequence for the paginator."""

    actor: Actor
    period: Period

    def count(self) -> int:
        return queries.register_count(self.actor, since=self.period.since, until=self.period.until)

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[DossierInfo]:
        return queries.register_rows(
            self.actor, since=self.period.since, until=self.period.until, after=part.start or 0, limit=PAGE
        )


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """The follow-up register (sổ theo dõi hồ sơ) on screen."""
    actor = actor_of(request)
    period, errors = asked_period(request)
    every = cast("Sequence[DossierInfo]", Rows(actor, period))
    page = Paginator(every, PAGE).get_page(request.GET.get("trang"))
    rows = list(page.object_list)
    units = {unit_id: people.unit(unit_id).name for unit_id in {r.handling_unit_id for r in rows} if unit_id}
    return frame.show(
        request,
        "desk/register.html",
        {
            "period": period,
            "typed": {
                "tu": request.GET.get("tu", "") if "tu" in errors else write_day(period.first),
                "den": request.GET.get("den", "") if "den" in errors else write_day(period.last),
            },
            "presets": _presets(period),
            "page": page,
            "rows": [(row, units.get(row.handling_unit_id or 0, "")) for row in rows],
            "errors": errors,
        },
        status=422 if errors else 200,
    )


@officer_only
def download(request: HttpRequest) -> HttpResponse:
    """The same register as form 07, in PDF."""
    period, errors = asked_period(request)
    if errors:
        raise Refusal("Khoảng ngày chưa đúng. Hãy chọn lại ngày rồi tải sổ.", code="bad_period", fields=errors)
    content = actions.draw_register(actor_of(request), since=period.since, until=period.until, now=timezone.now())
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="so-theo-doi-{period.first}-{period.last}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def asked_period(request: HttpRequest) -> tuple[Period, dict[str, str]]:
    """The days asked for; this month where none are, or where they are wrong."""
    today = timezone.localdate()
    month = Period(today.replace(day=1), today)
    errors: dict[str, str] = {}
    first = _day(request.GET.get("tu"), month.first, "tu", errors)
    last = _day(request.GET.get("den"), month.last, "den", errors)
    if not errors and first > last:
        errors["den"] = _("Ngày cuối phải từ ngày đầu trở đi")
    if not errors and last - first > LONGEST:
        errors["den"] = _("Chọn khoảng không quá một năm")
    return (month, errors) if errors else (Period(first, last), errors)


def _day(text: str | None, otherwise: date, name: str, errors: dict[str, str]) -> date:
    if not text:
        return otherwise
    day = read_day(text)
    if day is None or not 2000 <= day.year <= 2200:
        errors[name] = _("Nhập ngày đúng, ví dụ 01/05/2026")
        return otherwise
    return day


def _presets(chosen: Period) -> list[Link]:
    today = timezone.localdate()
    month = today.replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    periods = (
        (_("Tháng này"), Period(month, today)),
        (_("Tháng trước"), Period(before, month - timedelta(days=1))),
        (_("Năm nay"), Period(today.replace(month=1, day=1), today)),
    )
    return [Link(label, f"?{period.query}", current=period == chosen) for label, period in periods]
