"""The organisation from a file: the agency's profile, titles and the tree of units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from django.db import models, transaction

from emoit.kernel import audit
from emoit.kernel.access import Actor, Forbidden, Refusal, acting_as, platform, process
from emoit.people.models import Agency, Position, Unit
from emoit.people.rules import is_organisation_code
from emoit.people.types import LoadCount

M = TypeVar("M", bound=models.Model)

_AGENCY = [
    "name",
    "name_en",
    "short_name",
    "abbr",
    "emblem_text",
    "address",
    "phone",
    "email",
    "website",
    "dossier_code",
    "dossier_number_width",
    "result_number_width",
    "sources",
]
_POSITION = ["name", "name_en", "rank", "source"]
_UNIT = ["name", "name_en", "abbr", "kind", "national_code", "note", "sources"]
_UNIT_KEYS = {"code", "parent", "succeeded_by", "valid_from", "valid_to", *_UNIT}
_FACTS = _UNIT_KEYS - {"sources", "note"}


def _put(row: M | None, make: Callable[[], M], values: Mapping[str, Any]) -> tuple[M, LoadCount]:
    """Write `values` into the row where they differ; a new row where there is none."""
    if row is None:
        fresh = make()
        for name, value in values.items():
            setattr(fresh, name, value)
        fresh.save(force_insert=True)
        return fresh, LoadCount(new=1)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if not changed:
        return row, LoadCount(same=1)
    for name in changed:
        setattr(row, name, values[name])
    row.save(update_fields=changed)
    return row, LoadCount(changed=1)


def _unit_faults(units: list[Mapping[str, Any]]) -> Iterable[str]:
    codes = [u.get("code", "") for u in units]
    yield from (f"mã {c} lặp lại" for c in sorted({c for c in codes if codes.count(c) > 1}))
    for unit in units:
        code = unit.get("code", "")
        if missing := sorted(_UNIT_KEYS - unit.keys()):
            yield f"{code}: thiếu {', '.join(missing)}"
            continue
        if not is_organisation_code(code):
            yield f"{code}: mã không đúng Quyết định 20/2020/QĐ-TTg"
        yield from (
            f"{code}: {field} {unit[field]} không có trong tệp"
            for field in ("parent", "succeeded_by")
            if unit[field] is not None and unit[field] not in codes
        )
        unsourced = sorted(f for f in _FACTS if unit[f] and f not in unit["sources"])
        if unsourced:
            yield f"{code}: không ghi nguồn của {', '.join(unsourced)}"
        if _is_below_itself(unit, units):
            yield f"{code}: cây đơn vị có vòng"


def _is_below_itself(unit: Mapping[str, Any], units: list[Mapping[str, Any]]) -> bool:
    parents = {u.get("code"): u.get("parent") for u in units}
    seen, code = set(), unit["code"]
    while code is not None and code not in seen:
        seen.add(code)
        code = parents.get(code)
    return code is not None


def check_organisation(data: Mapping[str, Any]) -> list[str]:
    """What is wrong with the file, in words; empty where it can be loaded."""
    faults = [f"thiếu phần {part}" for part in ("agency", "positions", "units") if part not in data]
    if faults:
        return faults
    faults += [f"agency: thiếu {f}" for f in ["code", *_AGENCY] if f not in data["agency"]]
    faults += [
        f"positions {p.get('code', '?')}: thiếu {f}"
        for p in data["positions"]
        for f in ["code", *_POSITION]
        if f not in p
    ]
    return faults + list(_unit_faults(data["units"]))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _load_units(agency_id: int, units: list[Mapping[str, Any]]) -> LoadCount:
    """Units first, the links between them after: the file may name a parent before it describes it."""
    known = {u.code: u for u in Unit.objects.filter(agency_id=agency_id)}
    rows: dict[str, Unit] = {}
    outcome: dict[str, LoadCount] = {}
    for unit in units:
        values = {f: unit[f] for f in _UNIT} | {f: _day(unit[f]) for f in ("valid_from", "valid_to")}
        code = unit["code"]
        make = partial(Unit, agency_id=agency_id, code=code)
        rows[code], outcome[code] = _put(known.get(code), make, values)
    for unit in units:
        row = rows[unit["code"]]
        links = {f: rows[unit[f]].pk if unit[f] else None for f in ("parent", "succeeded_by")}
        if (row.parent_id, row.succeeded_by_id) != (links["parent"], links["succeeded_by"]):
            row.parent_id, row.succeeded_by_id = links["parent"], links["succeeded_by"]
            row.save(update_fields=["parent", "succeeded_by"])
            if outcome[unit["code"]].same:
                outcome[unit["code"]] = LoadCount(changed=1)
    return sum(outcome.values(), LoadCount())


def _load_positions(agency_id: int, positions: list[Mapping[str, Any]]) -> LoadCount:
    known = {p.code: p for p in Position.objects.filter(agency_id=agency_id)}
    count = LoadCount()
    for position in positions:
        code = position["code"]
        make = partial(Position, agency_id=agency_id, code=code)
        count += _put(known.get(code), make, {f: position[f] for f in _POSITION})[1]
    return count


@transaction.atomic
def load_organisation(*, by: Actor, now: datetime, data: Mapping[str, Any]) -> dict[str, LoadCount]:
    """Load the agency, its titles and units; repeating changes nothing. Rows that the file does not name stay.

    Only a process may. Refusal `invalid_file` says everything that is wrong with the file; nothing is then loaded.
    """
    if not by.is_process:
        raise Forbidden("Chỉ lệnh quản trị được nạp dữ liệu tổ chức.")
    if faults := check_organisation(data):
        raise Refusal("Tệp tổ chức không nạp được: " + "; ".join(faults) + ".", code="invalid_file")
    profile = data["agency"]
    with acting_as(platform(by.name)):
        known = Agency.objects.filter(code=profile["code"]).first()
        make = partial(Agency, code=profile["code"])
        agency, agency_count = _put(known, make, {f: profile[f] for f in _AGENCY})
    with acting_as(process(by.name, agency.pk)) as hand:
        counts = {
            "agency": agency_count,
            "positions": _load_positions(agency.pk, data["positions"]),
            "units": _load_units(agency.pk, data["units"]),
        }
        if any(c.new or c.changed for c in counts.values()):
            details = {name: {"new": c.new, "changed": c.changed} for name, c in counts.items()}
            audit.record(
                by=hand,
                now=now,
                verb="load_organisation",
                subject_kind="agency",
                subject_id=agency.pk,
                details=details,
            )
    return counts
