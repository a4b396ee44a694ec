"""Every way in which the API refuses: the code, its HTTP status, what it means and what to do, in both languages.

The words stand in `data/errors.json`, one object a code; they are what an English caller reads as `detail`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from emoit.lib.problems import FALLBACK, Entry, read_entries

DATA = Path(__file__).resolve().parents[1] / "data" / "errors.json"


@lru_cache(maxsize=1)
def entries() -> dict[str, Entry]:
    """Code -> entry, in the order of their status."""
    return read_entries(DATA)


def entry_of(code: str) -> Entry:
    """The entry of that code; a code that the catalogue does not know is told as `refused`."""
    every = entries()
    return every.get(code) or every[FALLBACK]


def address(code: str) -> str:
    """The `type` of a problem: where the error catalogue explains the code."""
    return f"{settings.PUBLIC_URL}/api/v1/loi/#{code}"
