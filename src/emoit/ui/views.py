"""The style guide: included only where `settings.DEBUG` holds, and in tests."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from emoit.ui import guide

_ERRORS = (400, 403, 404, 500, 503)
_SCREENS = ("front", "procedure", "form", "confirmation")


def _frame(**more: Any) -> dict[str, Any]:
    person = guide.Person()
    return {"site": guide.SITE, "actor": person, "nothing": (), **more}


def _desk(**more: Any) -> dict[str, Any]:
    palette = reverse("ui:palette")
    return _frame(rail=guide.RAIL, post="Chuyên viên, Cục Xúc tiến thương mại", palette_url=palette, **more)


def index(request: HttpRequest) -> HttpResponse:
    groups = [
        ("Cổng", [("ui:portal", state) for state in guide.STATES]),
        ("Bàn làm việc", [("ui:desk", state) for state in guide.STATES]),
    ]
    links = [(f"{title}: {state}", reverse(name, args=[state])) for title, items in groups for name, state in items]
    links += [(f"Màn hình: {name}", reverse("ui:screen", args=[name])) for name in _SCREENS]
    links += [("Màn hình: inbox", reverse("ui:inbox")), ("Màn hình: record", reverse("ui:record"))]
    links += [(f"Lỗi {code}", reverse("ui:error", args=[code])) for code in _ERRORS]
    return render(request, "ui/guide/index.html", _frame(links=links))


def portal(request: HttpRequest, state: str = "usual") -> HttpResponse:
    return _components(request, state, frame="ui/portal.html", context=_frame())


def desk(request: HttpRequest, state: str = "usual") -> HttpResponse:
    return _components(request, state, frame="ui/desk.html", context=_desk())


def _components(request: HttpRequest, state: str, *, frame: str, context: dict[str, Any]) -> HttpResponse:
    if state not in guide.STATES:
        raise Http404
    shown = guide.sample(state)
    return render(
        request,
        "ui/guide/components.html",
        {
            **context,
            **shown,
            "frame": frame,
            "chips": guide.CHIPS,
            "statuses": guide.STATUSES,
            "stacked": guide.STACKED,
        },
    )


def screen(request: HttpRequest, name: str) -> HttpResponse:
    if name not in _SCREENS:
        raise Http404
    shown = guide.sample("usual")
    if name != "form":
        del shown["problems"]
    return render(
        request, f"ui/guide/{name}.html", _frame(**shown, errors=shown.get("problems"), stacked=guide.STACKED)
    )


def inbox(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/guide/inbox.html", _desk(**guide.sample("usual")))


def record(request: HttpRequest) -> HttpResponse:
    shown = guide.sample("usual")
    return render(request, "ui/guide/record.html", _desk(**shown, chip=guide.CHIPS[1], status=guide.STATUSES[1]))


def error(request: HttpRequest, code: int) -> HttpResponse:
    if code not in _ERRORS:
        raise Http404
    return render(request, f"{code}.html", _frame())


def palette(request: HttpRequest) -> JsonResponse:
    """Answers the sample palette: every sample case whose title or code has the words."""
    words = request.GET.get("q", "").casefold()
    found = [c for c in guide.cases(8) if words in f"{c.code} {c.title}".casefold()]
    results = [{"kind": "Hồ sơ", "title": c.code, "detail": c.title, "href": reverse("ui:record")} for c in found]
    return JsonResponse({"results": results})
