"""What all doors do: hand the signed bytes to `accept` as a process of ours, and answer without leaving traces."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from emoit.exchange import actions, front, own
from emoit.exchange.actions.accept import problem
from emoit.exchange.faults import FAULTS, BadEnvelope
from emoit.exchange.types import Answer
from emoit.kernel.access import NotFound, process

LATER_SECONDS = 30


def take(request: HttpRequest, content: bytes, media_type: str) -> Answer:
    """A receipt or a problem. BadEnvelope `wrong_recipient` where this installation serves no agency yet."""
    try:
        agency_id = own.agency_id()
    except NotFound as error:
        raise BadEnvelope("wrong_recipient") from error
    return actions.accept(
        by=process("exchange.accept", agency_id),
        now=timezone.now(),
        content=content,
        media_type=media_type,
        tls=front.fingerprint_of(request),
    )


def refuse(code: str) -> Answer:
    """The problem, counted for the operator where there is an agency to count for."""
    try:
        by = process("exchange.accept", own.agency_id())
    except NotFound:
        return problem(code)
    return actions.turn_away(by=by, now=timezone.now(), code=code)


def respond(body: bytes, *, status: int, content_type: str, code: str) -> HttpResponse:
    """`code` "" for a receipt; one that passes by itself asks for another try."""
    response = HttpResponse(body, status=status, content_type=content_type)
    response["Cache-Control"] = "no-store"
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - told in the rejections, no failure
    if code and FAULTS[code][0] == 503:
        response["Retry-After"] = str(LATER_SECONDS)
    return response
