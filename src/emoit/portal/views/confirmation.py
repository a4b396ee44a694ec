from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from emoit.dossiers import queries
from emoit.dossiers.types import Status
from emoit.portal.http import actor_of, signed_in
from emoit.procedures import queries as procedures


@signed_in
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """Handed in: the code, and what happens next, when. Can be opened again a week later."""
    actor = actor_of(request)
    dossier = queries.get_for(actor, dossier_id)
    if dossier.status is Status.DRAFT:
        return redirect("portal:check", dossier_id=dossier_id)
    return render(
        request,
        "portal/confirmation.html",
        {
            "dossier": dossier,
            "procedure": procedures.version(dossier.procedure_version_id),
            "next_actor": queries.next_actor(dossier.status),
        },
    )
