"""Facts to be confirmed: where they stand, and how they follow their fact when lists change. Pure."""

from __future__ import annotations

import copy
from typing import Any

from emoit.forms.rules.pointers import MISSING, get, join, split
from emoit.procedures import parts, words
from emoit.procedures.types import Doubt

Json = dict[str, Any]
KINDS = ("defaults", "unverified")
_TABLES = (*KINDS, "sources")
_KEYS = {"papers": "code", "legal_basis": "title"}


def of(document: Json) -> list[Doubt]:
    """Every default and unverified fact of a document, defaults first, each with its place in words."""
    found = []
    for kind in KINDS:
        table = document.get(kind)
        for pointer, reason in table.items() if isinstance(table, dict) else ():
            value = get(document, pointer)
            path = tuple(int(p) if p.isdecimal() else p for p in split(pointer))
            shown = "" if value is MISSING or pointer == "/form" else words.say(path, value)
            part = parts.part_of(pointer)
            found.append(Doubt(pointer, kind, words.place(path, document), _cut(shown), str(reason), part))
    return found


def _cut(text: str) -> str:
    return text if len(text) <= 400 else text[:400] + "…"


def confirmed(document: Json, pointer: str, source: str) -> Json:
    """The document in which that fact is a fact: no default and not unverified, with the source that says so."""
    made = copy.deepcopy(document)
    for kind in KINDS:
        if isinstance(made.get(kind), dict):
            made[kind].pop(pointer, None)
    made.setdefault("sources", {})[pointer] = source
    return made


def carried(old: Json, new: Json) -> Json:
    """`new` with the pointers of its defaults, doubts and sources moved along with their facts.

    A paper is followed by its code, an act by its title, another item of a list by what it says; an item that is only
    reworded stays where it is. Pointers whose fact is gone go too.
    """
    made = copy.deepcopy(new)
    for table in _TABLES:
        if not isinstance(made.get(table), dict):
            continue
        moved = {}
        for pointer, said in made[table].items():
            now = _follow(pointer, old, new)
            if now is not None and get(made, now) is not MISSING:
                moved[now] = said
        made[table] = moved
    return made


def _follow(pointer: str, old: Json, new: Json) -> str | None:
    path = split(pointer)
    if len(path) < 2 or not path[1].isdecimal():
        return pointer
    before, after = old.get(path[0]), new.get(path[0])
    if not isinstance(before, list) or not isinstance(after, list) or int(path[1]) >= len(before):
        return pointer
    at = _index(before[int(path[1])], int(path[1]), before, after, _KEYS.get(path[0]))
    return None if at is None else join([path[0], at, *path[2:]])


def _index(item: Any, at: int, before: list[Any], after: list[Any], key: str | None) -> int | None:
    def name(thing: Any) -> Any:
        return thing.get(key) if key and isinstance(thing, dict) else thing

    same = next((n for n, other in enumerate(after) if name(other) == name(item)), None)
    if same is not None:
        return same
    # Reworded in its place: as many items as before, and what stands there now is new.
    if key is None and len(before) == len(after) and after[at] not in before:
        return at
    return None
