from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import catalogue, frame
from emoit.desk.http import officer_only
from emoit.desk.sheets import clean
from emoit.kernel.access import Refusal, Stale
from emoit.procedures import actions, queries
from emoit.ui.language import said, said_all


@officer_only
def show(request: HttpRequest, code: str) -> HttpResponse:
    """The draft's facts to be confirmed: each with its place in words, what stands there, its source."""
    actor = catalogue.editor(request)
    draft = catalogue.draft_of(actor, code)
    errors: dict[str, str] = {}
    pointer, source, stale = request.POST.get("o", ""), clean(request.POST.get("source", "")), ""
    if request.method == "POST":
        try:
            actions.confirm_fact(
                by=actor,
                now=timezone.now(),
                code=code,
                lock=catalogue.lock_of(request),
                pointer=pointer,
                source=source,
            )
        except Stale as refusal:
            stale = said(refusal.message)
        except Refusal as refusal:
            if not refusal.fields:
                raise
            errors = said_all(refusal.fields)
        else:
            messages.success(request, _("Đã ghi nhận: dữ kiện này không còn cần xác nhận."))
            return redirect("desk:catalogue-doubts", code=code)
    found = queries.to_confirm(draft.document)
    at = next((n for n, doubt in enumerate(found) if doubt.pointer == pointer), 0)
    return frame.show(
        request,
        "desk/catalogue_doubts.html",
        {
            "code": code,
            "name": catalogue.name_of(draft.document),
            "draft": draft,
            "doubts": [(doubt, catalogue.address(code, doubt.part)) for doubt in found],
            "errors": {f"source-{at}": words for words in errors.values()},
            "wrong": pointer if errors else "",
            "typed": source,
            "error": next(iter(errors.values()), ""),
            "stale": stale,
        },
        status=409 if stale else 422 if errors else 200,
    )
