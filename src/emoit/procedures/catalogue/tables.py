"""The rules of the compilation as data: `data/catalogue_rules.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from emoit.procedures.types import Change

FILE = Path(__file__).parent.parent / "data" / "catalogue_rules.json"


@dataclass(frozen=True, slots=True)
class Tables:
    """Each table is described beside it in the file. Names compare as written there."""

    prefixes: tuple[str, ...]
    follow_ups: tuple[tuple[str, Change], ...]
    issuing: tuple[str, ...]
    tails: tuple[str, ...]
    links: Mapping[str, tuple[str, ...]]
    units: Mapping[str, str]
    field_units: Mapping[str, str]
    applicants: Mapping[str, tuple[str, ...]]
    applicant_notes: Mapping[str, str]
    fee_remarks: tuple[str, ...]
    automatic: tuple[str, ...]
    short: tuple[str, ...]
    inspection: tuple[str, ...]
    appraisal: tuple[str, ...]
    symbols: tuple[tuple[str, str], ...]
    form_papers: tuple[str, ...]
    notes_not_papers: tuple[str, ...]
    conditional_papers: tuple[str, ...]


@lru_cache(maxsize=1)
def shipped() -> Tables:
    return read_tables(json.loads(FILE.read_text("utf-8")))


def read_tables(data: Mapping[str, Any]) -> Tables:
    return Tables(
        prefixes=tuple(data["prefixes"]),
        follow_ups=tuple((row["start"], Change(row["change"])) for row in data["follow_ups"]),
        issuing=tuple(data["issuing"]),
        tails=tuple(data["tails"]),
        links={row["phrase"]: tuple(row["earlier"]) for row in data["links"]},
        units=dict(data["units"]),
        field_units=dict(data["field_units"]),
        applicants={name: tuple(row["as"]) for name, row in data["applicants"].items()},
        applicant_notes={name: row["note"] for name, row in data["applicants"].items() if row["note"]},
        fee_remarks=tuple(data["fee_remarks"]),
        automatic=tuple(data["automatic"]),
        short=tuple(data["short"]),
        inspection=tuple(data["inspection"]),
        appraisal=tuple(data["appraisal"]),
        symbols=tuple((row["start"], row["symbol"]) for row in data["symbols"]),
        form_papers=tuple(data["form_papers"]),
        notes_not_papers=tuple(data["notes_not_papers"]),
        conditional_papers=tuple(data["conditional_papers"]),
    )
