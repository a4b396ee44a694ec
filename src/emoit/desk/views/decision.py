from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from emoit.desk.acts import may_retry
from emoit.desk.http import actor_of, officer_only
from emoit.dossiers import queries as dossiers
from emoit.signing import queries as signing
from emoit.signing.types import SignState

NOTHING_NEW = 204


@officer_only
def show(request: HttpRequest, dossier_id: int) -> HttpResponse:
    """The decision's part of the dossier page, asked for again while it is being signed."""
    actor = actor_of(request)
    dossier = dossiers.get_for(actor, dossier_id)
    decision = dossiers.decision_of(actor, dossier_id)
    if decision is None or (decision.signing_state == SignState.PENDING and "HX-Request" in request.headers):
        return HttpResponse(status=NOTHING_NEW)
    state = signing.get_for(actor, decision.sign_request_id) if decision.sign_request_id else None
    return render(
        request,
        "desk/_decision.html",
        {
            "dossier": dossier,
            "decision": decision,
            "may_retry": state is not None and may_retry(actor, state.signer_account_id),
            "fresh": True,
        },
    )
