"""Certificates of origin. In English, as the agreements ask."""

from __future__ import annotations

from datetime import date
from typing import Any

from emoit.dossiers.papers.drawing import Signing, figure, joined
from emoit.lib.working_time import VIET_NAM
from emoit.printing.types import OriginItem

# ATIGA, Annex 8 (in force 20/09/2020), Rule 25: FOB is shown only with RVC, and only where one of these takes part.
_SHOWS_FOB = frozenset({"KH", "ID", "LA"})
_BY_VALUE = frozenset({"RVC", "PC"})
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def form_d(signing: Signing) -> dict[str, Any]:
    """Form D of the ASEAN Trade in Goods Agreement, box by box."""
    given = signing.answers
    exporter, transport, invoice = given["exporter"], given["transport"], given["invoice"]
    country = signing.words("/importing_country", given["importing_country"], language="en")
    issued_on = signing.case.now.astimezone(VIET_NAM).date()
    declared_at = signing.case.row.submitted_at or signing.case.now
    items = [_item(signing, n, row) for n, row in enumerate(given["goods"], start=1)]
    return {
        "form": "FORM D",
        "agreement": ["ASEAN TRADE IN GOODS AGREEMENT/", "ASEAN INDUSTRIAL COOPERATION SCHEME"],
        "country": "VIET NAM",
        "exporter": joined((exporter["name"], exporter["address"], "VIET NAM"), "\n"),
        "consignee": joined((given["consignee"]["name"], given["consignee"]["address"], country.upper()), "\n"),
        "departure": _day(transport["departure_on"]),
        "vessel": _vessel(transport),
        "discharge": transport["port_of_discharge"],
        "route": joined((f"FROM {transport['port_of_loading']}", transport.get("route")), "; "),
        "items": items,
        "below_items": _below(signing),
        "invoice": f"{invoice['number']}\n{_day(invoice['on'])}",
        "fob_shown": any(item["fob"] for item in items),
        "importing_country": country.upper(),
        "declared_at": f"HA NOI, {_day(declared_at.astimezone(VIET_NAM).date())}",
        "declared_by": given["declaration"]["signatory"],
        "certified_at": f"HA NOI, {_day(issued_on)}",
        "flags": given.get("flags", []),
        "office": "MINISTRY OF INDUSTRY AND TRADE",
        "received_at": signing.case.row.received_at,
    }


def _day(value: date | str) -> str:
    """`04 MAY 2026`: no month that could be taken for a day."""
    on = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{on.day:02d} {_MONTHS[on.month - 1]} {on.year}"


def _vessel(transport: dict[str, Any]) -> str:
    if transport["mode"] == "air":
        return joined(("BY AIR", transport.get("vessel")), " ")
    return str(transport.get("vessel") or f"BY {transport['mode'].upper()}")


def _item(signing: Signing, number: int, row: dict[str, Any]) -> OriginItem:
    shows_fob = row["criterion"] in _BY_VALUE and signing.answers["importing_country"] in _SHOWS_FOB
    return {
        "number": str(number),
        "marks": row["marks"],
        "goods": joined((f"{figure_en(row['packages'])} {row['packing']}", row["description"]), "\n"),
        "hs": row["hs_code"],
        "criterion": _criterion(row),
        "weight": f"{figure_en(row['quantity'])} {row['unit']}",
        "fob": f"USD {row['fob_usd']:,.2f}" if shows_fob else "",
    }


def figure_en(value: float) -> str:
    """`1,250.5`."""
    return figure(value).translate(str.maketrans(".,", ",."))


def _criterion(row: dict[str, Any]) -> str:
    """As box 8 asks: `WO`, `40%`, `CTH`, `CTH + 40%`, `PC 25%`; shares are cut to whole per cents."""
    code, share = row["criterion"], row.get("share")
    percent = f"{int(share)}%" if share is not None else ""
    if code == "RVC":
        return percent
    return joined((code, percent), " " if code == "PC" else " + ")


def _below(signing: Signing) -> list[str]:
    """What box 7 says of the whole consignment."""
    given, flags = signing.answers, set(signing.answers.get("flags", []))
    told = []
    if "third_country" in flags:
        company = given["third_country"]
        told.append(f"THIRD COUNTRY INVOICING: {company['company']}, {company['country']}")
    if "back_to_back" in flags:
        original = given["original"]
        issued = f"NO. {original['number']} DATED {_day(original['on'])}, {original['country']}"
        told.append(f"BACK-TO-BACK: ORIGINAL FORM D {issued}")
    if "exhibition" in flags:
        told.append(f"EXHIBITION: {given['exhibition']['name']}, {given['exhibition']['address']}")
    return told
