"""Events: the log to read from a cursor, and the catalogue of their types."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Query

from emoit.api.rest.gate import ApiRequest
from emoit.api.rest.operations import Area, reply
from emoit.api.rest.webhook_shapes import After, CloudEvent, EventPage, EventTypeOut, EventTypes, Types
from emoit.api.types import Scope
from emoit.kernel.access import Refusal
from emoit.lib.saying import say
from emoit.webhooks import queries

area = Area("events", Scope.EVENTS_READ)
Limit = Annotated[int, Query(ge=1, le=500)]


@area.operation(
    "GET",
    "/events",
    "listEvents",
    "Nhật ký sự kiện từ một con trỏ · The event log from a cursor",
    answer=EventPage,
    problems=("cursor_too_old",),
)
def list_events(request: ApiRequest, after: After = 0, types: Types = "", limit: Limit = 100) -> HttpResponse:
    """What the key may see, in the order of the log, after number `after` (0: from the oldest kept). Ask again with
    the `cursor` that comes back: no event is skipped, whenever its transaction committed. `types` are separated by
    commas. Events are kept for 90 days; a cursor from before that is refused, begin again with 0."""
    wanted = [name for name in types.split(",") if name]
    unknown = sorted(set(wanted) - {entry.type for entry in queries.event_types()})
    if unknown:
        refusal = Refusal(
            "Có loại sự kiện không tồn tại.",
            code="invalid",
            fields={"query/types": say("Không có loại sự kiện «{name}»", name=unknown[0][:80])},
        )
        refusal.status = 422
        raise refusal
    page = queries.events_for(request.actor, after=after, types=wanted, limit=limit)
    items = [CloudEvent.model_validate(queries.cloud_event(event)) for event in page.events]
    return reply(EventPage(items=items, cursor=page.cursor, has_more=page.has_more))


@area.operation(
    "GET", "/events/types", "listEventTypes", "Danh mục loại sự kiện · The catalogue of event types", answer=EventTypes
)
def list_event_types(request: ApiRequest) -> HttpResponse:  # noqa: ARG001 - as every operation
    """Every type with what its `data` hold; `dataschema` is the address of their JSON Schema."""
    items = [
        EventTypeOut(
            type=entry.type,
            words=entry.words,
            words_en=entry.words_en,
            dataschema=queries.schema_address(entry.type),
            example=dict(entry.example),
        )
        for entry in queries.event_types()
    ]
    return reply(EventTypes(items=items))
