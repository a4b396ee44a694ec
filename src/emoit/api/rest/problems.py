"""Refusals as RFC 9457 says: application/problem+json, in the caller's language, pointing at the error catalogue."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.utils.translation.trans_real import parse_accept_lang_header

from emoit.api.rest import catalogue
from emoit.kernel.access import Refusal

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = {"unavailable": 30, "uninspected": 60, "storage_full": 300, "idempotency_in_flight": 1}


@lru_cache(maxsize=512)
def _preferred(accepted: str) -> str:
    for language, weight in sorted(parse_accept_lang_header(accepted), key=lambda pair: -pair[1]):
        if weight and language.split("-")[0] in {"vi", "en"}:
            return language.split("-")[0]
    return "vi"


def language_of(request: HttpRequest) -> str:
    """ "vi" or "en" by Accept-Language; Vietnamese unless asked otherwise."""
    return _preferred(request.headers.get("Accept-Language", "")[:500])


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
    told = {
        "type": catalogue.address(entry.code),
        "title": entry.title(language),
        "status": status or entry.status,
        "detail": detail or (entry.meaning_en if language == "en" else entry.meaning_vi),
        "instance": request.path,
        "code": code,
        "errors": [{"pointer": pointer, "message": words} for pointer, words in (fields or {}).items()],
    }
    response = HttpResponse(
        json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"), status=told["status"], content_type=MEDIA_TYPE
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
