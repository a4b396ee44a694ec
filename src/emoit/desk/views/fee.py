from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from emoit.desk.doing import Answer, attempt, done, form, of_dossier
from emoit.desk.http import number, officer_only
from emoit.kernel.access import Forbidden
from emoit.payments import actions
from emoit.payments import queries as payments
from emoit.payments.types import Method
from emoit.people.types import Role


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """The cashier has received the whole amount at the counter."""
    at = of_dossier(request, dossier_id)
    unit_id, code = at.dossier.receiving_unit_id or 0, at.dossier.procedure_code
    if at.actor.holding(unit_id, Role.CASHIER, procedure=code) is None:
        raise Forbidden("Chỉ thủ quỹ của bộ phận thu được ghi nhận khoản thu.")
    fees = payments.of_subject(at.actor, "dossier", dossier_id)
    obligation = next((f for f in fees if f.paid_at is None and not f.voided), None)
    typed = {name: request.POST.get(name, "") for name in ("amount", "method")}
    answer = None
    if request.method == "POST":
        answer = Answer(errors=_wrong(typed), status=422)
        if not answer.errors:
            answer = attempt(
                at,
                lambda: actions.record_payment(
                    by=at.actor,
                    now=at.now,
                    obligation_id=number(request.POST.get("obligation")),
                    amount_vnd=_amount(typed["amount"]),
                    method=Method(typed["method"]),
                ),
            )
        if answer is None:
            return done(request, at, _("Đã ghi nhận khoản thu."))
    return form(
        request,
        "desk/fee.html",
        at,
        answer,
        {
            "title": _("Ghi nhận thu phí, lệ phí"),
            "typed": typed,
            "fees": fees,
            "obligation": obligation,
            "methods": Method,
        },
    )


def _amount(text: str) -> int:
    """ "60.000" and "60 000 đ" are 60000."""
    return number("".join(c for c in text if c.isdigit()))


def _wrong(typed: dict[str, str]) -> dict[str, str]:
    wrong = {}
    if not _amount(typed["amount"]):
        wrong["amount"] = _("Nhập số tiền đã nhận")
    if typed["method"] not in set(Method):
        wrong["method"] = _("Chọn hình thức thu")
    return wrong
