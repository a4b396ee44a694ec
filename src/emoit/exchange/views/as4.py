from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from emoit.exchange import keys, own
from emoit.exchange.envelopes.as4 import mime, shape, signals
from emoit.exchange.faults import BadEnvelope
from emoit.exchange.types import Answer, Use
from emoit.exchange.views.bodies import read_body
from emoit.exchange.views.taking import refuse, respond, take
from emoit.kernel.access import NotFound, acting_as, process

_MESSAGE_ID = re.compile(r"[\x21-\x7e]{1,200}")
_BOUNDARY = re.compile(r"""boundary\s*=\s*(?:"([^"]+)"|([^\s;"]+))""", re.IGNORECASE)


@csrf_exempt  # no session is read: the signature says who sends
@require_POST
def receive_as4(request: HttpRequest) -> HttpResponse:
    """The same door by AS4: one user message in, a signed receipt or a signed ebMS error out."""
    content = b""
    try:
        content = read_body(request)
        _judge_type(request, content)
        answer = take(request, content, mime.MULTIPART)
    except BadEnvelope as fault:
        answer = refuse(fault.code)
    if answer.is_receipt:
        return respond(answer.body, status=200, content_type=signals.CONTENT_TYPE, code="")
    return _error(answer, content)


def _judge_type(request: HttpRequest, content: bytes) -> None:
    """The header must speak of the body's own boundary; a bare signal is nothing that we wait for."""
    if request.content_type == signals.MEDIA_TYPE:
        raise BadEnvelope("not_supported")
    if request.content_type != mime.MULTIPART:
        raise BadEnvelope("media_type")
    told = _BOUNDARY.search(request.headers.get("Content-Type", ""))
    if told is None or (told[1] or told[2]) != mime.boundary_of(content):
        raise BadEnvelope("bad_mime")


def _error(answer: Answer, content: bytes) -> HttpResponse:
    """400 where the sender must change something, 503 where another try helps; unsigned only if we have no key."""
    status = 503 if answer.status >= 500 else 400
    try:
        agency_id = own.agency_id()
        with acting_as(process("exchange.accept", agency_id)):
            key = keys.own(agency_id, timezone.now(), Use.AS4)
        body = signals.pack_error(answer.code, _about(content), key)
    except (BadEnvelope, NotFound):
        return respond(answer.body, status=status, content_type=answer.media_type, code=answer.code)
    return respond(body, status=status, content_type=signals.CONTENT_TYPE, code=answer.code)


def _about(content: bytes) -> str:
    """The MessageId that the sender gave; nothing of it is verified."""
    try:
        found = shape.message_id(shape.read(mime.split(content).soap))
    except BadEnvelope:
        return ""
    return found if _MESSAGE_ID.fullmatch(found) else ""
