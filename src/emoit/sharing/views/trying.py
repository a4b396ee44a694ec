"""A form that makes a real call of a test system in a sandbox and shows what was sent and answered."""

from __future__ import annotations

import base64
import json
from typing import cast
from urllib.parse import quote_plus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from emoit.kernel.access import ActorRequest, Refusal, process
from emoit.sharing import actions, answering, callers, catalogue, gate, refusals, rules
from emoit.sharing.actions.tokens import TokenRequest
from emoit.sharing.calls import Call
from emoit.sharing.catalogue import Service
from emoit.sharing.problems import refused
from emoit.sharing.views.pages import ways
from emoit.ui.language import current

_NAMES = ("client_id", "client_secret", "service", "purpose", "parameters", "fields")
LONGEST = 500


def show(request: HttpRequest) -> HttpResponse:
    """Client, secret, service, purpose and parameters in; the request and the answer out. Counted like any call."""
    if not settings.EMOIT_DEMO:
        raise Http404
    typed = {name: request.POST.get(name, "")[:LONGEST] for name in _NAMES}
    language = current()
    shown = _made(request, typed) if request.method == "POST" else {}
    services = catalogue.services().values()
    context = {
        "typed": typed,
        "services": [(one.key, one.name(language), typed["service"] == one.key) for one in services],
        "purposes": [
            (one.code, one.name(language), typed["purpose"] == one.code) for one in catalogue.purposes().values()
        ],
        "shown": shown,
        "links": ways("try"),
    }
    return render(request, "sharing/try.html", context)


def _made(request: HttpRequest, typed: dict[str, str]) -> dict[str, object]:
    """What was sent and what came back: `url`, `status`, `headers`, `body`."""
    service = next((one for one in catalogue.services().values() if one.key == typed["service"]), None)
    if service is None:
        return {"url": "", "status": 404, "headers": [], "body": ""}
    asked = QueryDict(typed["parameters"].lstrip("?"), mutable=True)
    asked["purpose"] = typed["purpose"]
    if typed["fields"]:
        asked["fields"] = typed["fields"]
    url = f"{settings.PUBLIC_URL}{service.path}?{asked.urlencode()}"
    try:
        response = _call(request, service, asked, typed)
    except Refusal as refusal:
        response = refused(request, refusal)
    body = json.dumps(json.loads(response.content), ensure_ascii=False, indent=2)
    headers = [(name, response[name]) for name in ("Content-Type", "RateLimit", "Retry-After") if name in response]
    return {"url": url, "status": response.status_code, "headers": headers, "body": body}


def _call(request: HttpRequest, service: Service, asked: QueryDict, typed: dict[str, str]) -> HttpResponse:
    """As a program would: a token by the secret, then the call. A refusal after that is counted."""
    now = timezone.now()
    agency_id = cast("ActorRequest", request).actor.agency_id
    pair = f"{quote_plus(typed['client_id'])}:{quote_plus(typed['client_secret'])}"
    authorization = f"Basic {base64.b64encode(pair.encode()).decode()}"
    by, most = process("sharing.try", agency_id), settings.EMOIT_SHARING_REFUSED
    sender, client = rules.guesses_from(request.META["REMOTE_ADDR"], most), rules.guesses_at(typed["client_id"])
    with refusals.limited(by=by, now=now, sender=sender, client=client):
        wanted = TokenRequest({"grant_type": "client_credentials"}, authorization, "")
        given = actions.issue_token(by=by, now=now, request=wanted)
    caller = callers.caller_of(token=given.value, certificate="", now=now, service=service, purpose=typed["purpose"])
    call = Call(service, caller, typed["purpose"], 0, now)
    try:
        answer = answering.answer(call, dict(asked.lists()))
    except Refusal:
        answering.count_refusal(call)
        raise
    response = HttpResponse(answer.body, content_type="application/json")
    for name, value in gate.headers(answer.allowance).items():
        response[name] = value
    return response
