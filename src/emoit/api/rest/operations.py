"""How an operation is declared, and what surrounds each: key, scope, one transaction, idempotency, headers."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date
from ninja import Router
from pydantic import BaseModel

from emoit.api.rest import examples, idempotency
from emoit.api.rest.gate import ApiRequest, NeedsScope
from emoit.api.types import PREFIX, Scope
from emoit.kernel import audit
from emoit.kernel.access import Refusal, acting_as

View = Callable[..., HttpResponseBase]
ONE = "/dossiers/{int:dossier_id}"


@dataclass(frozen=True, slots=True)
class Deprecated:
    """An operation on its way out: since when, until when, and the address (path template) that takes its place."""

    since: date
    sunset: date
    successor: str


@dataclass(frozen=True, slots=True)
class Operation:
    """What the OpenAPI says of an operation beyond its types. `example` is the answer's, `bodies` name examples of
    requests, `problems` the codes that it gives besides the common ones, `links` are OpenAPI links."""

    id: str
    method: str
    path: str
    scope: Scope
    success: int
    example: Any
    bodies: Mapping[str, Any]
    problems: tuple[str, ...]
    versioned: bool
    media_type: str
    links: Mapping[str, Mapping[str, Any]]
    deprecated: Deprecated | None


EVERY: dict[str, Operation] = {}


@dataclass(slots=True)
class Area:
    """A router whose operations all have a scope: `reads` for GET, `writes` for whatever changes something."""

    tag: str
    reads: Scope
    writes: Scope | None = None
    router: Router = field(default_factory=Router)

    def operation(
        self,
        method: str,
        path: str,
        id: str,  # noqa: A002 - the word of OpenAPI
        summary: str,
        *,
        answer: type[BaseModel] | None = None,
        success: int = 0,
        bodies: Mapping[str, Any] | None = None,
        problems: tuple[str, ...] = (),
        versioned: bool = False,
        media_type: str = "application/json",
        links: Mapping[str, Mapping[str, Any]] | None = None,
        deprecated: Deprecated | None = None,
    ) -> Callable[[View], View]:
        """Declare a view as an operation. `versioned`: its answer bears an ETag, and If-Match is heeded on writes.

        The answer's example is the one of its type; DELETE succeeds with 204, the others with 200 unless said.
        """
        scope = self.reads if method == "GET" else self.writes
        if scope is None:
            raise ValueError(f"{id} changes something, and {self.tag} has no scope for that")
        success = success or (204 if method == "DELETE" else 200)
        example = examples.BY_ANSWER[answer] if answer else None
        known = Operation(
            id, method, path, scope, success, example, bodies or {}, problems, versioned, media_type, links or {},
            deprecated,
        )  # fmt: skip

        def declare(view: View) -> View:
            EVERY[id] = known
            self.router.add_api_operation(
                path,
                [method],
                _surrounded(known, view),
                auth=NeedsScope(scope),
                response={success: answer},
                operation_id=id,
                summary=summary,
                description=inspect.getdoc(view) or summary,
                tags=[self.tag],
                deprecated=deprecated is not None or None,
                by_alias=True,
            )
            return view

        return declare


def _surrounded(known: Operation, view: View) -> View:
    """The view in one transaction of its key's actor; what it refuses is undone, and noted where it was a door."""

    named = {*inspect.signature(view).parameters} - {"request"} if known.method == "GET" else set()

    @functools.wraps(view)
    def run(request: ApiRequest, **values: Any) -> HttpResponseBase:
        try:
            _nothing_else_asked(request, named)
            with acting_as(request.actor):
                response = _once(known, view, request, values)
                if response.status_code >= 500:
                    transaction.set_rollback(True)
        except Refusal as refusal:
            _note(known, request, refusal, values)
            raise
        for name, value in _notices(known, values).items():
            response[name] = value
        return response

    run.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    return run


def _nothing_else_asked(request: ApiRequest, named: set[str]) -> None:
    """A name in the query that the operation does not know is a mistake, and so is a second value."""
    words = {name: "tham số không có ở thao tác này" for name in request.GET if name not in named}
    words |= {n: "chỉ gửi một giá trị" for n, v in request.GET.lists() if len(v) > 1 and n in named and n != "status"}
    if words:
        refusal = Refusal(
            "Có tham số mà thao tác này không nhận.",
            code="invalid",
            fields={f"query/{name[:60]}": told for name, told in list(words.items())[:20]},
        )
        refusal.status = 422
        raise refusal


def _once(known: Operation, view: View, request: ApiRequest, values: dict[str, Any]) -> HttpResponseBase:
    key = idempotency.key_of(request) if known.method == "POST" else ""
    if not key:
        return view(request, **values)
    before = idempotency.earlier(request, key)
    if before is not None:
        return before
    response = view(request, **values)
    if response.status_code < 400 and isinstance(response, HttpResponse):
        idempotency.keep(request, key, response)
    return response


def _note(known: Operation, request: ApiRequest, refusal: Refusal, values: dict[str, Any]) -> None:
    """A known account at a door that is not theirs leaves a row, as it does on the screens."""
    if refusal.status in {403, 404}:
        ids = {name: value for name, value in values.items() if isinstance(value, int)}
        audit.record_refusal(
            by=request.actor, now=request.now, screen=f"api:{known.id}", status=refusal.status, ids=ids
        )


def _notices(known: Operation, values: dict[str, Any]) -> dict[str, str]:
    """Deprecation (RFC 9745), Sunset (RFC 8594) and the link to what takes its place."""
    if known.deprecated is None:
        return {}
    since, sunset = (datetime.combine(d, time(), UTC) for d in (known.deprecated.since, known.deprecated.sunset))
    successor = PREFIX.rstrip("/") + known.deprecated.successor.format(**values)
    return {
        "Deprecation": f"@{int(since.timestamp())}",
        "Sunset": http_date(sunset.timestamp()),
        "Link": f'<{successor}>; rel="successor-version", <{PREFIX}thay-doi/>; rel="deprecation"',
    }


def reply(body: BaseModel | None, *, status: int = 200, version: int | None = None, location: str = "") -> HttpResponse:
    """The operation's answer. `version` becomes its ETag."""
    content = b"" if body is None else body.model_dump_json(by_alias=True).encode()
    response = HttpResponse(content, status=status, content_type="application/json" if content else None)
    if version is not None:
        response["ETag"] = f'"{version}"'
    if location:
        response["Location"] = PREFIX.rstrip("/") + location
    return response


def if_match(request: ApiRequest) -> int | None:
    """The version that the caller has seen; None where they do not say (or say `*`). Refusal `bad_etag`."""
    text = request.headers.get("If-Match", "*").strip()
    if text == "*":
        return None
    digits = text.removeprefix("W/").strip('"')
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 9:
        refusal = Refusal("If-Match phải là ETag mà API đã trả về.", code="bad_etag")
        refusal.status = 400
        raise refusal
    return int(digits)
