from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from emoit.dossiers import actions as dossiers
from emoit.forms import queries as forms
from emoit.kernel.access import Refusal
from emoit.people import queries as people
from emoit.portal.http import actor_of, signed_in
from emoit.procedures import queries as procedures

PAGE = 20


def catalogue(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("tim", "").strip()
    page = Paginator(procedures.catalogue(asked), PAGE).get_page(request.GET.get("trang"))
    return render(request, "portal/catalogue.html", {"asked": asked, "page": page})


def show(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_of(request)
    procedure = procedures.published(code, at=timezone.now())
    capacities = people.enterprises_of(actor.account_id) if actor.account_id else []
    return render(
        request,
        "portal/procedure.html",
        {
            "procedure": procedure,
            "handling_unit": people.unit_by_code(actor.agency_id, procedure.handling_unit),
            "enterprises": capacities if "enterprise" in procedure.applicants else [],
            "as_citizen": "citizen" in procedure.applicants,
            "may_start": actor.account_id is not None and not actor.is_officer,
        },
    )


@require_POST
@signed_in
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a draft for the chosen capacity: oneself, or an enterprise that one represents."""
    chosen = request.POST.get("tu_cach", "")
    try:
        dossier_id = dossiers.start_draft(
            by=actor_of(request),
            now=timezone.now(),
            procedure_code=code,
            enterprise_id=int(chosen) if chosen.isdigit() else None,
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("portal:procedure", code=code)
    form = procedures.published(code, at=timezone.now()).form
    return redirect("portal:declare", dossier_id=dossier_id, page=forms.pages(form)[0].key)
