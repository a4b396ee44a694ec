"""What is said of a draft before it is published: faults, doubts, differences, its form."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emoit.forms.types import Problem


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the linter says of a document: `errors` stop its publication, `warnings` do not."""

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A fact to be confirmed. `kind`: defaults or unverified; `place`: the pointer in words."""

    pointer: str
    kind: str
    place: str
    value: str
    reason: str
    part: str


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a draft's form: `words` are label, hint, help ({"vi", "en"}) as far as it has them."""

    pointer: str
    label: str
    kind: str
    required: bool
    words: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FormPage:
    key: str
    title: str
    fields: tuple[FormField, ...]


class Mark(enum.StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words of a changed text."""

    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing added, removed or changed. `pieces` tell a change word by word; empty where the texts are too long."""

    kind: str
    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class PartDifference:
    """What differs in one part of the document; `part` is a key of `parts.PARTS`."""

    part: str
    title: str
    differences: tuple[Difference, ...]
