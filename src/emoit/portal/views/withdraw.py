from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.dossiers import actions, queries
from emoit.kernel.access import Refusal
from emoit.portal.http import actor_of, signed_in
from emoit.portal.progress import may_withdraw

REASON_LENGTH = 1000


@signed_in
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Take a dossier back, after being told what that means."""
    actor = actor_of(request)
    dossier = queries.get_for(actor, dossier_id)
    if not may_withdraw(dossier.status):
        return redirect("portal:dossier", dossier_id=dossier_id)
    errors: dict[str, str] = {}
    reason = request.POST.get("reason", "").strip()[:REASON_LENGTH]
    if request.method == "POST":
        try:
            actions.withdraw(by=actor, now=timezone.now(), dossier_id=dossier_id, reason=reason)
        except Refusal as refusal:
            errors = refusal.fields or {"": refusal.message}
        else:
            messages.success(request, _("Đã rút hồ sơ."))
            return redirect("portal:dossier", dossier_id=dossier_id)
    return render(
        request,
        "portal/withdraw.html",
        {"dossier": dossier, "errors": errors, "reason": reason},
        status=422 if errors else 200,
    )
