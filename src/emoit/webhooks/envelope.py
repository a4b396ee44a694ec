"""An event as the bytes that leave: CloudEvents 1.0, structured JSON. The same at every try and at every replay."""

from __future__ import annotations

import json
from datetime import UTC

from django.conf import settings

from emoit.webhooks import catalogue
from emoit.webhooks.types import EventInfo

MEDIA_TYPE = "application/cloudevents+json"


def cloud_event(event: EventInfo) -> dict[str, object]:
    """`sequence` is the extension of that name: the event's number in the log, absent for tests and challenges."""
    told: dict[str, object] = {
        "specversion": "1.0",
        "id": event.id,
        "source": f"urn:emoit:{settings.EMOIT_AGENCY_CODE}",
        "type": event.type,
        "subject": event.subject,
        "time": event.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataschema": catalogue.schema_address(event.type),
        "data": dict(event.data),
    }
    if event.sequence is not None:
        told["sequence"] = str(event.sequence)
    return told


def body(event: EventInfo) -> bytes:
    return json.dumps(cloud_event(event), ensure_ascii=False, separators=(",", ":")).encode()
