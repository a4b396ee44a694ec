"""The figures of a year, from `data/year_2019.json`: each with its source and year, or marked as assumed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a year is made of. Shares lie in [0, 1]; weights need not sum up to anything.

    `rush`: first and last day, and how many of `dossiers` fall between them.
    """

    year: int
    dossiers: int
    enterprises: int
    citizens: int
    online_share: float
    counter_share_of_rest: float
    busiest_day: int
    rush: tuple[date, date, int]
    procedure_skew: float
    enterprise_skew: float
    heavy_codes: tuple[str, ...]
    heavy_words: tuple[str, ...]
    months: tuple[float, ...]
    weekdays: tuple[float, ...]
    holiday: float
    jitter: float
    hours: tuple[float, ...]
    refused_at_intake: float
    supplement: float
    supplement_abandoned: float
    supplement_days: tuple[float, float, float]
    refused: float
    withdrawn: float
    stopped: float
    rework: float
    opinions: float
    opinions_two: float
    opinions_missing: float
    inspection_failed: float
    late: float
    late_extended: float
    intake_minutes: float
    payment_hours: float
    pace: tuple[float, float, float]
    default_term_days: int
    officers: dict[str, int]


_PLAIN = (
    "dossiers", "enterprises", "citizens", "online_share", "counter_share_of_rest", "busiest_day", "procedure_skew",
    "enterprise_skew", "holiday", "jitter", "refused_at_intake", "supplement", "supplement_abandoned", "refused",
    "withdrawn", "stopped", "rework", "opinions", "opinions_two", "opinions_missing", "inspection_failed", "late",
    "late_extended", "intake_minutes", "payment_hours", "default_term_days", "officers",
)  # fmt: skip
_LISTS = ("months", "weekdays", "hours", "supplement_days", "pace")


def read(path: Path = DATA / "year_2019.json") -> Profile:
    """Read a profile. ValueError for a figure that is neither sourced nor marked as assumed."""
    document = json.loads(path.read_text("utf-8"))
    figures: dict[str, dict[str, Any]] = document["figures"]
    bare = [name for name, f in figures.items() if not f.get("assumed") and not (f.get("source") and f.get("year"))]
    if bare:
        raise ValueError(f"neither a source with its year nor marked as assumed: {', '.join(bare)}")
    rush, heavy = figures["rush"]["value"], figures["heavy"]
    named: dict[str, Any] = {name: figures[name]["value"] for name in _PLAIN}
    named |= {name: tuple(figures[name]["value"]) for name in _LISTS}
    return Profile(
        year=document["year"],
        rush=(date.fromisoformat(rush["from"]), date.fromisoformat(rush["to"]), rush["dossiers"]),
        heavy_codes=tuple(heavy["value"]),
        heavy_words=tuple(heavy["words"]),
        **named,
    )
