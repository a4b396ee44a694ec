"""The organisation from a file: the agency's profile, titles and the tree of units."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from django.db import models, transaction

from emoit.kernel import audit
from emoit.kernel.access import Actor, Forbidden, Refusal, acting_as, platform, process
from emoit.lib.saying import say
from emoit.people.models import Agency, Position, Unit
from emoit.people.rules import is_organisation_code
from emoit.people.types import LoadCount, OrganisationLoaded

M = TypeVar("M", bound=models.Model)
Row = Mapping[str, Any]

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
_FACTS = (_UNIT_KEYS | {"place"}) - {"sources", "note"}
_PLACE = {"province", "commune", "name"}


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


def _rows(data: Row, part: str) -> list[Any]:
    rows = data.get(part, [])
    return rows if isinstance(rows, list) else []


def _code(row: Any) -> str:
    return str(row.get("code", "")) if isinstance(row, Mapping) else ""


def check_agency(data: Any, known: bool) -> list[str]:
    """Why nothing of the file can be loaded: it names no agency, or describes a new one by halves."""
    profile = data.get("agency") if isinstance(data, Mapping) else None
    if not isinstance(profile, Mapping) or not isinstance(profile.get("code"), str) or not profile["code"]:
        return ["thiếu phần agency và mã của cơ quan"]
    if known and set(profile) == {"code"}:
        return []
    return [f"agency: thiếu {f}" for f in _AGENCY if f not in profile]


def check_units(units: list[Any], known: Collection[str] = ()) -> dict[int, str]:
    """Position in the list -> why that unit cannot be loaded; `known` holds the codes that are loaded already.

    A unit that hangs from a refused one is refused too.
    """
    faults = {n: fault for n, unit in enumerate(units) for fault in [_unit_fault(unit, units, n)] if fault}
    while True:
        good = {_code(u) for n, u in enumerate(units) if n not in faults} | set(known)
        hanging = {
            n: f"{link} {unit[link]} không có hoặc không nạp được"
            for n, unit in enumerate(units)
            if n not in faults
            for link in ("succeeded_by", "parent")
            if unit[link] is not None and unit[link] not in good
        }
        if not hanging:
            return dict(sorted(faults.items()))
        faults |= hanging


def _unit_fault(unit: Any, units: list[Any], n: int) -> str:
    if not isinstance(unit, Mapping):
        return "không phải một đối tượng JSON"
    if missing := sorted(_UNIT_KEYS - unit.keys()):
        return f"thiếu {', '.join(missing)}"
    if wrong := sorted(f for f in _UNIT_KEYS if not _has_type(f, unit[f])):
        return f"sai kiểu dữ liệu: {', '.join(wrong)}"
    if any(_code(other) == unit["code"] for other in units[:n]):
        return f"mã {unit['code']} lặp lại"
    if not is_organisation_code(unit["code"]):
        return "mã không đúng Quyết định 20/2020/QĐ-TTg"
    if unsourced := sorted(f for f in _FACTS if unit.get(f) and f not in unit["sources"]):
        return f"không ghi nguồn của {', '.join(unsourced)}"
    if _is_below_itself(unit, units):
        return "cây đơn vị có vòng"
    return _place_fault(unit, units[:n])


def _has_type(field: str, value: Any) -> bool:
    if field == "sources":
        return isinstance(value, Mapping)
    if field in {"valid_from", "valid_to"}:
        return value is None or (isinstance(value, str) and _is_day(value))
    if field in {"parent", "succeeded_by"}:
        return value is None or isinstance(value, str)
    return isinstance(value, str) and bool(value or field not in {"code", "name", "kind"})


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _place_fault(unit: Row, earlier: list[Any]) -> str:
    place = unit.get("place")
    if place is None:
        return ""
    if not isinstance(place, Mapping) or set(place) != _PLACE or not all(isinstance(v, str) for v in place.values()):
        return "place gồm province, commune và name"
    if not re.fullmatch(r"[0-9]{2}", place["province"]) or not re.fullmatch(r"([0-9]{5})?", place["commune"]):
        return "place: mã tỉnh gồm 2 chữ số, mã xã gồm 5 chữ số"
    same = (
        other["code"]
        for other in earlier
        if isinstance(other, Mapping)
        and isinstance(other.get("place"), Mapping)
        and all(other["place"].get(k) == place[k] for k in ("province", "commune"))
    )
    return next((f"place: {code} đã phục vụ địa bàn này" for code in same), "")


def _server(unit: Any, taken: Mapping[tuple[Any, Any], str]) -> str:
    """The unit, not of this file, that serves the same place already."""
    place = unit.get("place") if isinstance(unit, Mapping) else None
    return taken.get((place.get("province"), place.get("commune")), "") if isinstance(place, Mapping) else ""


def _is_below_itself(unit: Row, units: list[Any]) -> bool:
    parents = {_code(u): u.get("parent") for u in units if isinstance(u, Mapping)}
    seen, code = set(), unit["code"]
    while code is not None and code not in seen:
        seen.add(code)
        code = parents.get(code)
    return code is not None


def _position_fault(position: Any) -> str:
    if not isinstance(position, Mapping):
        return "không phải một đối tượng JSON"
    if missing := [f for f in ["code", *_POSITION] if f not in position]:
        return f"thiếu {', '.join(missing)}"
    rank = position["rank"]
    return "" if isinstance(rank, int) and 0 <= rank <= 32_767 else "rank phải là số nguyên không âm"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _values(unit: Row) -> dict[str, Any]:
    place = unit.get("place") or {"province": "", "commune": "", "name": ""}
    return {
        **{f: unit[f] for f in _UNIT},
        **{f: _day(unit[f]) for f in ("valid_from", "valid_to")},
        "province": place["province"],
        "commune": place["commune"],
        "place_name": place["name"],
    }


def _load_units(agency_id: int, units: list[Row]) -> LoadCount:
    """Units first, the links between them after: the file may name a parent before it describes it."""
    rows = {u.code: u for u in Unit.objects.filter(agency_id=agency_id)}
    outcome: dict[str, LoadCount] = {}
    for unit in units:
        code = unit["code"]
        make = partial(Unit, agency_id=agency_id, code=code)
        rows[code], outcome[code] = _put(rows.get(code), make, _values(unit))
    for unit in units:
        row = rows[unit["code"]]
        links = {f: rows[unit[f]].pk if unit[f] else None for f in ("parent", "succeeded_by")}
        if (row.parent_id, row.succeeded_by_id) != (links["parent"], links["succeeded_by"]):
            row.parent_id, row.succeeded_by_id = links["parent"], links["succeeded_by"]
            row.save(update_fields=["parent", "succeeded_by"])
            if outcome[unit["code"]].same:
                outcome[unit["code"]] = LoadCount(changed=1)
    return sum(outcome.values(), LoadCount())


def _load_positions(agency_id: int, positions: list[Row]) -> LoadCount:
    known = {p.code: p for p in Position.objects.filter(agency_id=agency_id)}
    count = LoadCount()
    for position in positions:
        code = position["code"]
        make = partial(Position, agency_id=agency_id, code=code)
        count += _put(known.get(code), make, {f: position[f] for f in _POSITION})[1]
    return count


def _load_agency(by: Actor, data: Any) -> tuple[Agency, LoadCount]:
    found = data.get("agency") if isinstance(data, Mapping) else None
    profile: Row = found if isinstance(found, Mapping) else {}
    code = str(profile.get("code", ""))
    with acting_as(platform(by.name)):
        known = Agency.objects.filter(code=code).first()
        if faults := check_agency(data, known is not None):
            raise Refusal(say("Tệp tổ chức không nạp được: {faults}.", faults="; ".join(faults)), code="invalid_file")
        make = partial(Agency, code=code)
        return _put(known, make, {f: profile[f] for f in _AGENCY if f in profile})


def _split(agency_id: int, data: Row) -> tuple[list[Row], list[Row], list[str]]:
    """The positions and units that can be loaded, and in words why others cannot."""
    positions, units = _rows(data, "positions"), _rows(data, "units")
    wrong = {n: fault for n, position in enumerate(positions) if (fault := _position_fault(position))}
    mine = {_code(u) for u in units}
    others = Unit.objects.filter(agency_id=agency_id).exclude(code__in=mine)
    taken = {(u.province, u.commune): u.code for u in others.exclude(province="")}
    faults = {
        **{
            n: f"place: {code} đã phục vụ địa bàn này" for n, unit in enumerate(units) if (code := _server(unit, taken))
        },
        **check_units(units, set(others.values_list("code", flat=True))),
    }
    return (
        [p for n, p in enumerate(positions) if n not in wrong],
        [u for n, u in enumerate(units) if n not in faults],
        [f"positions/{n} {_code(positions[n])}: {fault}" for n, fault in wrong.items()]
        + [f"units/{n} {_code(units[n])}: {fault}" for n, fault in faults.items()],
    )


@transaction.atomic
def load_organisation(*, by: Actor, now: datetime, data: Any) -> OrganisationLoaded:
    """Load the agency, its titles and units; repeating changes nothing. Rows that the file does not name stay.

    A row with a fault is left out and told in `refused`; the others are loaded. Refusal `invalid_file` where the file
    does not say whose organisation it is: nothing is then loaded. Only a process may.
    """
    if not by.is_process:
        raise Forbidden("Chỉ lệnh quản trị được nạp dữ liệu tổ chức.")
    agency, agency_count = _load_agency(by, data)
    with acting_as(process(by.name, agency.pk)) as hand:
        positions, units, refused = _split(agency.pk, data)
        counts = {
            "agency": agency_count,
            "positions": _load_positions(agency.pk, positions),
            "units": _load_units(agency.pk, units),
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
    doubtful = sum(any("unverified" in str(source) for source in u["sources"].values()) for u in units)
    return OrganisationLoaded(counts, usable=len(units), on_defaults=doubtful, refused=tuple(refused))
