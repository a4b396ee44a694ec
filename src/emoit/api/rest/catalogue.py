"""Every way in which the API refuses: the code, its HTTP status, what it means and what to do, in both languages.

The words stand in `data/errors.json`, one object a code; they are what an English caller reads as `detail`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

DATA = Path(__file__).resolve().parents[1] / "data" / "errors.json"
FALLBACK = "refused"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the catalogue. `status` is the HTTP status with which the API says it."""

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


@lru_cache(maxsize=1)
def entries() -> dict[str, Entry]:
    """Code -> entry, in the order of their status."""
    found = [Entry(**row) for row in json.loads(DATA.read_text("utf-8"))]
    return {entry.code: entry for entry in sorted(found, key=lambda e: (e.status, e.code))}


def entry_of(code: str) -> Entry:
    """The entry of that code; a code that the catalogue does not know is told as `refused`."""
    every = entries()
    return every.get(code) or every[FALLBACK]


def address(code: str) -> str:
    """The `type` of a problem: where the error catalogue explains the code."""
    return f"{settings.PUBLIC_URL}/api/v1/loi/#{code}"
