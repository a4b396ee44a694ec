"""Which earlier results a follow-up changes: kinds of results by the names of the procedures that issue them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from emoit.procedures.catalogue.names import Reading, key_of, read_name
from emoit.procedures.catalogue.rows import Row, code_of, text
from emoit.procedures.catalogue.tables import Tables


@dataclass(frozen=True, slots=True)
class Families:
    """`of_phrase` and `of_code` say which kind of result a procedure that issues gives."""

    of_phrase: Mapping[str, str]
    of_code: Mapping[str, str]


def families(rows: Iterable[Row], full: Mapping[str, str], tables: Tables) -> Families:
    """From the rows of an index and the kinds of the procedures that exist in full (code to kind)."""
    by_phrase: dict[str, str] = {}
    by_code: dict[str, str] = dict(full)
    for row in rows:
        reading = read_name(text(row, "name_vi"), tables)
        code = code_of(row)
        if reading.change is None:
            kind = by_code.setdefault(code, key_of(reading.phrase))
            by_phrase.setdefault(key_of(reading.phrase), kind)
    return Families(by_phrase, by_code)


def issued_kind(code: str, reading: Reading, known: Families) -> str:
    return known.of_code.get(code) or key_of(reading.phrase)


@dataclass(frozen=True, slots=True)
class Earlier:
    """`kinds` that a follow-up changes; `kind` of what it issues; whether a procedure that issues them is known."""

    kinds: tuple[str, ...]
    kind: str
    is_known: bool


def earlier_kinds(reading: Reading, field: str, known: Families, tables: Tables) -> Earlier:
    """What a follow-up stands on.

    Its own family is always among them, so that what was reissued once can be reissued again. Where no procedure
    issues it, so is the kind of the whole field, which old results without a family bear.
    """
    own = key_of(reading.phrase)
    named = tables.links.get(reading.phrase, ())
    found = [known.of_phrase[own]] if own in known.of_phrase else []
    for name in named:
        kind = known.of_code.get(name[1:]) if name.startswith("@") else known.of_phrase.get(key_of(name))
        found += [kind] if kind else []
    kinds = [*found, own] if found else [own, field_kind(field)]
    return Earlier(tuple(dict.fromkeys(kinds)), found[0] if len(set(found)) == 1 else own, bool(found))


def field_kind(field: str) -> str:
    """The kind of results of a field of which nothing closer is known."""
    return key_of(f"lĩnh vực {field}")
