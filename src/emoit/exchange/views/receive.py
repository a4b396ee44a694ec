from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from emoit.exchange.envelopes import format_of
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.types import Answer, Format
from emoit.exchange.views.bodies import read_body
from emoit.exchange.views.taking import refuse, respond, take


@csrf_exempt  # no session is read: the signature says who sends
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """The door of other systems: one signed message in, one signed receipt or one problem out."""
    return _answer(_judge(request))


def _judge(request: HttpRequest) -> Answer:
    try:
        if format_of(request.content_type or "") is Format.AS4:
            raise BadEnvelope("media_type")  # it has a door of its own
        return take(request, read_body(request), request.content_type or "")
    except BadEnvelope as fault:
        return refuse(fault.code)


def _answer(answer: Answer) -> HttpResponse:
    return respond(answer.body, status=answer.status, content_type=answer.media_type, code=answer.code)
