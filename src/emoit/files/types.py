"""What others may hold of a stored file."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Kind(enum.StrEnum):
    """What a place in a form may accept; the values are what `accept` of `actions.receive` holds."""

    PDF = "pdf"
    IMAGE = "image"  # JPEG and PNG
    DOCX = "docx"
    XLSX = "xlsx"
    ZIP = "zip"


class ContentState(enum.StrEnum):
    QUARANTINED = "quarantined"
    CLEAN = "clean"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file under its name. `digest` is the SHA-256 of the content in hex, `size` in bytes, `pages` of a PDF only."""

    id: int
    digest: str
    name: str
    size: int
    media_type: str
    pages: int | None
    state: ContentState
