from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from emoit.desk.acts import may_retry
from emoit.desk.doing import attempt, done, form, of_dossier
from emoit.desk.http import officer_only
from emoit.dossiers import actions
from emoit.dossiers import queries as dossiers
from emoit.kernel.access import Forbidden, Refusal
from emoit.signing import queries as signing


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Try a failed signature again, under the same number."""
    at = of_dossier(request, dossier_id)
    decision = dossiers.decision_of(at.actor, dossier_id)
    if decision is None or decision.sign_request_id is None:
        raise Refusal("Hồ sơ chưa có văn bản chờ ký.", code="impossible")
    if not may_retry(at.actor, signing.get_for(at.actor, decision.sign_request_id).signer_account_id):
        raise Forbidden("Chỉ người đã ký hoặc quản trị viên được ký lại.")
    answer = None
    if request.method == "POST":
        answer = attempt(at, lambda: actions.retry_signing(by=at.actor, now=at.now, dossier_id=dossier_id))
        if answer is None:
            return done(request, at, _("Đã yêu cầu ký lại, vẫn dùng số văn bản cũ."))
    return form(request, "desk/retry.html", at, answer, {"title": _("Ký lại"), "decision": decision})
