"""What differs between two documents, by part and in words. Pure.

Lists whose items have a key of their own (papers by code, acts by title, pages by key, fields by their place in the
answers) are compared item by item; other lists are aligned. Nothing that differs is left out: two documents without
a difference are equal.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from typing import Any

from emoit.forms.rules.pointers import MISSING
from emoit.procedures import parts, words
from emoit.procedures.types import Difference, Mark, PartDifference, Piece

Json = dict[str, Any]
Path = tuple[str | int, ...]
_KEYED = {"papers": "code", "legal_basis": "title", "pages": "key", "fields": "at"}
_MOST_TOKENS = 4000


def compare(old: Json, new: Json) -> tuple[PartDifference, ...]:
    """The differences from `old` to `new`, in the order of the parts; empty if the documents are equal."""
    found: dict[str, list[Difference]] = {}
    for path, before, after in _walk((), _plain(old), _plain(new)):
        part = parts.part_of(f"/{path[0]}") if path else "names"
        found.setdefault(part, []).append(_told(path, before, after, old, new))
    return tuple(
        PartDifference(part, parts.title_of(part), tuple(found[part])) for part in parts.PARTS if part in found
    )


def _plain(document: Json) -> Json:
    """The document with every act of the legal basis as an object: a bare title says the same."""
    basis = document.get("legal_basis")
    if not isinstance(basis, list):
        return document
    return {**document, "legal_basis": [{"title": law} if isinstance(law, str) else law for law in basis]}


def _walk(path: Path, old: Any, new: Any) -> Iterator[tuple[Path, Any, Any]]:
    """(path, before, after) of everything that differs; MISSING on the side where it is not."""
    if _same(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict) and not _is_one_thing(path):
        for key in [*new, *(key for key in old if key not in new)]:
            yield from _walk((*path, key), old.get(key, MISSING), new.get(key, MISSING))
    elif MISSING in (old, new) and _holds_fields(path, new if old is MISSING else old):
        for name, node in (new if old is MISSING else old)["properties"].items():
            sides = (MISSING, node) if old is MISSING else (node, MISSING)
            yield from _walk((*path, "properties", name), *sides)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _walk_list(path, old, new)
    else:
        yield path, old, new


def _same(old: Any, new: Any) -> bool:
    """Equal as JSON: to Python, true is 1 and 1 is 1.0."""
    if MISSING in (old, new):
        return old is new
    return old == new and json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)


def _holds_fields(path: Path, node: Any) -> bool:
    """An object of the form's schema that comes or goes is told field by field."""
    if path[:2] != ("form", "schema") or path[-2:-1] != ("properties",) or not isinstance(node, dict):
        return False
    properties = node.get("properties")
    return isinstance(properties, dict) and bool(properties)


def _is_one_thing(path: Path) -> bool:
    """Said as a whole: a term is "5 ngày làm việc", not a number and a unit."""
    return path == ("term",) or (bool(path) and path[-1] in {"show_when", "amends"})


def _walk_list(path: Path, old: list[Any], new: list[Any]) -> Iterator[tuple[Path, Any, Any]]:
    key = _KEYED.get(str(path[-1])) if path else None
    before, after = (_by_key(items, key) for items in (old, new))
    if before is None or after is None:
        yield from _aligned(path, old, new)
        return
    for name in [*after, *(name for name in before if name not in after)]:
        yield from _walk((*path, name), before.get(name, MISSING), after.get(name, MISSING))
    common_before, common_after = [n for n in before if n in after], [n for n in after if n in before]
    if common_before != common_after:
        yield (*path, "#order"), [before[n] for n in common_before], [after[n] for n in common_after]


def _by_key(items: list[Any], key: str | None) -> dict[str, Any] | None:
    if key is None or not all(isinstance(item, dict) and isinstance(item.get(key), str) for item in items):
        return None
    named = {item[key]: item for item in items}
    return named if len(named) == len(items) else None


def _aligned(path: Path, old: list[Any], new: list[Any]) -> Iterator[tuple[Path, Any, Any]]:
    texts = [[json.dumps(item, ensure_ascii=False, sort_keys=True) for item in items] for items in (old, new)]
    for verb, i1, i2, j1, j2 in difflib.SequenceMatcher(None, texts[0], texts[1], autojunk=False).get_opcodes():
        if verb == "equal":
            continue
        for n in range(max(i2 - i1, j2 - j1)):
            before = old[i1 + n] if i1 + n < i2 else MISSING
            after = new[j1 + n] if j1 + n < j2 else MISSING
            # Counted as the reader of the new document counts, of the old one where it is gone.
            yield from _walk((*path, j1 + n if j1 + n < j2 else i1 + n), before, after)


def _told(path: Path, before: Any, after: Any, old: Json, new: Json) -> Difference:
    label = words.place(path, new if after is not MISSING else old)
    if path and path[-1] == "#order":
        was, now = (", ".join(words.say(path[:-1], item, short=True) for item in side) for side in (before, after))
        return Difference("changed", label, was, now)
    if before is MISSING:
        return Difference("added", label, "", words.say(path, after))
    if after is MISSING:
        return Difference("removed", label, words.say(path, before), "")
    was, now = words.say(path, before), words.say(path, after)
    if was == now:  # alike in words, not in data
        was, now = (json.dumps(value, ensure_ascii=False, sort_keys=True) for value in (before, after))
    return Difference("changed", label, was, now, pieces(was, now))


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The change word by word; empty where the texts are too long to compare in good time."""
    old, new = (re.findall(r"\s+|\S+", text) for text in (before, after))
    if len(old) + len(new) > _MOST_TOKENS:
        return ()
    found: list[Piece] = []
    for verb, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb == "equal":
            found.append(Piece("".join(old[i1:i2]), Mark.SAME))
            continue
        if i2 > i1:
            found.append(Piece("".join(old[i1:i2]), Mark.REMOVED))
        if j2 > j1:
            found.append(Piece("".join(new[j1:j2]), Mark.ADDED))
    return tuple(found)
