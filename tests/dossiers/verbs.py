"""How each verb is done by those who usually do it, and a dossier in each status."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

from emoit.codes import actions as codes
from emoit.codes.types import DayEntry, DayStatus, OffDayKind
from emoit.dossiers import actions
from emoit.dossiers.case import opened
from emoit.dossiers.models import Dossier
from emoit.dossiers.rules import RUNNING
from emoit.dossiers.types import Defect, EvidenceKind, InspectionResult, Outcome, Stance, Status, Verb
from emoit.kernel.access import acting_as
from tests.dossiers import processes
from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, World

APPLICANT = "doanhnghiep1"
FEE = 1_500_000
DEFECTS = (Defect("the_le", "Thiếu chữ ký"), Defect("/programme/name", "Tên chưa rõ"))


def awaiting_supplement(world: World) -> int:
    dossier_id = world.in_examination()
    world.on_item(SPECIALIST, actions.request_supplement, dossier_id, "examine", defects=DEFECTS, note="Bổ sung đủ")
    return dossier_id


def supplied(world: World, dossier_id: int, **more: Any) -> None:
    """Hand in what DEFECTS ask for."""
    world.attach(dossier_id, "the_le", "thể lệ mới.pdf", _pdf())
    given = world.info(dossier_id).answers
    given["programme"]["name"] = "Mùa hè rực rỡ"
    world.do(APPLICANT, actions.supply, dossier_id=dossier_id, answers=given, **more)


def _pdf() -> bytes:
    from tests.support.answers import pdf

    return pdf(3)


def with_fee(world: World) -> None:
    """From now on the procedure costs FEE: its next version is published."""
    import json

    from emoit.procedures import actions as procedures

    folder = procedures.DATA / "2.000138"
    read = {name: json.loads((folder / name).read_text("utf-8")) for name in _FILES}
    document = {
        **read["procedure.json"],
        "fee": {"vnd": FEE, "text": {"vi": "1.500.000 đồng", "en": "1,500,000 dong"}},
        "form": {"schema": read["form.schema.json"], "layout": read["form.layout.json"]},
    }
    with acting_as(world.process) as by:
        procedures.publish(
            by=by, now=world.now, document=document, known_unit=lambda _: True, known_process=lambda _: True
        )


_FILES = ("procedure.json", "form.schema.json", "form.layout.json")


def awaiting_fee(world: World) -> int:
    with_fee(world)
    return world.received()


def refused_at_intake(world: World) -> int:
    dossier_id = world.submitted()
    world.on_item(CLERK, actions.refuse_intake, dossier_id, "intake", reason="Không thuộc thẩm quyền của Bộ")
    return dossier_id


def withdrawn(world: World) -> int:
    dossier_id = world.received()
    world.do(APPLICANT, actions.withdraw, dossier_id=dossier_id, reason="Hoãn chương trình")
    return dossier_id


def stopped(world: World) -> int:
    dossier_id = world.in_examination()
    world.do(HEAD, actions.stop, dossier_id=dossier_id, reason="Thương nhân đã giải thể")
    return dossier_id


def decided(world: World) -> int:
    """Online results are returned in the moment they are decided; one that waits at the counter is made by hand."""
    dossier_id = world.signed()
    with acting_as(world.process):
        Dossier.objects.filter(pk=dossier_id).update(status=Status.DECIDED, returned_at=None)
    return dossier_id


def supplement_asked_late(world: World) -> int:
    """The clock has run for some days before it stands."""
    dossier_id = world.in_examination()
    world.go("2026-05-08 09:30")
    world.on_item(SPECIALIST, actions.request_supplement, dossier_id, "examine", defects=DEFECTS, note="Gấp")
    return dossier_id


def fee_asked_late(world: World) -> int:
    dossier_id = world.received()
    world.go("2026-05-08 09:30")
    with acting_as(world.process) as by, opened(by=by, now=world.now, dossier_id=dossier_id) as case:
        case.move(Verb.REQUIRE_FEE, "Chờ nộp phí, lệ phí.")
        case.compute_deadline()
        case.save_clock()
    return dossier_id


IN: dict[Status, Callable[[World], int]] = {
    Status.DRAFT: World.draft,
    Status.SUBMITTED: World.submitted,
    Status.REFUSED_AT_INTAKE: refused_at_intake,
    Status.RECEIVED: World.received,
    Status.IN_PROGRESS: World.in_examination,
    Status.AWAITING_SUPPLEMENT: awaiting_supplement,
    Status.AWAITING_FEE: awaiting_fee,
    Status.DECIDED: decided,
    Status.RETURNED: World.signed,
    Status.WITHDRAWN: withdrawn,
    Status.STOPPED: stopped,
}


def consulted(world: World) -> int:
    """Opinions are asked of another unit."""
    processes.publish(world, process_key="appraisal")
    dossier_id = world.in_examination()
    _ask(world, dossier_id)
    return dossier_id


def _examined_for_opinions(world: World) -> int:
    processes.publish(world, process_key="appraisal")
    return world.in_examination()


def _to_plan(world: World) -> int:
    """Received by a procedure with an inspection, in an officer's hands."""
    processes.publish(world, process_key="inspection")
    dossier_id = world.received()
    world.on_item(SPECIALIST, actions.claim, dossier_id, "plan")
    return dossier_id


def planned(world: World) -> int:
    """An inspection is appointed, and the hour has come."""
    dossier_id = _to_plan(world)
    _plan(world, dossier_id)
    world.go("2026-05-06 09:00")
    return dossier_id


# Where more is needed than the status: the state of the work.
READY: dict[tuple[Status, Verb], Callable[[World], int]] = {
    (Status.IN_PROGRESS, Verb.APPROVE): World.proposed,
    (Status.IN_PROGRESS, Verb.RETURN_FOR_REWORK): World.proposed,
    (Status.IN_PROGRESS, Verb.SIGN): World.approved,
    (Status.IN_PROGRESS, Verb.DECIDE): World.being_signed,
    (Status.AWAITING_SUPPLEMENT, Verb.FOLLOW_CALENDAR): supplement_asked_late,
    (Status.AWAITING_FEE, Verb.FOLLOW_CALENDAR): fee_asked_late,
    (Status.IN_PROGRESS, Verb.ASK_OPINIONS): _examined_for_opinions,
    (Status.IN_PROGRESS, Verb.GIVE_OPINION): consulted,
    (Status.IN_PROGRESS, Verb.CLOSE_OPINIONS): consulted,
    (Status.IN_PROGRESS, Verb.PLAN_INSPECTION): _to_plan,
    (Status.IN_PROGRESS, Verb.REPLAN_INSPECTION): planned,
    (Status.IN_PROGRESS, Verb.RECORD_INSPECTION): planned,
}


def calendar_changed(world: World, *off: str) -> None:
    """From now on those days (2026-05-07 ...) are off: the calendar's next version is published."""
    world.do("quantri", codes.publish_calendar, note="Nghỉ thêm", days=[day_off(day) for day in off])


def day_off(day: str) -> DayEntry:
    return DayEntry(date.fromisoformat(day), OffDayKind.PUBLIC_HOLIDAY, "Nghỉ thử", DayStatus.OFFICIAL, "QĐ 1/QĐ-TTg")


def _follow_calendar(world: World, dossier_id: int) -> None:
    if world.status(dossier_id) in RUNNING:
        calendar_changed(world, "2026-05-07")
    world.do(world.process, actions.follow_calendar, dossier_id=dossier_id)


def _item(world: World, dossier_id: int, wanted: str = "") -> dict[str, int]:
    """Whatever waits on the dossier (first a step of that name); an item that is not there, where nothing does."""
    for step in sorted(world.items(dossier_id), key=lambda s: s != wanted):
        item = world.item(dossier_id, step)
        return {"item_id": item.id, "version": item.version}
    return {"item_id": 0, "version": 1}


def _with_item(who: str, action: Callable[..., Any], **more: Any) -> Callable[[World, int], None]:
    def run(world: World, dossier_id: int) -> None:
        world.do(who, action, dossier_id=dossier_id, **_item(world, dossier_id), **more)

    return run


def _ask(world: World, dossier_id: int) -> None:
    world.do(
        SPECIALIST,
        actions.ask_opinions,
        dossier_id=dossier_id,
        **_item(world, dossier_id),
        unit_ids=[world.unit_id("G02.26")],
        question="Có chứa hóa chất hạn chế không?",
        reply_by=world.at("2026-05-07 00:00").date(),
    )


def _opine(world: World, dossier_id: int) -> None:
    world.do(
        "hoachat.chuyenvien1",
        actions.give_opinion,
        dossier_id=dossier_id,
        **_item(world, dossier_id, "opine"),
        stance=Stance.AGREE,
        text="Không chứa.",
    )


def _close(world: World, dossier_id: int) -> None:
    found = _item(world, dossier_id, "consult")
    world.do(SPECIALIST, actions.close_opinions, dossier_id=dossier_id, **found, reason="Quá ngày trả lời")


def _plan(world: World, dossier_id: int) -> None:
    plan = actions.Plan(
        starts_at=world.at("2026-05-06 08:30"),
        place="Kho số 3",
        receiver="Trần Văn Bình",
        team=[world.account_id(SPECIALIST), world.account_id(HEAD)],
        leader_id=world.account_id(HEAD),
    )
    world.do(SPECIALIST, actions.plan_inspection, dossier_id=dossier_id, **_item(world, dossier_id), plan=plan)


def _record(world: World, dossier_id: int) -> None:
    if "inspect" in world.items(dossier_id):
        world.do(
            SPECIALIST,
            actions.attach_evidence,
            dossier_id=dossier_id,
            kind=EvidenceKind.MINUTES,
            name="biên bản.pdf",
            content=io.BytesIO(_pdf()),
        )
    world.do(
        SPECIALIST,
        actions.record_inspection,
        dossier_id=dossier_id,
        **_item(world, dossier_id),
        result=InspectionResult.PASSED,
        findings="Đủ hàng",
    )


def _alone(who: str, action: Callable[..., Any], **more: Any) -> Callable[[World, int], None]:
    def run(world: World, dossier_id: int) -> None:
        world.do(who, action, dossier_id=dossier_id, **more)

    return run


def _move(verb: Verb) -> Callable[[World, int], None]:
    """A verb that is part of another's action: the transition itself."""

    def run(world: World, dossier_id: int) -> None:
        with acting_as(world.process) as by, opened(by=by, now=world.now, dossier_id=dossier_id) as case:
            case.move(verb, "thử")

    return run


def _pay(world: World, dossier_id: int) -> None:
    from emoit.payments import actions as payments
    from emoit.payments import queries
    from emoit.payments.types import Method

    with acting_as(world.process) as by:
        due = queries.of_subject(by, "dossier", dossier_id)
    for obligation in due:
        world.do("thuquy", payments.record_payment, obligation_id=obligation.id, amount_vnd=FEE, method=Method.TRANSFER)
    if due:
        world.run_jobs()
    else:
        world.do(world.process, actions.fee_paid, dossier_id=dossier_id)


def _decide(world: World, dossier_id: int) -> None:
    from emoit.dossiers.models import Decision

    with acting_as(world.process):
        waits = Decision.objects.filter(dossier_id=dossier_id, dossier__status=Status.IN_PROGRESS).exists()
    if waits:
        world.run_jobs()
    else:
        world.do(world.process, actions.issue_signed, dossier_id=dossier_id, request_id=0, file_id=0)


def _supply(world: World, dossier_id: int) -> None:
    if world.status(dossier_id) is Status.AWAITING_SUPPLEMENT:
        supplied(world, dossier_id)
    else:
        world.do(APPLICANT, actions.supply, dossier_id=dossier_id)


DO: dict[Verb, Callable[[World, int], None]] = {
    Verb.SUBMIT: _alone(APPLICANT, actions.submit),
    Verb.RECEIVE: _with_item(CLERK, actions.receive),
    Verb.REFUSE_INTAKE: _with_item(CLERK, actions.refuse_intake, reason="Không thuộc thẩm quyền"),
    Verb.REQUIRE_FEE: _move(Verb.REQUIRE_FEE),
    Verb.PAY_FEE: _pay,
    Verb.EXAMINE: _move(Verb.EXAMINE),
    Verb.REQUEST_SUPPLEMENT: _with_item(SPECIALIST, actions.request_supplement, defects=DEFECTS),
    Verb.SUPPLY: _supply,
    Verb.PROPOSE: _with_item(SPECIALIST, actions.propose, outcome=Outcome.GRANTED),
    Verb.APPROVE: _with_item(HEAD, actions.approve),
    Verb.RETURN_FOR_REWORK: _with_item(HEAD, actions.return_for_rework, reason="Chưa rõ"),
    Verb.SIGN: _with_item(LEADER, actions.sign),
    Verb.DECIDE: _decide,
    Verb.RETURN_RESULT: _move(Verb.RETURN_RESULT),
    Verb.WITHDRAW: _alone(APPLICANT, actions.withdraw, reason="Hoãn chương trình"),
    Verb.STOP: _alone(HEAD, actions.stop, reason="Thương nhân đã giải thể"),
    Verb.IMPORT: _move(Verb.IMPORT),
    Verb.EXTEND: _alone(HEAD, actions.extend, working_days=3, reason="Chờ ý kiến chuyên gia"),
    Verb.FOLLOW_CALENDAR: _follow_calendar,
    Verb.ASK_OPINIONS: _ask,
    Verb.GIVE_OPINION: _opine,
    Verb.CLOSE_OPINIONS: _close,
    Verb.PLAN_INSPECTION: _plan,
    Verb.REPLAN_INSPECTION: _with_item(SPECIALIST, actions.replan_inspection, reason="Mưa bão"),
    Verb.RECORD_INSPECTION: _record,
}

OF_OFFICERS = {
    Verb.RECEIVE,
    Verb.REFUSE_INTAKE,
    Verb.REQUEST_SUPPLEMENT,
    Verb.PROPOSE,
    Verb.APPROVE,
    Verb.RETURN_FOR_REWORK,
    Verb.SIGN,
    Verb.STOP,
    Verb.EXTEND,
    Verb.ASK_OPINIONS,
    Verb.GIVE_OPINION,
    Verb.CLOSE_OPINIONS,
    Verb.PLAN_INSPECTION,
    Verb.REPLAN_INSPECTION,
    Verb.RECORD_INSPECTION,
}
