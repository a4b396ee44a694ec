from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from emoit.exchange import actions, front, own
from emoit.exchange.actions.accept import problem
from emoit.exchange.types import Answer
from emoit.kernel.access import NotFound, process

MOST_BYTES = 20 * 1024 * 1024


@csrf_exempt  # no session is read: the signature says who sends
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """The door of other systems: one signed message in, one signed receipt or one problem out."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit() and len(length) < 12):
        return _answer(problem("length_required"))
    if int(length) > MOST_BYTES:
        return _answer(problem("too_large"))
    content = request.read(int(length))
    if len(content) != int(length):
        return _answer(problem("malformed"))
    try:
        agency_id = own.agency_id()
    except NotFound:
        return _answer(problem("wrong_recipient"))
    return _answer(
        actions.accept(
            by=process("exchange.accept", agency_id),
            now=timezone.now(),
            content=content,
            media_type=request.content_type or "",
            tls=front.fingerprint_of(request),
        )
    )


def _answer(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, content_type=answer.media_type)
    response["Cache-Control"] = "no-store"
    if answer.status == 503:
        response["Retry-After"] = "30"
    return response
