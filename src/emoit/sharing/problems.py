"""Refusals of services as RFC 9457 says, in the caller's language, pointing at our page of codes."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from emoit.kernel.access import Refusal
from emoit.lib.problems import MEDIA_TYPE, document
from emoit.sharing import catalogue, gate
from emoit.sharing.refusals import TooManyRefused
from emoit.ui.language import preferred, said_in

WAIT = {"unavailable": "30"}


def problem(
    request: HttpRequest,
    code: str,
    *,
    detail: str = "",
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    status: int = 0,
) -> HttpResponse:
    """The problem of that code; `fields`: pointer -> words."""
    entry = catalogue.error_of(code)
    language = preferred(request.headers.get("Accept-Language", ""))
    told = document(
        entry,
        code=code,
        where=catalogue.explained_at(entry.code),
        instance=request.path,
        language=language,
        detail=detail,
        status=status,
        fields=fields,
    )
    content = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
    response = HttpResponse(content, status=status or entry.status, content_type=MEDIA_TYPE)
    response["Content-Language"] = language
    if code in WAIT:
        response["Retry-After"] = WAIT[code]
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The problem of a refusal. Its own sentence is Vietnamese: an English caller reads the catalogue's."""
    language = preferred(request.headers.get("Accept-Language", ""))
    headers = gate.headers(refusal.allowance) if isinstance(refusal, gate.QuotaUsedUp) else {}
    if isinstance(refusal, TooManyRefused):
        headers["Retry-After"] = str(refusal.wait)
    if refusal.status == 401:
        why = "" if refusal.code == "no_token" else ', error="invalid_token"'  # RFC 6750, 3.1
        headers["WWW-Authenticate"] = f'Bearer realm="emoit"{why}'
    return problem(
        request,
        refusal.code,
        detail="" if language == "en" else refusal.message,
        fields={pointer: said_in(language, words) for pointer, words in refusal.fields.items()},
        headers=headers,
        status=0 if refusal.code in catalogue.errors() else refusal.status,
    )
