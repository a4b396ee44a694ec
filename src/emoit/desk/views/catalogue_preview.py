from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from emoit.desk import catalogue, frame
from emoit.desk.http import officer_only
from emoit.forms import queries as forms
from emoit.kernel.access import Actor, NotFound
from emoit.people import queries as people
from emoit.procedures import queries
from emoit.procedures.types import Procedure
from emoit.ui.language import current, named
from emoit.ui.types import Link


@officer_only
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The public page as applicants would see it."""
    actor = catalogue.reader(request)
    procedure = _procedure(actor, code)
    if procedure is None:
        return _not_yet(request, code)
    return frame.show(
        request,
        "desk/catalogue_preview_page.html",
        {
            "procedure": procedure,
            "over": f"{procedure.code} · {procedure.field_name}",
            "facts": [
                (_("Thời hạn"), named(procedure.term_text.vi, procedure.term_text.en)),
                (_("Phí, lệ phí"), named(procedure.fee_text.vi, procedure.fee_text.en)),
                (_("Kết quả"), procedure.result.title),
                (_("Cơ quan giải quyết"), _unit(actor, procedure.handling_unit)),
            ],
            "form_pages": _links(code, procedure, ""),
            "code": code,
        },
    )


@officer_only
def form(request: HttpRequest, code: str, page: str) -> HttpResponse:
    """One page of the form as applicants would see it; nothing is saved."""
    procedure = _procedure(catalogue.reader(request), code)
    if procedure is None:
        return _not_yet(request, code)
    return frame.show(
        request,
        "desk/catalogue_preview_form.html",
        {
            "page": forms.page(procedure.form, page, language=current()),
            "procedure": procedure,
            "form_pages": _links(code, procedure, page),
            "code": code,
        },
    )


def _procedure(actor: Actor, code: str) -> Procedure | None:
    """The draft as others would hold it; None while the linter finds a fault."""
    document = catalogue.draft_of(actor, code).document
    return None if queries.judge(actor, document).errors else queries.preview(document)


def _not_yet(request: HttpRequest, code: str) -> HttpResponse:
    return frame.show(request, "desk/catalogue_no_preview.html", {"code": code}, status=409)


def _links(code: str, procedure: Procedure, shown: str) -> list[Link]:
    return [
        Link(page.title, reverse("desk:catalogue-preview-form", args=[code, page.key]), current=page.key == shown)
        for page in forms.pages(procedure.form, language=current())
    ]


def _unit(actor: Actor, code: str) -> str:
    try:
        return people.unit_by_code(actor.agency_id, code).name
    except NotFound:
        return _("Theo địa phương của người nộp")
