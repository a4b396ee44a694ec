from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.desk import catalogue, frame
from emoit.desk.http import officer_only
from emoit.dossiers import queries as dossiers
from emoit.kernel.access import NotFound
from emoit.procedures import queries
from emoit.procedures.types import Standing


@officer_only
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure: its versions, what is to be confirmed, what compliance costs, what is under way."""
    actor, today = catalogue.reader(request), timezone.localdate()
    versions = queries.history(actor, code, on=today)
    draft = queries.draft_of(actor, code)
    if not versions and draft is None:
        raise NotFound("Không có thủ tục này.")
    current = next((v for v in versions if v.standing is Standing.IN_FORCE), versions[0] if versions else None)
    document = queries.document_of(actor, code, current.number) if current else draft.document if draft else {}
    withdrawn, why = queries.withdrawal(actor, code) if versions else (None, "")
    use = dossiers.in_use(actor, [v.id for v in versions])
    return frame.show(
        request,
        "desk/catalogue_show.html",
        {
            "code": code,
            "name": catalogue.name_of(document),
            "versions": [(version, use.get(version.id)) for version in versions],
            "current": current,
            "draft": draft,
            "doubts": queries.to_confirm(document),
            "cost": queries.compliance_cost(document),
            "cost_unverified": queries.COST_UNVERIFIED,
            "withdrawn": withdrawn,
            "withdrawn_reason": why,
            "is_withdrawn": withdrawn is not None and withdrawn <= today,
            "may_edit": catalogue.may_edit(actor),
        },
    )
