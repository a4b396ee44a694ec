"""The API as one site: its operations, and how everything that goes wrong is told."""

from __future__ import annotations

import functools
import json
import logging
import math
from collections.abc import Callable
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from psycopg_pool import PoolTimeout

from emoit.api.rest import dossiers, events, openapi, papers, problems, procedures, progress, results, webhooks
from emoit.api.rest.gate import rate_headers
from emoit.api.types import PREFIX
from emoit.kernel.access import Refusal

log = logging.getLogger(__name__)
VERSION = "1.2.0"
MOST_BYTES = 100 * 1024 * 1024
_DEPTH = 40
_BODIES = {"", "application/json", "application/merge-patch+json", "multipart/form-data"}


class StrictParser(Parser):
    """JSON as RFC 8259 has it: no NaN, no infinities, no control characters or lone surrogates, no endless nesting."""

    def parse_body(self, request: HttpRequest) -> Any:
        value = json.loads(request.body.decode("utf-8"), parse_constant=_refuse_constant)
        _look_through(value, 0)
        return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _look_through(value: Any, depth: int) -> None:
    if depth > _DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        if any(c < " " and c not in "\n\r\t" for c in value) or any("\ud800" <= c <= "\udfff" for c in value):
            raise ValueError("control characters")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a number beyond all bounds")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _look_through(key, depth + 1)
            _look_through(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _look_through(inner, depth + 1)


def _validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields: dict[str, str] = {}
    for fault in error.errors:
        place, *rest = (str(part) for part in fault["loc"])
        # A body has its argument's name in front, which the caller does not know.
        inner = rest[1:] if place in {"body", "form", "file"} and len(rest) > 1 else rest
        fields.setdefault("/" + "/".join([place, *inner]), str(fault["msg"]))
    return problems.problem(request, "invalid", fields=fields)


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problems.problem(request, {400: "bad_request", 401: "missing_key"}.get(error.status_code, "refused"))


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    response = problems.refused(request, refusal)
    if response.status_code == 401:
        response["WWW-Authenticate"] = 'Bearer realm="emoit"'
    return response


def _telling(code: str) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda request, _error: problems.problem(request, code)


def _away(request: HttpRequest, error: BaseException) -> HttpResponse:
    log.error("database unavailable: %s", type(error).__name__, exc_info=error)
    return problems.problem(request, "unavailable")


def _failed(request: HttpRequest, error: BaseException) -> HttpResponse:
    log.error("the API failed at %s %s", request.method, request.path, exc_info=error)
    return problems.problem(request, "internal")


class Site(NinjaAPI):
    """Ninja's operations with our own refusals and our own OpenAPI."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:
        found = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        return openapi.completed(found)


def _make() -> Site:
    site = Site(
        title="emoit API",
        version=VERSION,
        description=openapi.DESCRIPTION,
        docs_url=None,
        openapi_url=None,
        urls_namespace="rest",
        parser=StrictParser(),
    )
    for module in (procedures, dossiers, papers, progress, results, events, webhooks):
        site.add_router("", module.area.router)
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        Exception: _failed,
        Refusal: _refused,
        ValidationError: _validation,
        HttpError: _http_error,
        Http404: _telling("not_found"),
        RequestDataTooBig: _telling("too_large"),
        SuspiciousOperation: _telling("bad_request"),
        MultiPartParserError: _telling("bad_request"),
        UnreadablePostError: _telling("bad_request"),
        OperationalError: _away,
        InterfaceError: _away,
        PoolTimeout: _away,
    }
    for kind, handler in handlers.items():
        site.add_exception_handler(kind, handler)
    return site


site = _make()


def _guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """What stands before and after every operation: sizes and kinds of bodies, methods, headers."""

    @csrf_exempt  # a key speaks here, never a session
    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if _announced(request) > MOST_BYTES:
            response: HttpResponseBase = problems.problem(request, "too_large")
        elif request.content_type not in _BODIES and _announced(request):
            response = problems.problem(request, "media_type")
        else:
            response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            response = problems.problem(request, "method_not_allowed", headers={"Allow": response["Allow"]})
        return dressed(request, response)

    return run


def dressed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The headers that every answer bears: nothing of it is kept by a cache, and what the rate limit leaves."""
    response.headers.setdefault("Cache-Control", "private, no-store")
    response.headers.setdefault("Vary", "Authorization, Accept-Language")
    allowance = getattr(request, "allowance", None)
    if allowance is not None and "RateLimit" not in response:
        for name, value in rate_headers(allowance).items():
            response[name] = value
    return response


def _announced(request: HttpRequest) -> int:
    text = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


@csrf_exempt
def nothing_here(request: HttpRequest, path: str) -> HttpResponseBase:  # noqa: ARG001 - whatever it was
    return dressed(request, problems.problem(request, "not_found"))


def urls() -> list[URLPattern | URLResolver]:
    """The operations' addresses, each guarded; anything else below the API is a problem too, not a page."""
    found: list[URLPattern | URLResolver] = []
    for pattern in site.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name != "api-root":
            pattern.callback = _guarded(pattern.callback)
            found.append(pattern)
    return [*found, re_path(r"^(?P<path>.+)$", nothing_here, name="nothing")]


def schema() -> dict[str, Any]:
    """The OpenAPI document, made once."""
    return _schema()


@functools.lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(site.get_openapi_schema(path_prefix=PREFIX.strip("/")), default=str))
    return found
