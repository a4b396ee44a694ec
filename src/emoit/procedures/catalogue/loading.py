"""Publish the rows of a catalogue index, each by itself: one that is refused stops no other."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from emoit.kernel.access import Actor, Refusal
from emoit.people.types import PlaceInfo
from emoit.procedures import actions
from emoit.procedures.catalogue import rows as index
from emoit.procedures.catalogue.compile import Compiler, compile_row
from emoit.procedures.catalogue.families import families
from emoit.procedures.catalogue.tables import shipped
from emoit.procedures.types import Known, Loaded

FILE = actions.DATA / "catalogue.json"
IN_FULL = "in full elsewhere"
MAX_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Agency:
    """What loading asks of the agency: its units and processes, the places that its units serve."""

    known_unit: Known
    known_process: Known
    provinces: Sequence[PlaceInfo]
    communes: Sequence[PlaceInfo] = ()


@lru_cache(maxsize=1)
def shipped_rows() -> tuple[Mapping[str, Any], ...]:
    return tuple(read_file(FILE))


def read_file(path: Path) -> list[Any]:
    """The rows of a file. ValueError says what is wrong with the file as a whole; OSError if it cannot be read."""
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"tệp lớn hơn {MAX_BYTES // 1024 // 1024} MB")
    try:
        return index.rows_of(json.loads(path.read_text("utf-8")))
    except RecursionError as error:
        raise ValueError("tệp lồng quá nhiều cấp") from error


def kinds_in_full(folder: Path = actions.DATA) -> dict[str, str]:
    """Code to kind of result of every procedure that ships as a full document."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("procedure.json")):
        document = json.loads(path.read_text("utf-8"))
        found[document["code"]] = document["result"]["kind"]
    return found


def compiler_for(rows: Sequence[Any], agency: Agency) -> Compiler:
    """Families come from the shipped index and these rows together, so that a part of the index compiles alike."""
    tables = shipped()
    good = [row for row in (*shipped_rows(), *rows) if not index.faults(row, tables.applicants)]
    return Compiler(
        tables=tables,
        families=families(good, kinds_in_full(), tables),
        known_process=agency.known_process,
        provinces=agency.provinces,
        communes=agency.communes,
    )


def load_rows(*, by: Actor, now: datetime, rows: Sequence[Any], agency: Agency) -> list[Loaded]:
    """Compile and publish each row. The full documents that ship win over a row of the same code."""
    compiler = compiler_for(rows, agency)
    in_full, seen = kinds_in_full(), set[str]()
    outcomes = []
    for n, row in enumerate(rows, start=1):
        reasons = index.faults(row, compiler.tables.applicants)
        code = "" if reasons else index.code_of(row)
        if code and code in seen:
            reasons = [f"mã {code} lặp lại trong tệp"]
        if reasons:
            outcomes.append(Loaded(f"row {n}", code or _shown_code(row), "refused", tuple(reasons)))
            continue
        seen.add(code)
        if code in in_full:
            outcomes.append(Loaded(f"row {n}", code, IN_FULL))
        else:
            outcomes.append(_publish(by, now, f"row {n}", row, compiler, agency))
    return outcomes


def _publish(by: Actor, now: datetime, name: str, row: Mapping[str, Any], compiler: Compiler, agency: Agency) -> Loaded:
    document = compile_row(row, compiler)
    try:
        done = actions.publish(
            by=by,
            now=now,
            document=document,
            known_unit=agency.known_unit,
            known_process=agency.known_process,
        )
    except Refusal as refusal:
        reasons = tuple(f"{pointer}: {text}" for pointer, text in refusal.fields.items()) or (refusal.message,)
        return Loaded(name, document["code"], "refused", reasons)
    return Loaded(name, done.code, "published" if done.changed else "unchanged", on_defaults=True)


def _shown_code(row: Any) -> str:
    code = row.get("code") if isinstance(row, Mapping) else ""
    return code[:40] if isinstance(code, str) else ""


def summary(outcomes: Sequence[Loaded]) -> str:
    """The last line of the loader: every row is usable or refused; a row in full elsewhere is counted there."""
    count = Counter(outcome.outcome for outcome in outcomes)
    usable = count["published"] + count["unchanged"]
    return (
        f"loaded {len(outcomes)}: published {count['published']}, unchanged {count['unchanged']}, "
        f"{IN_FULL} {count[IN_FULL]}, usable {usable}, "
        f"on defaults {sum(o.on_defaults for o in outcomes)}, refused {count['refused']}"
    )
