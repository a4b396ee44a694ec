"""The catalogue of event types, from `data/types.json`: what each tells, and that it tells no more."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from emoit.webhooks.types import Data, EventType

FILE = Path(__file__).resolve().parent / "data" / "types.json"
PREFIX = "vn.gov.moit.emoit."
CHALLENGE = f"{PREFIX}webhook.challenge"
TEST = f"{PREFIX}webhook.test"
SCHEMAS = "/api/v1/su-kien/"
_KINDS: dict[str, type] = {"string": str, "integer": int}


@lru_cache(maxsize=1)
def entries() -> dict[str, EventType]:
    """Type -> entry, in the order of the file."""
    found = [EventType(**row) for row in json.loads(FILE.read_text("utf-8"))]
    return {entry.type: entry for entry in found}


def subscribable() -> list[EventType]:
    """The types that stand in the log; the others go to one receiver alone."""
    return [entry for entry in entries().values() if entry.in_log]


def check(kind: str, data: Data) -> EventType:
    """The entry. ValueError where the data are not exactly what the catalogue promises of the type."""
    entry = entries().get(kind)
    if entry is None:
        raise ValueError(f"no event type {kind}")
    if set(data) != set(entry.data):
        raise ValueError(f"{kind} tells {sorted(entry.data)}, not {sorted(data)}")
    for name, schema in entry.data.items():
        value = data[name]
        if not isinstance(value, _KINDS[str(schema["type"])]):
            raise ValueError(f"{kind}: {name} is not of type {schema['type']}")
        if ("const" in schema and value != schema["const"]) or value not in schema.get("enum", [value]):  # type: ignore[operator]
            raise ValueError(f"{kind}: {name} is not as the catalogue says")
    return entry


def schema_address(kind: str) -> str:
    return f"{settings.PUBLIC_URL}{SCHEMAS}{kind.removeprefix(PREFIX)}.json"


def schema(entry: EventType) -> dict[str, object]:
    """JSON Schema 2020-12 of an event's `data`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": schema_address(entry.type),
        "title": entry.words_en,
        "type": "object",
        "required": list(entry.data),
        "properties": {name: dict(one) for name, one in entry.data.items()},
    }
