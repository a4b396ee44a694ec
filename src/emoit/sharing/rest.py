"""The services over HTTP: `/chia-se/v1/<service>`, the token endpoint, and a consumer's own statement."""

from __future__ import annotations

import csv
import functools
import io
import json
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, time

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt
from psycopg_pool import PoolTimeout

from emoit.exchange import actions as exchange
from emoit.exchange.queries import fingerprint_of
from emoit.exchange.types import Direction
from emoit.kernel.access import Actor, Refusal, acting_as, process
from emoit.lib.months import month_of
from emoit.lib.saying import vi
from emoit.people import queries as people
from emoit.sharing import actions, answering, callers, catalogue, gate, queries, refusals, rules
from emoit.sharing.actions.tokens import TokenRefused, TokenRequest
from emoit.sharing.calls import Call
from emoit.sharing.catalogue import Service
from emoit.sharing.problems import problem, refused
from emoit.sharing.types import Caller
from emoit.ui.language import said_in

log = logging.getLogger(__name__)
View = Callable[..., HttpResponse]
MOST_BYTES = 20_000
TOKEN = "token"  # noqa: S105 - the meter's name of the token endpoint
DATABASE_GONE = (OperationalError, InterfaceError, PoolTimeout)


def _guarded(*methods: str) -> Callable[[View], View]:
    """What stands around every operation: methods, and that whatever goes wrong is told as a problem."""

    def guard(view: View) -> View:
        @csrf_exempt  # a token or a certificate speaks here, never a session
        @functools.wraps(view)
        def run(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method not in methods:
                response = problem(request, "method_not_allowed", headers={"Allow": ", ".join(methods)})
            else:
                response = _safely(view, request, *args, **kwargs)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return run

    return guard


def _safely(view: View, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    try:
        return view(request, *args, **kwargs)
    except Refusal as refusal:
        return refused(request, refusal)
    except DATABASE_GONE as error:
        log.exception("database unavailable: %s", type(error).__name__)
        return problem(request, "unavailable")
    except Exception:
        log.exception("a service failed at %s", request.path)
        return problem(request, "internal")


@_guarded("GET")
def serve(request: HttpRequest, version: str, code: str) -> HttpResponse:
    """One call of a service."""
    service = catalogue.services().get((code, version))
    if service is None:
        return problem(request, "not_found")
    now, purpose = timezone.now(), request.GET.get("purpose", "")
    call, given = Call(service, _caller(request, now, service, purpose), purpose, 0, now), dict(request.GET.lists())
    try:
        answer = answering.answer(call, given)
    except Refusal as refusal:
        return _noticed(refused(request, _of_consumer(call, given, refusal)), service)
    response = HttpResponse(answer.body, content_type="application/json")
    for name, value in gate.headers(answer.allowance).items():
        response[name] = value
    return _noticed(response, service)


def _caller(request: HttpRequest, now: datetime, service: Service | None, purpose: str) -> Caller:
    try:
        return callers.caller_of(
            token=_bearer(request),
            certificate=fingerprint_of(request),
            now=now,
            service=service,
            purpose=purpose if purpose in catalogue.purposes() else "",
        )
    except Refusal as refusal:
        tally = rules.calls_from(_address(request), settings.EMOIT_SHARING_REFUSED)
        late = refusals.note(by=_ours(), now=now, tallies=[tally])
        if late is not None:
            raise late from refusal
        _count_unknown(now, service.key if service else "statement")
        raise


def _of_consumer(call: Call, given: dict[str, list[str]], refusal: Refusal) -> Refusal:
    """The refusal, counted: TooManyRefused in its place where no quota counts such calls and there were too many."""
    if not answering.is_within_a_grant(call, given):
        late = refusals.note(by=_ours(), now=call.now, tallies=[rules.calls_of(call.caller.consumer_id)])
        if late is not None:
            return late
    answering.count_refusal(call)
    return refusal


def _address(request: HttpRequest) -> str:
    """Who asks, as `config.entrance` says: what a client writes into a header itself counts for nothing."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _bearer(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _count_unknown(now: datetime, service: str, partner: str = "") -> None:
    """Calls of nobody that we know are counted, and nothing else of them is kept."""
    with acting_as(_ours()) as by:
        exchange.meter(by=by, now=now, direction=Direction.IN, partner=partner, service=service, failures=1)


def _ours() -> Actor:
    return process("sharing.door", people.agency_id_of(settings.EMOIT_AGENCY_CODE))


def _noticed(response: HttpResponse, service: Service) -> HttpResponse:
    for name, value in notices(service).items():
        response[name] = value
    return response


def notices(service: Service) -> dict[str, str]:
    """Deprecation (RFC 9745), Sunset (RFC 8594) and the link to what takes its place; none for a version that stays."""
    if service.deprecated is None:
        return {}
    since, sunset = (datetime.combine(d, time(), UTC) for d in (service.deprecated.since, service.deprecated.sunset))
    successor = f"/chia-se/{service.deprecated.successor}/{service.code}"
    return {
        "Deprecation": f"@{int(since.timestamp())}",
        "Sunset": http_date(sunset.timestamp()),
        "Link": f'<{successor}>; rel="successor-version", </chia-se/thay-doi/>; rel="deprecation"',
    }


@_guarded("POST")
def token(request: HttpRequest) -> HttpResponse:
    """The token endpoint (RFC 6749 §4.4.2); its errors are those of §5.2."""
    now = timezone.now()
    try:
        with _limited(request, now):
            given = actions.issue_token(by=_ours(), now=now, request=_token_request(request))
    except TokenRefused as refusal:
        _count_unknown(now, TOKEN)
        return _oauth_error(refusal)
    return _json({"access_token": given.value, "token_type": "Bearer", "expires_in": given.seconds})


@_guarded("POST")
def revoke(request: HttpRequest) -> HttpResponse:
    """A client gives its token back (RFC 7009)."""
    now = timezone.now()
    try:
        with _limited(request, now):
            actions.revoke_token(by=_ours(), now=now, request=_token_request(request))
    except TokenRefused as refusal:
        return _oauth_error(refusal)
    return HttpResponse(status=200)


def _limited(request: HttpRequest, now: datetime) -> AbstractContextManager[None]:
    client_id = actions.client_of(request.headers.get("Authorization", ""))
    return refusals.limited(
        by=_ours(),
        now=now,
        sender=rules.guesses_from(_address(request), settings.EMOIT_SHARING_REFUSED),
        client=rules.guesses_at(client_id) if client_id else None,
    )


def _token_request(request: HttpRequest) -> TokenRequest:
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if request.content_type != "application/x-www-form-urlencoded" or not length.isdecimal():
        raise TokenRefused(vi("Gửi biểu mẫu application/x-www-form-urlencoded."), error="invalid_request")
    if int(length[:9]) > MOST_BYTES or any(len(values) > 1 for _, values in request.POST.lists()):
        raise TokenRefused(vi("Biểu mẫu quá lớn hoặc có tham số lặp lại."), error="invalid_request")
    form = {name: str(value) for name, value in request.POST.items()}
    return TokenRequest(form, request.headers.get("Authorization", ""), fingerprint_of(request))


def _oauth_error(refusal: TokenRefused) -> HttpResponse:
    """In English whoever asks: RFC 6749 §5.2 lets a description have ASCII alone."""
    words = said_in("en", refusal.message)
    response = _json({"error": refusal.code, "error_description": words}, status=refusal.status)
    if refusal.status == 401:
        response["WWW-Authenticate"] = 'Basic realm="emoit"'
    return response


@_guarded("GET")
def statement(request: HttpRequest) -> HttpResponse:
    """The caller's own calls of a month (`month=2026-05`; the present one) by service and day. Not counted itself."""
    now = timezone.now()
    caller = _caller(request, now, None, "")
    month = month_of(request.GET.get("month", ""), timezone.localdate(now))
    if month is None:
        raise answering.invalid({"/query/month": vi("viết như 2026-05")})
    lines = queries.statement(process("sharing.statement", caller.agency_id), caller.code, *month)
    rows = [
        {
            "service": line.service,
            "day": line.day.isoformat(),
            "calls": line.calls,
            "refused": line.refused,
            "bytes_out": line.bytes_out,
            "price": line.price,
            "amount": line.amount,
        }
        for line in lines
    ]
    if "text/csv" in request.headers.get("Accept", ""):
        return _csv(rows)
    first, last = (day.isoformat() for day in month)
    totals = {name: sum(int(str(row[name])) for row in rows) for name in ("calls", "refused", "bytes_out", "amount")}
    return _json({"consumer": caller.code, "from": first, "to": last, "items": rows, "total": totals})


def _csv(rows: list[dict[str, object]]) -> HttpResponse:
    held = io.StringIO()
    writer = csv.DictWriter(held, ["service", "day", "calls", "refused", "bytes_out", "price", "amount"])
    writer.writeheader()
    writer.writerows(rows)
    return HttpResponse(held.getvalue(), content_type="text/csv; charset=utf-8")


def _json(told: dict[str, object], *, status: int = 200) -> HttpResponse:
    return HttpResponse(json.dumps(told, ensure_ascii=False).encode(), status=status, content_type="application/json")


@csrf_exempt
def nothing_here(request: HttpRequest, path: str) -> HttpResponse:  # noqa: ARG001 - whatever it was
    return problem(request, "not_found")
