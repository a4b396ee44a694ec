"""Rules for what goes beside the steps of a dossier, as `checking` asks them: each yields what is wrong, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps

from emoit.codes import queries as codes
from emoit.dossiers import queries, rules
from emoit.dossiers.types import (
    CHANGING,
    ConsultationInfo,
    InspectionInfo,
    InspectionResult,
    InspectionState,
    Outcome,
    TimelineEntry,
    Verb,
)
from emoit.kernel.access import Actor
from emoit.lib.working_time import VIET_NAM
from emoit.procedures import queries as procedures
from emoit.procedures.types import Change, Procedure
from emoit.results import queries as results
from emoit.results.types import EventKind, ResultInfo, State
from emoit.work import queries as work

KEPT = ("register_code", "title", "number", "holder", "issued_at", "valid_to")


def earlier(by: Actor, row: Any) -> Iterator[str]:
    """A procedure that amends opened from a result of the same holder that it may change; a grant ended that one."""
    procedure = procedures.version(row.procedure_version_id)
    if procedure.amends is None or row.from_result_id is None:
        if procedure.amends is not None or row.from_result_id is not None:
            yield "thủ tục và kết quả được thay đổi không đi cùng nhau"
        return
    old = results.get_for(by, row.from_result_id, now=row.submitted_at)
    if not results.is_held_by(by, old.id, row.holder_key):
        yield f"{old.register_code} đứng tên người khác"
    if old.kind not in procedure.amends.kinds or old.issued_at >= row.submitted_at:
        yield f"{old.register_code} không phải kết quả mà thủ tục thay đổi"
    kept = {name: row.from_facts.get(name) for name in KEPT}
    if kept != _facts(old):
        yield f"dữ liệu giữ lại {kept} khác {_facts(old)}"
    yield from _one_change(row)
    yield from _ended(by, row, procedure.amends.change, old)
    yield from _validity(by, row, procedure, old)


def _facts(old: ResultInfo) -> dict[str, str]:
    return {
        "register_code": old.register_code,
        "title": old.title,
        "number": old.number,
        "holder": old.holder_name,
        "issued_at": old.issued_at.astimezone(VIET_NAM).date().isoformat(),
        "valid_to": old.valid_to.isoformat() if old.valid_to else "",
    }


def _one_change(row: Any) -> Iterator[str]:
    """Nobody else is about to change it, or has changed it."""
    others = apps.get_model("dossiers.Dossier").objects.filter(
        agency_id=row.agency_id, from_result_id=row.from_result_id
    )
    rivals = [d for d in others.exclude(pk=row.pk) if d.status in CHANGING or d.outcome == Outcome.GRANTED]
    if rivals:
        yield f"còn được thay đổi theo {rivals[0].code}"


def _ended(by: Actor, row: Any, change: Change, old: ResultInfo) -> Iterator[str]:
    """As `results.replace` and `results.revoke` leave an entry, with the event; untouched where nothing was granted."""
    told = results.history(by, old.id, now=row.submitted_at)
    ends = [(e.kind, e.at) for e in told if e.kind in {EventKind.REPLACED, EventKind.REVOKED}]
    if row.outcome != Outcome.GRANTED:
        if old.state not in rules.CHANGEABLE[change] or old.revoked_at or ends:
            yield f"{old.register_code} đã {old.state} dù chưa cho thay đổi"
        return
    state = State.REVOKED if change is Change.END else State.REPLACED
    successor = None if change is Change.END else row.result_id
    if (old.state, old.replaced_by_id, old.revoked_at) != (state, successor, row.decided_at):
        yield f"{old.register_code} phải là {state} từ {row.decided_at}, theo kết quả {successor}"
    if row.code not in old.revoke_reason or ends != [(EventKind(state.value), row.decided_at)]:
        yield f"{old.register_code} thiếu lý do hoặc sự kiện {state}"


def _validity(by: Actor, row: Any, procedure: Procedure, old: ResultInfo) -> Iterator[str]:
    """What is reissued, or amended without a validity of its own, ends when the earlier one would have."""
    amends = procedure.amends
    if row.outcome != Outcome.GRANTED or amends is None or row.result_id is None:
        return
    if amends.change is Change.REISSUE or (amends.change is Change.AMEND and not procedure.result.validity):
        new = results.get_for(by, row.result_id, now=row.submitted_at)
        if (new.valid_from, new.valid_to) != (old.valid_from, old.valid_to):
            yield f"hiệu lực {new.valid_from}–{new.valid_to} khác {old.valid_from}–{old.valid_to}"


# -- on site -----------------------------------------------------------------------------------------------------------


def inspection(by: Actor, row: Any) -> Iterator[str]:
    """Every appointment and its minutes are what the timeline tells, lawful in time and team, done by the inbox."""
    told = {entry.verb: entry for entry in queries.timeline_of(by, row.pk)}
    held, planned = queries.inspections_of(by, row.pk), told.get(Verb.PLAN_INSPECTION)
    if len(held) != (planned is not None):
        yield f"hẹn {int(planned is not None)} lần, có {len(held)} cuộc kiểm tra"
    if planned is None or not held:
        return
    recorded = told.get(Verb.RECORD_INSPECTION)
    yield from _appointment(row, held[0], planned)
    yield from _minutes(row, held[0], recorded)
    done = {(d.step, d.closed_at) for d in work.done_of(row.agency_id, "dossier", row.pk)}
    right = {("plan", planned.at)} | ({("inspect", recorded.at)} if recorded else set())
    if not right <= done:
        yield f"việc đã xong thiếu {sorted(step for step, _ in right - done)}"


def _appointment(row: Any, held: InspectionInfo, planned: TimelineEntry) -> Iterator[str]:
    if (held.planned_at, held.id, held.starts_at) != (
        planned.at, planned.details["inspection"], datetime.fromisoformat(planned.details["starts_at"]),
    ):  # fmt: skip
        yield f"lịch hẹn {held.starts_at} khác dòng thời gian"
    if held.starts_at <= held.planned_at or not _at_work(row, held.starts_at):
        yield f"hẹn lúc {held.starts_at}, ngoài giờ làm việc hoặc đã qua"
    fitting = {o.account_id for o in queries.team_candidates(row.handling_unit_id, now=held.planned_at)}
    if len(held.team) < 2 or held.leader_id not in held.team or not set(held.team) <= fitting:
        yield f"đoàn {held.team}, trưởng đoàn {held.leader_id} không đúng"


def _at_work(row: Any, at: datetime) -> bool:
    calendar, local = codes.calendar_of(row.agency_id, on=row.received_at), at.astimezone(VIET_NAM)
    return calendar.is_working(local.date()) and any(w.start <= local.time() < w.end for w in calendar.windows)


def _minutes(row: Any, held: InspectionInfo, recorded: TimelineEntry | None) -> Iterator[str]:
    if recorded is None:
        if held.state is InspectionState.RECORDED or held.recorded_at or held.result:
            yield "có biên bản khi chưa kiểm tra"
        return
    if (held.state, held.recorded_at) != (InspectionState.RECORDED, recorded.at) or held.starts_at > recorded.at:
        yield f"biên bản lập {held.recorded_at} khác {recorded.at}"
    if held.result is None or held.result.value != recorded.details["result"] or not held.findings:
        yield f"kết quả kiểm tra {held.result} khác {recorded.details['result']}"
    if held.result is InspectionResult.FAILED and row.outcome == Outcome.GRANTED:
        yield "được cấp dù kiểm tra không đạt"


# -- opinions ----------------------------------------------------------------------------------------------------------


def opinions(by: Actor, row: Any) -> Iterator[str]:
    """Who was asked, what they said and when is what the timeline tells; whoever has not answered has it to do."""
    entries = queries.timeline_of(by, row.pk)
    asked = [entry for entry in entries if entry.verb is Verb.ASK_OPINIONS]
    rounds = queries.consultations_of(by, row.pk)
    if len(asked) != len(rounds):
        yield f"hỏi {len(asked)} lần, có {len(rounds)} lần lấy ý kiến"
        return
    units = sorted(opinion.unit_id for held in rounds for opinion in held.opinions)
    if units != row.consulted_unit_ids or row.handling_unit_id in units:
        yield f"đơn vị được hỏi {units} khác {row.consulted_unit_ids}"
    for held, entry in zip(rounds, asked, strict=True):
        yield from _round(row, held, entry, entries)
    waiting = sorted(i.unit_id for i in work.open_of(by, "dossier", row.pk) if i.step == rules.OPINION)
    right = sorted(o.unit_id for held in rounds if not held.closed_at for o in held.opinions if o.stance is None)
    if waiting != right:
        yield f"việc cho ý kiến ở {waiting}, phải ở {right}"


def _round(row: Any, held: ConsultationInfo, asked: TimelineEntry, entries: list[TimelineEntry]) -> Iterator[str]:
    given = [entry for entry in entries if entry.verb is Verb.GIVE_OPINION]
    told = [(e.details["unit"], e.details["stance"], e.at) for e in given]
    stored = [(o.unit_id, str(o.stance), o.answered_at) for o in held.opinions if o.stance]
    if stored != told or sorted(o.unit_id for o in held.opinions) != sorted(asked.details["units"]):
        yield f"ý kiến {stored} khác {told}"
    closed = [entry.at for entry in entries if entry.verb is Verb.CLOSE_OPINIONS]
    over = [*closed, given[-1].at] if given and len(given) == len(held.opinions) else closed
    if held.closed_at != (over[0] if over else None):
        yield f"lấy ý kiến xong lúc {held.closed_at}, phải là {over[:1]}"
    calendar, until = codes.calendar_of(row.agency_id, on=row.received_at), held.reply_by.astimezone(VIET_NAM)
    if held.reply_by <= asked.at or not calendar.is_working(until.date()) or until.time() != calendar.windows[-1].end:
        yield f"hạn cho ý kiến {until} không đúng"
