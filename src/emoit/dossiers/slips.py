"""The slips of the one-stop mechanism, made from a dossier and kept with it (Circulars 01/2018 and 03/2025/TT-VPCP)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from emoit.dossiers import documents, proceedings, queries, rules
from emoit.dossiers.case import KIND, Case, opened
from emoit.dossiers.models import Paper, Slip, SupplementRequest
from emoit.dossiers.papers.drawing import applicant
from emoit.dossiers.types import SlipKind, Stance, TimelineEntry, Verb
from emoit.files import actions as files
from emoit.forms import queries as forms
from emoit.kernel.access import Actor, Forbidden, Refusal
from emoit.lib import vietnamese, working_time
from emoit.lib.working_time import VIET_NAM
from emoit.people import queries as people
from emoit.printing import actions as printing
from emoit.printing.types import ControlStep, Signatory
from emoit.work import queries as work
from emoit.work.types import Done

OFFICE = "Bộ phận Một cửa"


@transaction.atomic
def make(*, by: Actor, now: datetime, dossier_id: int, kind: SlipKind) -> int:
    """Draw up a slip and keep it with the dossier, readable to whoever may read the dossier. Returns its id.

    For officers who see the dossier, and for processes of ours.
    """
    if not (by.is_officer or by.is_process):
        raise Forbidden("Chỉ cán bộ được lập phiếu của hồ sơ.")
    with opened(by=by, now=now, dossier_id=dossier_id) as case:
        rendered = printing.render(kind.value, {**_common(case), **_BUILDERS[kind](case)})
        stored = files.store_made(
            by=by,
            now=now,
            name=f"{kind.label} {case.row.code}.pdf",
            content=rendered.pdf,
            media_type="application/pdf",
        )
        files.grant(by=by, now=now, file_id=stored.id, readers=_readers(case, kind))
        row = Slip.objects.create(agency_id=by.agency_id, dossier=case.row, kind=kind, file_id=stored.id, made_at=now)
        return row.pk


def _readers(case: Case, kind: SlipKind) -> list[str]:
    """What is the ministry's own affair goes to its units alone, not to the applicant."""
    keys = case.readers()
    return sorted(k for k in keys if not k.startswith(("a:", "e:"))) if kind.is_internal else sorted(keys)


def register(actor: Actor, *, since: datetime, until: datetime, now: datetime) -> bytes:
    """The follow-up register (form 07) of the dossiers the actor may see, submitted in [since, until), as a PDF."""
    rows = queries.register_rows(actor, since=since, until=until)
    if not rows:
        raise Refusal("Không có hồ sơ nào trong khoảng thời gian này.", code="empty_register")
    units = {u: people.unit(u).name for u in {r.handling_unit_id for r in rows} if u}
    parties = queries.parties_of(actor, [r.id for r in rows])
    return printing.render(
        "register",
        {
            "letterhead": {"parent": people.agency().name, "issuer": OFFICE, "place": documents.PLACE},
            "number": "",
            "dated": now.astimezone(VIET_NAM).date(),
            "verify_url": "",
            "office": OFFICE,
            "from_on": since.astimezone(VIET_NAM).date(),
            "to_on": (until - timedelta(seconds=1)).astimezone(VIET_NAM).date(),
            "rows": [
                {
                    "dossier_code": r.code,
                    "procedure": r.procedure_name,
                    "sets": 1,
                    "applicant_name": r.holder_name,
                    "address": parties[r.id]["address"] or "",
                    "phone": parties[r.id]["phone"] or "",
                    "handling_unit": units.get(r.handling_unit_id or 0, ""),
                    "received_at": r.received_at or r.submitted_at,
                    "due_at": r.due_at,
                    "returned_at": r.returned_at,
                    "return_channel": "Trực tuyến",
                    "signed_for": "",
                    "note": r.status.label,
                }
                for r in rows
            ],
        },
    ).pdf


def _common(case: Case) -> dict[str, Any]:
    return {
        "letterhead": documents.letterhead(unit_id=case.row.receiving_unit_id),
        "number": case.row.code,
        "dated": case.now.astimezone(VIET_NAM).date(),
        "verify_url": f"{settings.PUBLIC_URL}/tra-cuu/?ma={case.row.code}",
        "dossier_code": case.row.code,
    }


def _receipt(case: Case) -> dict[str, Any]:
    procedure, party = case.procedure, json.loads(case.row.party)
    names = {p.code: p.name for p in procedure.papers}
    counts: dict[str, int] = {}
    for code in (
        Paper.objects.filter(dossier=case.row, superseded=False).order_by("id").values_list("paper_code", flat=True)
    ):
        counts[code] = counts.get(code, 0) + 1
    deadline = case.row.deadline and working_time.deadline_from_json(case.row.deadline)
    return {
        "office": OFFICE,
        "applicant": applicant(case),
        "submitter": party["representative"] or party["name"],
        "procedure": case.row.procedure_name,
        "papers": [
            {"name": "Tờ khai điện tử", "form": "bản điện tử", "count": 1},
            *({"name": names[code], "form": "bản điện tử", "count": count} for code, count in counts.items()),
        ],
        "sets": 1,
        "fee": vietnamese.format_vnd(procedure.fee_vnd) if procedure.fee_vnd else procedure.fee_text.vi,
        "term": procedure.term_text.vi,
        "received_at": case.row.received_at,
        "due_at": case.row.due_at,
        "due_note": working_time.explain(deadline) if deadline else "",
        "return_at": "Trực tuyến, tại tài khoản của tổ chức, cá nhân trên Cổng dịch vụ công",
        "register_book": "",
        "receiver": _who(case, Verb.RECEIVE),
    }


def _who(case: Case, verb: Verb) -> str:
    entries = [e for e in queries.timeline_of(case.by, case.row.pk) if e.verb is verb]
    return entries[-1].actor_name if entries and "." not in entries[-1].actor_name else OFFICE


def _last(case: Case, verb: Verb) -> TimelineEntry:
    return [e for e in queries.timeline_of(case.by, case.row.pk) if e.verb is verb][-1]


def _unit_signatory(case: Case, verb: Verb) -> Signatory:
    """The officer who did it, as signatory of the slip."""
    return {"authority": "", "position": OFFICE, "name": _who(case, verb)}


def _head_signatory(case: Case, verb: Verb) -> Signatory:
    entry = _last(case, verb)
    unit = case.row.handling_unit_id or 0
    for officer in people.officers_in(unit, "unit_head", now=case.now):
        if officer.name == entry.actor_name:
            return documents.signatory_of(officer.account_id, unit, "unit_head", now=case.now)
    return {"authority": "", "position": people.unit(unit).name, "name": entry.actor_name}


def _supplement(case: Case) -> dict[str, Any]:
    request = SupplementRequest.objects.get(dossier=case.row)
    names = {p.code: p.name for p in case.procedure.papers} | forms.labels(case.procedure.form)
    agency = people.agency()
    return {
        "applicant": applicant(case),
        "procedure": case.row.procedure_name,
        "requests": [
            {"paper": names.get(d["target"], d["target"]), "reason": d["reason"], "remedy": request.note}
            for d in request.defects
        ],
        "asked_at": request.requested_at,
        "respond_by": None,
        "contact": {"name": _who(case, Verb.REQUEST_SUPPLEMENT), "phone": agency.phone, "email": agency.email},
        "signatory": _unit_signatory(case, Verb.REQUEST_SUPPLEMENT),
    }


def _intake_refusal(case: Case) -> dict[str, Any]:
    entry = _last(case, Verb.REFUSE_INTAKE)
    party = json.loads(case.row.party)
    return {
        "office": OFFICE,
        "applicant": applicant(case),
        "submitter": party["representative"] or party["name"],
        "procedure": case.row.procedure_name,
        "submitted_at": case.row.submitted_at,
        "reasons": [line for line in entry.details["reason"].splitlines() if line.strip()],
        "guidance": "Tổ chức, cá nhân có thể hoàn thiện và nộp hồ sơ mới.",
        "signatory": _unit_signatory(case, Verb.REFUSE_INTAKE),
    }


def _apology(case: Case) -> dict[str, Any]:
    entry = _last(case, Verb.EXTEND)
    return {
        "letterhead": documents.letterhead(unit_id=case.row.handling_unit_id),
        "recipient": case.row.holder_name,
        "procedure": case.row.procedure_name,
        "received_at": case.row.received_at,
        "due_at": datetime.fromisoformat(entry.details["before"]),
        "new_due_at": datetime.fromisoformat(entry.details["after"]),
        "reason": entry.details["reason"],
        "signatory": _head_signatory(case, Verb.EXTEND),
        "copies": ["Như trên", OFFICE],
    }


def _stop_notice(case: Case) -> dict[str, Any]:
    return {
        "letterhead": documents.letterhead(unit_id=case.row.handling_unit_id),
        "recipient": case.row.holder_name,
        "procedure": case.row.procedure_name,
        "received_at": case.row.received_at,
        "legal_basis": list(case.procedure.legal_basis),
        "reason": _last(case, Verb.STOP).details["reason"],
        "guidance": "Tổ chức, cá nhân có thể nộp hồ sơ mới khi đã đáp ứng yêu cầu.",
        "signatory": _head_signatory(case, Verb.STOP),
        "copies": ["Như trên", OFFICE],
    }


def _inspection_notice(case: Case) -> dict[str, Any]:
    plan = proceedings.inspections(case.row.pk)[-1]
    unit_id = case.row.handling_unit_id or 0
    officers = {o.account_id: o for o in proceedings.team_candidates(unit_id, now=case.now)}
    by_duty = sorted(plan.team, key=lambda account_id: account_id != plan.leader_id)
    return {
        "letterhead": documents.letterhead(unit_id=unit_id),
        "recipient": case.row.holder_name,
        "procedure": case.row.procedure_name,
        "received_at": case.row.received_at,
        "starts_at": plan.starts_at,
        "place": plan.place,
        "host": plan.receiver,
        "purpose": plan.purpose,
        "team": [
            {
                "name": people.account_name(account_id),
                "position": officers[account_id].position if account_id in officers else "",
                "duty": "Trưởng đoàn" if account_id == plan.leader_id else "Thành viên",
            }
            for account_id in by_duty
        ],
        "guidance": "Đề nghị chuẩn bị hồ sơ, tài liệu liên quan và bố trí người có thẩm quyền làm việc với đoàn. "
        "Nếu không thể tiếp đoàn vào thời gian này, hãy báo ngay cho đơn vị xử lý hồ sơ.",
        "signatory": {
            "authority": "",
            "position": "Cán bộ thụ lý",
            "name": people.account_name(plan.planned_by_id),
        },
        "copies": ["Như trên", OFFICE],
    }


def _control_slip(case: Case) -> dict[str, Any]:
    return {
        "applicant_name": case.row.holder_name,
        "procedure": case.row.procedure_name,
        "handling_unit": people.unit(case.row.handling_unit_id or 0).name,
        "cooperating": [people.unit(unit_id).name for unit_id in case.row.consulted_unit_ids],
        "received_at": case.row.received_at or case.row.submitted_at,
        "due_at": case.row.due_at,
        "steps": control_steps(case),
    }


def control_steps(case: Case) -> list[ControlStep]:
    """Who handed the dossier to whom, when, and whether in time: from the finished work."""
    steps: list[ControlStep] = []
    giver, giver_officer = OFFICE, case.row.holder_name
    opinions = _opinions(case)
    for done in work.done_of(case.row.agency_id, KIND, case.row.pk):
        receiver = people.unit(done.unit_id).name
        officer = people.account_name(done.account_id) if done.account_id else ""
        steps.append(
            {
                "giver": giver,
                "giver_officer": giver_officer,
                "receiver": receiver,
                "receiver_officer": officer,
                "at": done.opened_at,
                "due_at": done.due_at,
                "outcome": "late" if done.due_at and done.closed_at > done.due_at else "on_time",
                "note": next(opinions[done.unit_id]) if _is_opinion(done) else done.step_name,
            }
        )
        if done.step == rules.OPINION:
            continue  # asked beside the way: the dossier stays where it was
        giver, giver_officer = receiver, officer
    return steps


def _is_opinion(done: Done) -> bool:
    """Work of a unit that has answered; one that was not waited for any longer has nothing to print."""
    return done.step == rules.OPINION and done.outcome in set(Stance)


def _opinions(case: Case) -> dict[int, Iterator[str]]:
    """What each unit answered, in the order of its answers."""
    said: dict[int, list[str]] = {}
    for consultation in proceedings.consultations(case.row.pk):
        for opinion in consultation.opinions:
            if opinion.stance:
                words = f"Ý kiến phối hợp: {opinion.stance.label}. {opinion.text}"
                said.setdefault(opinion.unit_id, []).append(words)
    return {unit_id: iter(answers) for unit_id, answers in said.items()}


_BUILDERS: dict[SlipKind, Callable[[Case], dict[str, Any]]] = {
    SlipKind.RECEIPT: _receipt,
    SlipKind.SUPPLEMENT: _supplement,
    SlipKind.INTAKE_REFUSAL: _intake_refusal,
    SlipKind.APOLOGY: _apology,
    SlipKind.STOP_NOTICE: _stop_notice,
    SlipKind.CONTROL_SLIP: _control_slip,
    SlipKind.INSPECTION_NOTICE: _inspection_notice,
}
