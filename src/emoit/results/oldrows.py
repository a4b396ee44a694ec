"""One row of a previous system's register, read and judged by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from emoit.kernel.access import Refusal
from emoit.lib.tables import read_moment
from emoit.lib.working_time import VIET_NAM
from emoit.results.types import State

REQUIRED = ("source", "key", "kind", "title", "number", "holder_identity", "holder_name", "unit_code", "issued_at")
OPTIONAL = (
    "valid_from", "valid_to", "state", "ended_at", "end_reason", "replaced_by", "signed_by", "signed_title",
    "register_code", "file",
)  # fmt: skip
_LENGTHS = {
    "source": 60, "key": 120, "kind": 60, "title": 2000, "number": 100, "holder_identity": 20, "holder_name": 500,
    "unit_code": 40, "end_reason": 2000, "replaced_by": 120, "signed_by": 200, "signed_title": 200,
    "register_code": 40, "file": 500,
}  # fmt: skip
_MAY_LACK = {"holder_identity", "number"}
# A counter that leaps further was mistyped: at 60,000 a year ten million are many lives of a system.
HIGHEST_NUMBER = 9_999_999
EARLIEST = date(1945, 9, 2)
LOST_REASON = "Đã thu hồi ở hệ thống trước."
REPLACED_REASON = "Đã được thay thế ở hệ thống trước."


@dataclass(frozen=True, slots=True)
class OldResult:
    """An entry of an earlier register.

    `state` is valid, revoked or replaced; `replaced_by` is a key of the same source.
    """

    source: str
    key: str
    kind: str
    title: str
    number: str
    holder_identity: str
    holder_name: str
    unit_code: str
    issued_at: datetime
    valid_from: date | None
    valid_to: date | None
    state: State
    ended_at: datetime | None
    end_reason: str
    replaced_by: str
    signed_by: str
    signed_title: str
    register_code: str
    file: str


def read_old(values: Mapping[str, Any], *, now: datetime) -> OldResult:
    """The row of a file as facts. Refusal with every fault in one sentence each."""
    faults = [*_missing(values), *_long(values)]
    moments: dict[str, datetime | None] = {}
    for name in ("issued_at", "valid_from", "valid_to", "ended_at"):
        try:
            moments[name] = read_moment(values[name]) if name in values else None
        except ValueError:
            faults.append(f"{name}: ngày phải có dạng 2009-07-31 hoặc 31/07/2009.")
    faults = faults or [*_wrong_kind(values), *_wrong_days(moments, now), *_wrong_state(values, moments, now)]
    if faults:
        raise Refusal(" ".join(faults), code="bad_row")
    state = State(values.get("state", State.VALID))
    day = {name: moment.date() for name, moment in moments.items() if moment is not None}
    return OldResult(
        **{name: str(values.get(name, "")) for name in _LENGTHS if name != "end_reason"},
        issued_at=moments["issued_at"] or now,
        valid_from=day.get("valid_from"),
        valid_to=day.get("valid_to"),
        state=State.VALID if state is State.EXPIRED else state,
        ended_at=moments["ended_at"],
        end_reason=str(values.get("end_reason", "")) or _reason(state),
    )


def _missing(values: Mapping[str, Any]) -> list[str]:
    lacking = [name for name in REQUIRED if name not in values and name not in _MAY_LACK]
    return [f"Thiếu {', '.join(lacking)}."] if lacking else []


def _long(values: Mapping[str, Any]) -> list[str]:
    return [
        f"{name}: dài quá {most} ký tự." for name, most in _LENGTHS.items() if len(str(values.get(name, ""))) > most
    ]


def _wrong_kind(values: Mapping[str, Any]) -> list[str]:
    faults = []
    if not re.fullmatch(r"[a-z][a-z0-9_]*", str(values["kind"])):
        faults.append("kind: loại kết quả gồm chữ thường, số và dấu gạch dưới.")
    identity = str(values.get("holder_identity", ""))
    if identity and not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z.-]{3,19}", identity):
        faults.append("holder_identity: mã số thuế hoặc số định danh không đúng.")
    if values.get("state", "valid") not in list(State):
        faults.append(f"state: trạng thái là một trong {', '.join(State)}.")
    return faults


def _wrong_days(moments: Mapping[str, datetime | None], now: datetime) -> list[str]:
    issued, start, end = (moments[name] for name in ("issued_at", "valid_from", "valid_to"))
    faults = []
    if issued and (issued > now or issued.date() < EARLIEST):
        faults.append("issued_at: ngày cấp không thể ở tương lai hoặc trước năm 1945.")
    if end and (start or issued) and end.date() < (start or issued).date():  # type: ignore[union-attr]
        faults.append("valid_to: ngày hết hiệu lực phải sau ngày bắt đầu hiệu lực.")
    return faults


def _wrong_state(values: Mapping[str, Any], moments: Mapping[str, datetime | None], now: datetime) -> list[str]:
    state, end, ended = values.get("state", "valid"), moments["valid_to"], moments["ended_at"]
    if state == State.EXPIRED and (end is None or end.date() >= now.astimezone(VIET_NAM).date()):
        return ["valid_to: kết quả hết hiệu lực phải có ngày hết hiệu lực đã qua."]
    if state in {State.REVOKED, State.REPLACED} and ended is None:
        return ["ended_at: thiếu ngày thu hồi hoặc thay thế."]
    if ended and (ended > now or ended < (moments["issued_at"] or ended)):
        return ["ended_at: ngày thu hồi hoặc thay thế phải từ ngày cấp đến nay."]
    if (state == State.REPLACED) is not bool(values.get("replaced_by")):
        return ["replaced_by: chỉ kết quả đã được thay thế mới nêu, và phải nêu, khóa của kết quả thay thế."]
    return []


def _reason(state: State) -> str:
    return {State.REVOKED: LOST_REASON, State.REPLACED: REPLACED_REASON}.get(state, "")
