"""Calm answers where a request cannot be served."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from psycopg_pool import PoolTimeout

from emoit.kernel.access import Refusal

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 30


def _page(template: str, plain: str, context: dict[str, Any] | None = None, request: HttpRequest | None = None) -> str:
    """The page in the site's frame; where even that cannot be made, the plain one."""
    try:
        return render_to_string(template, context, request)
    except Exception:  # the page that tells of a failure must not fail
        log.exception("page %s could not be made", template)
        return render_to_string(plain, context)


def unavailable(error: BaseException) -> HttpResponse:
    """503: the database cannot be reached. Rendered without it; what was saved before is safe, this request is not."""
    log.error("database unavailable: %s", type(error).__name__, exc_info=error)
    response = HttpResponse(_page("503.html", "people/unavailable.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a refusal that no screen showed beside its own form."""
    page = _page("ui/error.html", "people/refused.html", {"refusal": refusal, "back": request.path}, request)
    return HttpResponse(page, status=refusal.status)


def server_error(_request: HttpRequest) -> HttpResponse:
    """handler500. A database lost outside the view (session, commit) is 503, anything else 500."""
    error = sys.exc_info()[1]
    if isinstance(error, (OperationalError, InterfaceError, PoolTimeout)):
        return unavailable(error)
    return HttpResponse(_page("500.html", "people/server_error.html"), status=500)
