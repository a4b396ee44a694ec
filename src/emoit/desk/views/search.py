from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from emoit.desk import frame
from emoit.desk.http import actor_of, officer_only
from emoit.kernel import search
from emoit.kernel.search import Hit
from emoit.lib.saying import Both, vi
from emoit.ui.language import said

LIMIT = 20
KINDS = {
    "dossier": Both("Hồ sơ", "Dossier"),
    "procedure": Both("Thủ tục", "Procedure"),
    "result": Both("Kết quả", "Result"),
    "account": vi("Người"),
    "unit": vi("Đơn vị"),
}


@officer_only
def show(request: HttpRequest) -> HttpResponse:
    """The palette's search as a page, for those without scripts."""
    asked = request.GET.get("q", "").strip()[:200]
    hits = search.find(by=actor_of(request), text=asked, limit=LIMIT) if asked else []
    return frame.show(request, "desk/search.html", {"asked": asked, "hits": [(kind_of(h), h) for h in hits]})


@officer_only
def palette(request: HttpRequest) -> HttpResponse:
    """The answer to Ctrl K: see frontend/js/palette.js."""
    hits = search.find(by=actor_of(request), text=request.GET.get("q", ""), limit=LIMIT)
    found = [{"kind": said(kind_of(h)), "title": h.title, "detail": "", "href": h.url} for h in hits]
    return JsonResponse({"results": found}, headers={"Cache-Control": "private, no-store"})


def kind_of(hit: Hit) -> str:
    return KINDS.get(hit.subject_kind, "")
