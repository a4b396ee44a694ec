"""An inspection on site: appointed, held, written down; nothing is proposed before its minutes are in."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest
from PIL import Image

from emoit.dossiers import actions, queries
from emoit.dossiers.types import (
    EvidenceKind,
    InspectionInfo,
    InspectionResult,
    InspectionState,
    Outcome,
    SlipKind,
    Status,
    Verb,
)
from emoit.files import queries as files
from emoit.kernel.access import NotFound, acting_as
from tests.dossiers import looks, processes, verbs
from tests.dossiers.test_slips import slip_text
from tests.support.answers import pdf
from tests.support.traces import refused
from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, World

OTHER = "xttm.chuyenvien2"


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "PNG")
    return out.getvalue()


def plan(world: World, **changes: Any) -> actions.Plan:
    given: dict[str, Any] = {
        "starts_at": world.at("2026-05-06 08:30"),
        "place": "Kho số 3, 56 đường Thử Nghiệm, Hà Nội",
        "receiver": "Trần Văn Bình, giám đốc, 0900000002",
        "team": [world.account_id(SPECIALIST), world.account_id(OTHER)],
        "leader_id": world.account_id(OTHER),
        "purpose": "Đối chiếu hàng hóa khuyến mại",
    }
    return actions.Plan(**{**given, **changes})


def received(world: World) -> int:
    processes.publish(world, process_key="inspection")
    return world.received()


def planned(world: World) -> int:
    dossier_id = received(world)
    world.on_item(SPECIALIST, actions.plan_inspection, dossier_id, "plan", plan=plan(world))
    return dossier_id


def attach(world: World, dossier_id: int, kind: EvidenceKind = EvidenceKind.MINUTES, who: str = SPECIALIST) -> int:
    name, content = ("biên bản.pdf", pdf(2)) if kind is EvidenceKind.MINUTES else ("kho.png", png())
    evidence_id: int = world.do(
        who, actions.attach_evidence, dossier_id=dossier_id, kind=kind, name=name, content=io.BytesIO(content)
    )
    return evidence_id


def record(world: World, dossier_id: int, result: InspectionResult = InspectionResult.PASSED) -> None:
    world.on_item(
        SPECIALIST, actions.record_inspection, dossier_id, "inspect", result=result, findings="Đủ 20 giải thưởng."
    )


def inspections(world: World, dossier_id: int) -> list[InspectionInfo]:
    with acting_as(world.process) as by:
        return queries.inspections_of(by, dossier_id)


def test_to_the_end(world: World) -> None:
    dossier_id = planned(world)
    assert world.items(dossier_id) == ["inspect"]
    assert world.item(dossier_id, "inspect").assignee_id == world.account_id(SPECIALIST)
    looks.check_replay(world, dossier_id)
    with refused(world.process, "wrong_step"):  # no proposal before the minutes
        world.on_item(SPECIALIST, actions.propose, dossier_id, "inspect", outcome=Outcome.GRANTED)
    world.go("2026-05-06 11:00")
    attach(world, dossier_id)
    attach(world, dossier_id, EvidenceKind.PHOTO)
    record(world, dossier_id)
    looks.check_replay(world, dossier_id)
    world.on_item(SPECIALIST, actions.propose, dossier_id, "examine", outcome=Outcome.GRANTED)
    world.on_item(HEAD, actions.return_for_rework, dossier_id, "approve", reason="Xem lại ảnh")
    world.on_item(SPECIALIST, actions.propose, dossier_id, "examine", outcome=Outcome.GRANTED)
    world.on_item(HEAD, actions.approve, dossier_id, "approve")
    world.on_item(LEADER, actions.sign, dossier_id, "sign")
    world.run_jobs()
    looks.check_replay(world, dossier_id)
    assert world.status(dossier_id) is Status.RETURNED
    (only,) = inspections(world, dossier_id)
    assert (only.state, only.result, only.recorded_at) == (
        InspectionState.RECORDED, InspectionResult.PASSED, world.at("2026-05-06 11:00"),
    )  # fmt: skip
    assert [e.kind for e in only.evidence] == [EvidenceKind.MINUTES, EvidenceKind.PHOTO]
    with acting_as(world.actor(verbs.APPLICANT)) as by:
        told = [(e.verb, e.words) for e in queries.timeline_of(by, dossier_id)]
    assert (Verb.PLAN_INSPECTION, "Hẹn kiểm tra thực tế lúc 08:30 ngày 06/05/2026, xem giấy hẹn kèm theo.") in told
    assert (Verb.RECORD_INSPECTION, "Đã kiểm tra thực tế, kết quả: đạt yêu cầu.") in told


def test_the_notice_goes_to_the_applicant(world: World) -> None:
    dossier_id = planned(world)
    world.run_jobs()
    words = " ".join(slip_text(world, dossier_id, SlipKind.INSPECTION_NOTICE).split())
    for expected in (
        "Kiểm tra thực tế", "08 giờ 30 phút, ngày 06 tháng 5 năm 2026", "Kho số 3, 56 đường Thử Nghiệm, Hà Nội",
        "Trần Văn Bình, giám đốc, 0900000002", "Trưởng đoàn", "Lê Thu Trang", "Nguyễn Minh Khôi",
    ):  # fmt: skip
        assert expected in words


def test_the_minutes_are_the_applicants_to_read_and_the_photographs_not(world: World) -> None:
    dossier_id = planned(world)
    world.go("2026-05-06 09:00")
    attach(world, dossier_id)
    attach(world, dossier_id, EvidenceKind.PHOTO)
    record(world, dossier_id)
    minutes, photo = inspections(world, dossier_id)[0].evidence
    with acting_as(world.actor(verbs.APPLICANT)) as by:
        assert files.get_for(by, minutes.file_id).name == "biên bản.pdf"
        with pytest.raises(NotFound):
            files.get_for(by, photo.file_id)
        assert queries.inspections_of(by, dossier_id) == []


def test_appointed_anew_with_a_reason(world: World) -> None:
    dossier_id = planned(world)
    with refused(world.process, "reason_missing"):
        world.on_item(SPECIALIST, actions.replan_inspection, dossier_id, "inspect", reason="")
    world.on_item(SPECIALIST, actions.replan_inspection, dossier_id, "inspect", reason="Doanh nghiệp xin lùi")
    looks.check_replay(world, dossier_id)
    assert world.items(dossier_id) == ["plan"]
    again = plan(world, starts_at=world.at("2026-05-07 14:00"))
    world.on_item(SPECIALIST, actions.plan_inspection, dossier_id, "plan", plan=again)
    first, second = inspections(world, dossier_id)
    assert (first.state, first.cancel_reason) == (InspectionState.CANCELLED, "Doanh nghiệp xin lùi")
    assert (second.number, second.state) == (2, InspectionState.PLANNED)


def test_what_was_found_may_call_for_another_look(world: World) -> None:
    dossier_id = planned(world)
    world.go("2026-05-06 09:00")
    attach(world, dossier_id)
    record(world, dossier_id, InspectionResult.FAILED)
    world.on_item(SPECIALIST, actions.replan_inspection, dossier_id, "examine", reason="Đã khắc phục, kiểm tra lại")
    assert world.items(dossier_id) == ["plan"]
    assert [i.state for i in inspections(world, dossier_id)] == [InspectionState.RECORDED]


@pytest.mark.parametrize("step", ["plan", "examine"])
def test_a_supplement_comes_back_to_where_it_was_asked(world: World, step: str) -> None:
    dossier_id = received(world) if step == "plan" else planned(world)
    if step == "examine":
        world.go("2026-05-06 09:00")
        attach(world, dossier_id)
        record(world, dossier_id)
    world.on_item(SPECIALIST, actions.request_supplement, dossier_id, step, defects=verbs.DEFECTS)
    assert (world.status(dossier_id), world.items(dossier_id)) == (Status.AWAITING_SUPPLEMENT, [])
    verbs.supplied(world, dossier_id)
    looks.check_replay(world, dossier_id)
    assert world.items(dossier_id) == [step]
    assert world.item(dossier_id, step).assignee_id == world.account_id(SPECIALIST)


def wrong_plans(world: World) -> list[tuple[dict[str, Any], str]]:
    def when(text: str) -> dict[str, datetime]:
        return {"starts_at": world.at(text)}

    return [
        ({"starts_at": None}, "starts_at"),
        (when("2026-05-04 09:00"), "starts_at"),  # gone
        (when("2026-05-09 09:00"), "starts_at"),  # Saturday
        (when("2026-05-06 12:30"), "starts_at"),  # between the windows
        (when("2026-05-06 17:00"), "starts_at"),
        (when("2026-09-02 09:00"), "starts_at"),  # holiday
        (when("2199-05-06 09:00"), "starts_at"),
        ({"place": " "}, "place"),
        ({"receiver": ""}, "receiver"),
        ({"team": [world.account_id(OTHER)]}, "team"),
        ({"team": [world.account_id(OTHER), world.account_id(CLERK)]}, "team"),
        ({"leader_id": world.account_id(HEAD)}, "leader"),
    ]


def test_a_wrong_plan_is_not_made(world: World) -> None:
    dossier_id = received(world)
    for changes, field in wrong_plans(world):
        with refused(world.process, "bad_plan") as caught:
            world.on_item(SPECIALIST, actions.plan_inspection, dossier_id, "plan", plan=plan(world, **changes))
        assert set(caught.value.fields) == {field}, changes
    assert inspections(world, dossier_id) == []


def test_minutes_need_the_hour_a_result_findings_and_the_paper(world: World) -> None:
    dossier_id = planned(world)

    def refuse(*fields: str, **changes: Any) -> None:
        given: dict[str, Any] = {"result": InspectionResult.PASSED, "findings": "Đủ", **changes}
        with refused(world.process, "bad_minutes") as caught:
            world.on_item(SPECIALIST, actions.record_inspection, dossier_id, "inspect", **given)
        assert set(caught.value.fields) == set(fields)

    refuse("result", "minutes")  # not held yet, no paper
    world.go("2026-05-06 10:00")
    refuse("minutes")
    attach(world, dossier_id)
    refuse("result", "findings", result=None, findings=" ")
    record(world, dossier_id)


def test_files_are_looked_into_and_may_be_taken_back(world: World) -> None:
    dossier_id = planned(world)
    with refused(world.process, "disguised"):
        world.do(
            SPECIALIST, actions.attach_evidence, dossier_id=dossier_id, kind=EvidenceKind.MINUTES, name="biên bản.pdf",
            content=io.BytesIO(b"MZ\x90\x00 not a pdf at all"),
        )  # fmt: skip
    with refused(world.process, "forbidden"):  # the officer in charge has it in hand
        attach(world, dossier_id, who=OTHER)
    evidence_id = attach(world, dossier_id)
    world.do(SPECIALIST, actions.remove_evidence, dossier_id=dossier_id, evidence_id=evidence_id)
    assert inspections(world, dossier_id)[0].evidence == ()
    another = received(world)  # not appointed yet
    with refused(world.process, "item_closed"):
        attach(world, another)
