"""Refusals as RFC 9457 says: application/problem+json, in the caller's language, pointing at the error catalogue."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from emoit.api.rest import catalogue
from emoit.kernel.access import Refusal
from emoit.lib.problems import MEDIA_TYPE, document
from emoit.ui.language import preferred

log = logging.getLogger(__name__)
RETRY_AFTER = {"unavailable": 30, "uninspected": 60, "storage_full": 300, "idempotency_in_flight": 1}


def language_of(request: HttpRequest) -> str:
    """ "vi" or "en" by Accept-Language; Vietnamese unless asked otherwise."""
    return preferred(request.headers.get("Accept-Language", ""))


def problem(
    request: HttpRequest,
    code: str,
    *,
    detail: str = "",
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    status: int = 0,
) -> HttpResponse:
    """The problem of that code. `detail` is said as it is, else the catalogue's meaning; `fields`: pointer -> words."""
    entry, language = catalogue.entry_of(code), language_of(request)
    told = document(
        entry,
        code=code,
        where=catalogue.address(entry.code),
        instance=request.path,
        language=language,
        detail=detail,
        status=status,
        fields=fields,
    )
    response = HttpResponse(
        json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"),
        status=status or entry.status,
        content_type=MEDIA_TYPE,
    )
    response["Content-Language"] = language
    if code in RETRY_AFTER:
        response["Retry-After"] = str(RETRY_AFTER[code])
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The problem of a refusal. Its own sentence is Vietnamese: an English caller reads the catalogue's."""
    known = refusal.code in catalogue.entries()
    return problem(
        request,
        refusal.code,
        detail=refusal.message if language_of(request) == "vi" else "",
        fields={_pointer(pointer): words for pointer, words in refusal.fields.items()},
        headers=getattr(refusal, "headers", None),
        status=0 if known else refusal.status,
    )


def _pointer(target: str) -> str:
    """Where in the dossier: `paper:the_le` is `/papers/the_le`, a field of the form `/answers/…`."""
    if target.startswith("paper:"):
        return f"/papers/{target.removeprefix('paper:')}"
    if target.startswith("query/"):
        return f"/{target}"
    return f"/answers{target}" if target.startswith("/") or not target else f"/body/{target}"


def answer_pointers(faults: Mapping[str, str]) -> list[dict[str, str]]:
    """What is still wrong in a dossier, as the API's `problems`."""
    return [{"pointer": _pointer(target), "message": words} for target, words in faults.items()]
