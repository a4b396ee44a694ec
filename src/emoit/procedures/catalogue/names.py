"""What a procedure's name says: whether it issues or follows up an earlier result, and the family of that result."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from emoit.lib.vietnamese import fold
from emoit.procedures.catalogue.tables import Tables
from emoit.procedures.types import Change

LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class Reading:
    """`change` is None for a procedure that issues; `phrase` is the result's noun phrase as written in the name."""

    change: Change | None
    phrase: str


def read_name(name: str, tables: Tables) -> Reading:
    """Take the verbs off a procedure's name: "Cấp lại Giấy phép X" is (reissue, "Giấy phép X")."""
    words = _without(squeeze(name), tables.prefixes)
    for start, change in tables.follow_ups:
        if (rest := _after(words, start)) is not None:
            return Reading(change, _noun(rest, tables))
    return Reading(None, _noun(_without(words, tables.issuing), tables))


def squeeze(text: str) -> str:
    """NFC, one blank between words, no full stop at the end."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip().rstrip(".")


def key_of(phrase: str) -> str:
    """A stable key of a phrase: `[a-z][a-z0-9_]*`, at most 40 characters; long phrases end in a part of their hash.

    Upper case, accents and spellings such as hoá/hóa make no difference.
    """
    folded = fold(phrase)
    slug = re.sub(r"[^a-z0-9]+", "_", folded).strip("_")
    if not slug or not slug[0].isalpha():
        slug = f"k_{slug}".rstrip("_")
    if len(slug) <= LONGEST_KEY:
        return slug
    tail = hashlib.sha256(slug.encode()).hexdigest()[:8]
    return f"{slug[: LONGEST_KEY - 9].rstrip('_')}_{tail}"


def own_code(name: str, field: str) -> str:
    """The stable key of a procedure that has no national code."""
    text = unicodedata.normalize("NFC", f"{name}|{field}")
    return f"NC-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def _noun(words: str, tables: Tables) -> str:
    for tail in tables.tails:
        if fold(words).endswith(fold(tail)):
            words = words[: -len(tail)].rstrip()
    return words


def _without(words: str, starts: tuple[str, ...]) -> str:
    for start in starts:
        if (rest := _after(words, start)) is not None:
            return rest
    return words


def _after(words: str, start: str) -> str | None:
    """What follows `start` (whole words, upper or lower case); None if the words do not begin so or end there."""
    if words[: len(start)].casefold() != start.casefold() or words[len(start) : len(start) + 1] != " ":
        return None
    return words[len(start) :].strip() or None
