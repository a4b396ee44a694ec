from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from emoit.desk.doing import attempt, done, form, situation
from emoit.desk.http import officer_only
from emoit.dossiers import actions


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Put work back into the unit's inbox."""
    at = situation(request, dossier_id)
    answer = None
    if request.method == "POST":
        answer = attempt(at, lambda: actions.release(**at.keys))
        if answer is None:
            return done(request, at, "Việc đã về lại đơn vị.")
    return form(request, "desk/release.html", at, answer, {"title": "Trả việc về đơn vị"})
