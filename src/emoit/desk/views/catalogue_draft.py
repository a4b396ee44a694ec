from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emoit.desk import catalogue, frame
from emoit.desk.catalogue_parts import SLUGS
from emoit.desk.http import officer_only
from emoit.procedures import actions, queries


@officer_only
def show(request: HttpRequest, code: str) -> HttpResponse:
    """The open draft: its parts, what keeps it from being published, what it changes. Posting begins or discards it."""
    actor = catalogue.reader(request)
    if request.method == "POST":
        return _act(request, code)
    draft = catalogue.draft_of(actor, code)
    verdict = queries.judge(actor, draft.document)
    told = catalogue.told(draft.document, code, verdict.errors)
    base = queries.document_of(actor, code, draft.base) if draft.base else {}
    differences = queries.compare(base, draft.document)
    changed = {part.part: len(part.differences) for part in differences}
    return frame.show(
        request,
        "desk/catalogue_draft.html",
        {
            "code": code,
            "name": catalogue.name_of(draft.document),
            "draft": draft,
            "parts": [
                {
                    "title": queries.title_of(part),
                    "href": catalogue.address(code, part),
                    "errors": [one for one in told if one.part == part],
                    "changed": changed.get(part, 0),
                }
                for part in SLUGS
            ],
            "told": told,
            "warnings": catalogue.told(draft.document, code, verdict.warnings),
            "may_edit": catalogue.may_edit(actor),
        },
    )


def _act(request: HttpRequest, code: str) -> HttpResponse:
    actor, now = catalogue.editor(request), timezone.now()
    if "bo" in request.POST:
        actions.discard_draft(by=actor, now=now, code=code, lock=catalogue.lock_of(request))
        messages.success(request, _("Đã bỏ bản nháp. Phiên bản đang công bố giữ nguyên."))
        if not queries.history(actor, code, on=timezone.localdate()):
            return redirect("desk:catalogue")
        return redirect("desk:catalogue-procedure", code=code)
    actions.open_draft(by=actor, now=now, code=code)
    messages.success(request, _("Đã tạo bản nháp từ phiên bản mới nhất. Chỉ khi công bố, thay đổi mới có hiệu lực."))
    return redirect("desk:catalogue-draft", code=code)
