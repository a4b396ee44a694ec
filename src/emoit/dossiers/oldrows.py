"""One open dossier of a previous system, read and judged by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from emoit.dossiers.rules import DONE_BEFORE
from emoit.dossiers.types import Defect, Status
from emoit.kernel.access import Refusal
from emoit.lib.tables import read_moment
from emoit.people.types import PartyKind

REQUIRED = (
    "source", "key", "code", "procedure_code", "status", "applicant_kind", "applicant_identity", "applicant_name",
    "submitted_at",
)  # fmt: skip
OPTIONAL = (
    "applicant_address", "applicant_phone", "applicant_email", "representative", "received_at", "paused_since",
    "extended", "answers", "papers", "defects", "note", "from_register_code",
)  # fmt: skip
_LENGTHS = {
    "source": 60, "key": 120, "code": 60, "procedure_code": 40, "applicant_identity": 20, "applicant_name": 300,
    "applicant_address": 300, "applicant_phone": 40, "applicant_email": 100, "representative": 200, "note": 2000,
    "from_register_code": 40,
}  # fmt: skip
_PAUSED = {Status.AWAITING_FEE, Status.AWAITING_SUPPLEMENT}


@dataclass(frozen=True, slots=True)
class OldDossier:
    """Moments are aware. `papers` are (code of the paper, path of the file); `defects` are what was asked for."""

    source: str
    key: str
    code: str
    procedure_code: str
    status: Status
    applicant_kind: PartyKind
    applicant_identity: str
    applicant_name: str
    applicant_address: str
    applicant_phone: str
    applicant_email: str
    representative: str
    submitted_at: datetime
    received_at: datetime | None
    paused_since: datetime | None
    extended: bool
    answers: dict[str, Any]
    papers: tuple[tuple[str, str], ...]
    defects: tuple[Defect, ...]
    note: str
    from_register_code: str

    @property
    def is_closed(self) -> bool:
        return self.status not in DONE_BEFORE


def read_old(values: Mapping[str, Any], *, now: datetime) -> OldDossier:
    """The row of a file as facts. Refusal with every fault in one sentence each."""
    faults = [*_shape(values)]
    moments: dict[str, datetime | None] = {}
    for name in ("submitted_at", "received_at", "paused_since"):
        try:
            moments[name] = read_moment(values[name]) if name in values else None
        except ValueError:
            faults.append(f"{name}: thời điểm phải có dạng 2026-04-28 09:30 hoặc 28/04/2026.")
    read: dict[str, Any] = {}
    for name, reader in (("answers", _answers), ("papers", _papers), ("defects", _defects)):
        try:
            read[name] = reader(values.get(name))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            faults.append(f"{name}: không đúng dạng, xem tài liệu hướng dẫn.")
    faults = faults or [*_times(Status(values["status"]), moments, now)]
    if not faults and values["status"] == Status.AWAITING_SUPPLEMENT and not read["defects"]:
        faults = ["defects: hồ sơ đang chờ bổ sung phải nêu các nội dung cần bổ sung."]
    if faults:
        raise Refusal(" ".join(faults), code="bad_row")
    status = Status(values["status"])
    texts: dict[str, Any] = {name: str(values.get(name, "")) for name in _LENGTHS}
    return OldDossier(
        **texts,
        status=status,
        applicant_kind=PartyKind(values["applicant_kind"]),
        submitted_at=moments["submitted_at"] or now,
        received_at=moments["received_at"],
        paused_since=(moments["paused_since"] or moments["received_at"]) if status in _PAUSED else None,
        extended=str(values.get("extended", "")).lower() in {"1", "true", "x", "có"},
        **read,
    )


def _shape(values: Mapping[str, Any]) -> Iterator[str]:
    if lacking := [name for name in REQUIRED if name not in values]:
        yield f"Thiếu {', '.join(lacking)}."
    for name, most in _LENGTHS.items():
        if len(str(values.get(name, ""))) > most:
            yield f"{name}: dài quá {most} ký tự."
    if values.get("status") not in [s for s in Status if s is not Status.DRAFT]:
        yield f"status: trạng thái là một trong {', '.join(DONE_BEFORE)}."
    if values.get("applicant_kind") not in list(PartyKind):
        yield f"applicant_kind: người nộp là {' hoặc '.join(PartyKind)}."
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9./-]*", str(values.get("code", ""))):
        yield "code: mã hồ sơ gồm chữ in hoa, số, dấu chấm, gạch ngang, gạch chéo."


def _times(status: Status, moments: Mapping[str, datetime | None], now: datetime) -> Iterator[str]:
    submitted, received, paused = (moments[name] for name in ("submitted_at", "received_at", "paused_since"))
    if status is not Status.SUBMITTED and status in DONE_BEFORE and received is None:
        yield "received_at: hồ sơ đã tiếp nhận phải có thời điểm tiếp nhận."
    if status is Status.SUBMITTED and received is not None:
        yield "received_at: hồ sơ chưa tiếp nhận không có thời điểm tiếp nhận."
    if status is Status.AWAITING_SUPPLEMENT and paused is None:
        yield "paused_since: thiếu thời điểm yêu cầu bổ sung."
    known = [moment for moment in (submitted, received, paused) if moment is not None]
    if known != sorted(known) or any(moment > now for moment in known):
        yield "Các thời điểm phải theo thứ tự nộp, tiếp nhận, tạm dừng và không ở tương lai."


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _answers(value: Any) -> dict[str, Any]:
    read = _json(value or {})
    if not isinstance(read, dict):
        raise TypeError("answers")
    return read


def _papers(value: Any) -> tuple[tuple[str, str], ...]:
    """A list of {"paper", "file"}; in CSV also `the_le=the-le.pdf; hinh_anh=anh.png`."""
    if isinstance(value, str) and not value.startswith("["):
        pairs = [part.partition("=") for part in value.split(";") if part.strip()]
        if not all(mark for _, mark, _ in pairs):
            raise ValueError("papers")
        return tuple((code.strip(), file.strip()) for code, _, file in pairs)
    return tuple((str(one["paper"]), str(one["file"])) for one in _json(value or []))


def _defects(value: Any) -> tuple[Defect, ...]:
    """A list of {"target", "reason"}: the code of a paper or the pointer of a field, and why."""
    return tuple(Defect(str(one["target"]), str(one["reason"])) for one in _json(value or []))
