from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from emoit.desk.doing import attempt, done, form, held_by, situation
from emoit.desk.http import officer_only
from emoit.dossiers import actions
from emoit.kernel.access import Forbidden
from emoit.work import queries as work


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Put work back into the unit's inbox."""
    at = situation(request, dossier_id)
    if request.method != "POST" and at.item and at.holding is None and work.may_distribute(at.actor, at.item) is None:
        raise Forbidden(held_by(at.item) or "Việc này không thuộc phần việc của bạn.")
    answer = None
    if request.method == "POST":
        answer = attempt(at, lambda: actions.release(**at.keys))
        if answer is None:
            return done(request, at, _("Việc đã về lại đơn vị."))
    return form(request, "desk/release.html", at, answer, {"title": _("Trả việc về đơn vị")})
