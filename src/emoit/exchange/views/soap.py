from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from emoit.exchange.envelopes import MEDIA_TYPES, soap
from emoit.exchange.envelopes.xml_form import DSIG, NAMESPACE
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.types import Format
from emoit.exchange.views.bodies import read_body
from emoit.exchange.views.taking import refuse, respond, take

_ACTIONS = {"", '""', f'"{soap.ACTION}"', soap.ACTION}  # without one the address says what is meant


@csrf_exempt  # no session is read: the signature says who sends
@require_http_methods(["GET", "HEAD", "POST"])
def receive_soap(request: HttpRequest) -> HttpResponse:
    """The same door by SOAP 1.1: a signed receipt or a fault in the Body. GET tells the service's WSDL."""
    if request.method != "POST":
        return _describe(request)
    try:
        answer = take(request, _message(request), MEDIA_TYPES[Format.XML])
    except BadEnvelope as fault:
        answer = refuse(fault.code)
    if not answer.is_receipt:
        return _fault(answer.code, answer.reason)
    return respond(soap.wrap(answer.body), status=200, content_type=soap.CONTENT_TYPE, code="")


def _message(request: HttpRequest) -> bytes:
    content = read_body(request)
    if request.content_type == "application/soap+xml":
        raise BadEnvelope("soap_version")
    if request.content_type != soap.MEDIA_TYPE:
        raise BadEnvelope("media_type")
    if request.headers.get("SOAPAction", "").strip() not in _ACTIONS:
        raise BadEnvelope("soap_action")
    return soap.unwrap_message(content)


def _fault(code: str, reason: str) -> HttpResponse:
    """SOAP 1.1 answers every fault with 500; the status that HTTP would have is told within."""
    return respond(soap.pack_fault(code, reason), status=500, content_type=soap.CONTENT_TYPE, code=code)


def _describe(request: HttpRequest) -> HttpResponse:
    told: dict[str, Any] = {
        "address": request.build_absolute_uri(request.path),
        "action": soap.ACTION,
        "namespace": NAMESPACE,
        "dsig": DSIG,
        "soap": soap.SOAP,
    }
    return render(request, "exchange/service.wsdl", told, content_type=soap.CONTENT_TYPE)
