"""What a dossier's procedure computes by decision tables, and the note that the dossier keeps of each use.

A note tells the table, its version, the rules that answered and what they said, so that a fee, a route or a risk
channel can be explained years later. It stands in the details of the next entry of the timeline.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from emoit.dossiers import answers as answer_store
from emoit.dossiers.case import Case
from emoit.dossiers.types import Use
from emoit.kernel.access import Refusal
from emoit.workflow import queries as workflow

_OUTPUT = {Use.FEE: "fee", Use.ROUTE: "unit", Use.CHANNEL: "channel"}


def fee_of(case: Case) -> int:
    """The fee in đồng: as laid down, or computed from the answers by the procedure's decision table; unknown: 0."""
    key = case.procedure.fee_decision
    if not key:
        return case.procedure.fee_vnd or 0
    fee = _by_table(case, Use.FEE, key)
    if not isinstance(fee, Decimal) or fee < 0 or fee != fee.to_integral_value():
        raise Refusal(
            "Chưa tính được phí của hồ sơ này theo bảng đã công bố. Hãy báo quản trị viên.", code="fee_not_computed"
        )
    return int(fee)


def handling_unit(case: Case) -> str:
    """The code of the unit that handles the dossier: by the procedure's table of routes, where it has one."""
    procedure = case.procedure
    chosen = _by_table(case, Use.ROUTE, procedure.route_decision) if procedure.route_decision else None
    return str(chosen) if chosen else procedure.handling_unit


def channel(case: Case) -> str:
    """The risk channel by the answers of now: green, yellow or red; "" where the procedure has no table of channels."""
    key = case.procedure.channel_decision
    return str(_by_table(case, Use.CHANNEL, key) or "") if key else ""


def _by_table(case: Case, use: Use, key: str) -> Any:
    """What the table says; None where none of its rules fits."""
    decided = workflow.decide(case.row.agency_id, key, answer_store.unseal(case.row.answers))
    said = decided.outputs.get(_OUTPUT[use])
    case.computed.append(
        {
            "use": use.value,
            "table": key,
            "version": decided.version,
            "rules": list(decided.rules),
            "outcome": "" if said is None else _written(said),
        }
    )
    return said


def _written(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)
