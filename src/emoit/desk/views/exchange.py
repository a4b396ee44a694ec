from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.exchange import queries
from emoit.exchange.types import BreakerState, PartnerState

# Why a try failed, in words; a code that is not here is shown as it is written.
ERRORS = {
    "unreachable": gettext_lazy("Không kết nối được"),
    "timeout": gettext_lazy("Quá thời gian chờ"),
    "tls": gettext_lazy("Chứng thư số của kết nối không đúng"),
    "too_long": gettext_lazy("Câu trả lời quá dài"),
    "no_receipt": gettext_lazy("Trả lời không phải biên nhận"),
    "bad_receipt": gettext_lazy("Biên nhận có chữ ký không đúng"),
    "wrong_receipt": gettext_lazy("Biên nhận của thông điệp khác"),
    "lost_courier": gettext_lazy("Tiến trình gửi bị dừng giữa chừng"),
    "not_processed": gettext_lazy("Chưa xử lý được"),
    "refused": gettext_lazy("Bên nhận từ chối"),
    "id_reused": gettext_lazy("Mã thông điệp đã dùng cho nội dung khác"),
    "too_early": gettext_lazy("Thông điệp trước nó chưa được xử lý"),
    "unsigned": gettext_lazy("Chưa ký số"),
    "bad_signature": gettext_lazy("Chữ ký số không đúng"),
    "unknown_certificate": gettext_lazy("Chứng thư số chưa đăng ký"),
    "expired_certificate": gettext_lazy("Chứng thư số hết hạn hoặc chưa có hiệu lực"),
    "retired_certificate": gettext_lazy("Chứng thư số đã bị thu hồi"),
    "tls_certificate": gettext_lazy("Kết nối không dùng chứng thư số đã đăng ký"),
    "stale_envelope": gettext_lazy("Thời điểm ký quá cũ"),
    "future_envelope": gettext_lazy("Thời điểm ký ở tương lai"),
    "malformed": gettext_lazy("Sai cú pháp"),
    "unknown_kind": gettext_lazy("Loại thông điệp không được nhận"),
}


def words_of(code: str) -> str:
    return str(ERRORS.get(code, code))


@dataclass(frozen=True, slots=True)
class Line:
    """A partner with what keeps its queue from moving, in words; `tone` is of the status tag."""

    state: PartnerState
    words: str
    tone: str
    error: str


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """Queues, their age, what is stuck and what was turned away; or what a search for one message finds."""
    actor, now = actor_of(request), timezone.now()
    asked = request.GET.get("tim", "").strip()[:120]
    return frame.show(
        request,
        "exchange/queues.html",
        {
            "lines": [_line(state) for state in queries.partners(actor, now=now)],
            "stuck": [(facts, words_of(facts.error)) for facts in queries.stuck(actor)],
            "stuck_in": [(facts, words_of(facts.error)) for facts in queries.stuck_inbound(actor)],
            "rejections": [(one, words_of(one.code)) for one in queries.rejections(actor, now=now)],
            "evidence": queries.evidence_state(actor, now=now),
            "asked": asked,
            "found": queries.find(actor, asked),
        },
    )


def _line(state: PartnerState) -> Line:
    error = words_of(state.last_error)
    if not state.active:
        return Line(state, _("Đã ngừng"), "", error)
    if state.breaker is BreakerState.OPEN:
        return Line(state, _("Tạm ngắt"), "danger", error)
    if state.breaker is BreakerState.HALF_OPEN:
        return Line(state, _("Đang thử lại"), "warning", error)
    if state.maintenance_until is not None:
        return Line(state, _("Đang bảo trì"), "warning", error)
    return Line(state, _("Đang hoạt động"), "success", error)
