"""The catalogue of event types, for people and as JSON Schema; public, like the OpenAPI document."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emoit.api.rest.problems import problem
from emoit.api.views.pages import ways
from emoit.kernel.access import NotFound
from emoit.ui.language import is_english
from emoit.webhooks import queries


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every type: what it means, what its data hold, an example."""
    english = is_english()
    shown = [
        {
            "type": entry.type,
            "words": entry.words_en if english else entry.words,
            "schema": queries.schema_address(entry.type),
            "example": json.dumps(dict(entry.example), ensure_ascii=False, indent=2),
        }
        for entry in queries.every_type()
    ]
    return render(request, "api/events.html", {"types": shown, "links": ways("events")})


@require_safe
def schema(request: HttpRequest, name: str) -> HttpResponse:
    """JSON Schema of one type's data."""
    try:
        found = queries.schema_of(name)
    except NotFound:
        return problem(request, "not_found")
    response = HttpResponse(json.dumps(found, ensure_ascii=False, indent=1), content_type="application/schema+json")
    response["Cache-Control"] = "public, max-age=300"
    return response
