"""Problem documents (RFC 9457) and the catalogue of codes that they name. Plain Python."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MEDIA_TYPE = "application/problem+json"
FALLBACK = "refused"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a catalogue. `status` is the HTTP status with which the code is said."""

    code: str
    status: int
    title_vi: str
    title_en: str
    meaning_vi: str
    meaning_en: str
    todo_vi: str
    todo_en: str

    def title(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_vi

    def meaning(self, language: str) -> str:
        return self.meaning_en if language == "en" else self.meaning_vi

    def todo(self, language: str) -> str:
        return self.todo_en if language == "en" else self.todo_vi


def read_entries(path: Path) -> dict[str, Entry]:
    """Code -> entry, in the order of their status; from a JSON list of objects."""
    found = [Entry(**row) for row in json.loads(path.read_text("utf-8"))]
    return {entry.code: entry for entry in sorted(found, key=lambda e: (e.status, e.code))}


def document(
    entry: Entry,
    *,
    code: str,
    where: str,
    instance: str,
    language: str,
    detail: str = "",
    status: int = 0,
    fields: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """The problem of that code. `where` is the page that explains it; `fields`: pointer -> words."""
    return {
        "type": where,
        "title": entry.title(language),
        "status": status or entry.status,
        "detail": detail or entry.meaning(language),
        "instance": instance,
        "code": code,
        "errors": [{"pointer": pointer, "message": words} for pointer, words in (fields or {}).items()],
    }
