from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from emoit.desk.doing import attempt, done, form, held_by, situation
from emoit.desk.http import officer_only
from emoit.dossiers import actions
from emoit.kernel.access import Forbidden


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Take unclaimed work into one's own hands."""
    at = situation(request, dossier_id)
    if request.method != "POST" and at.item and at.holding is None:
        raise Forbidden(held_by(at.item) or "Việc này không thuộc phần việc của bạn.")
    answer = None
    if request.method == "POST":
        answer = attempt(at, lambda: actions.claim(**at.keys))
        if answer is None:
            return done(request, at, _("Bạn đã nhận việc này."))
    return form(request, "desk/claim.html", at, answer, {"title": _("Nhận việc")})
