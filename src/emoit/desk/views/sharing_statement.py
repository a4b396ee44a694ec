"""The monthly statement of one consumer: every call by service and day, and what it costs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.desk.months import asked_month, months_until
from emoit.desk.spreadsheet import as_csv
from emoit.sharing import queries


@officer_only
def show(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_of(request)
    month = asked_month(request.GET.get("thang"), timezone.localdate())
    lines = queries.statement(actor, code, month.first, month.last)
    totals = {name: sum(getattr(line, name) for line in lines) for name in ("calls", "refused", "bytes_out", "amount")}
    return frame.show(
        request,
        "sharing/desk_statement.html",
        {
            "consumer": queries.consumer(actor, code),
            "month": month,
            "months": months_until(timezone.localdate(), month),
            "lines": lines,
            "totals": totals,
        },
    )


@officer_only
def download(request: HttpRequest, code: str) -> HttpResponse:
    month = asked_month(request.GET.get("thang"), timezone.localdate())
    lines = queries.statement(actor_of(request), code, month.first, month.last)
    head = [
        _("Dịch vụ"),
        _("Ngày"),
        _("Số lượt gọi"),
        _("Bị từ chối hoặc lỗi"),
        _("Byte gửi"),
        _("Đơn giá (đồng)"),
        _("Thành tiền (đồng)"),
    ]
    rows = (
        (one.service, one.day.isoformat(), one.calls, one.refused, one.bytes_out, one.price, one.amount)
        for one in lines
    )
    return as_csv(f"bang-ke-{code}-{month.asked}.csv", head, rows)
