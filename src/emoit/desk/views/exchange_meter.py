"""How many calls passed between each partner and us in a month, in both directions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.desk.months import Month, asked_month, months_until
from emoit.desk.spreadsheet import as_csv
from emoit.exchange import queries
from emoit.exchange.types import Direction, Metered


@dataclass(frozen=True, slots=True)
class Line:
    """A partner's calls of one service in a month."""

    direction: Direction
    partner: str
    service: str
    calls: int
    failures: int
    bytes_in: int
    bytes_out: int

    @property
    def direction_words(self) -> str:
        return direction_words(self.direction)


def direction_words(direction: Direction) -> str:
    return _("Gọi đến ta") if direction is Direction.IN else _("Ta gọi đi")


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """A month's sums by partner and service."""
    month = _month(request)
    lines = summed(queries.metered(actor_of(request), month.first, month.last))
    return frame.show(
        request,
        "exchange/meter.html",
        {
            "month": month,
            "months": months_until(timezone.localdate(), month),
            "lines": lines,
            "calls": sum(line.calls for line in lines),
            "failures": sum(line.failures for line in lines),
        },
    )


@officer_only
def download(request: HttpRequest) -> HttpResponse:
    """The same month day by day, as CSV."""
    month = _month(request)
    rows = queries.metered(actor_of(request), month.first, month.last)
    head = [
        _("Hệ thống"),
        _("Chiều"),
        _("Dịch vụ"),
        _("Ngày"),
        _("Số lượt gọi"),
        _("Bị từ chối hoặc lỗi"),
        _("Byte nhận"),
        _("Byte gửi"),
    ]
    return as_csv(
        f"luu-luong-{month.asked}.csv",
        head,
        (
            (
                row.partner,
                direction_words(row.direction),
                row.service,
                row.day.isoformat(),
                row.calls,
                row.failures,
                row.bytes_in,
                row.bytes_out,
            )
            for row in rows
        ),
    )


def summed(rows: Iterable[Metered]) -> list[Line]:
    """One line for a partner, direction and service, in the order of the rows."""
    found: dict[tuple[str, Direction, str], Line] = {}
    for row in rows:
        key = (row.partner, row.direction, row.service)
        line = found.get(key) or Line(row.direction, row.partner, row.service, 0, 0, 0, 0)
        found[key] = replace(
            line,
            calls=line.calls + row.calls,
            failures=line.failures + row.failures,
            bytes_in=line.bytes_in + row.bytes_in,
            bytes_out=line.bytes_out + row.bytes_out,
        )
    return list(found.values())


def _month(request: HttpRequest) -> Month:
    return asked_month(request.GET.get("thang"), timezone.localdate())
