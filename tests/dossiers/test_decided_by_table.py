"""Fees and routes by decision table: computed from the answers at intake and at submission, checked when published."""

from __future__ import annotations

from typing import Any

import pytest

from emoit.dossiers import actions
from emoit.dossiers.types import Status
from emoit.kernel.access import Refusal, acting_as
from emoit.payments import queries as payments
from emoit.procedures import actions as procedures
from emoit.workflow import actions as workflow
from tests.dossiers import processes
from tests.support.answers import PROMOTION, answers
from tests.support.world import CLERK, World
from tests.workflow.tables import dmn

FEE = {"decision": "phi", "text": {"vi": "Theo bảng", "en": "By table"}}


def table(world: World, content: bytes) -> None:
    world.do(world.process, workflow.publish_decision, content=content)


def value_of(name: str) -> Any:
    return answers(PROMOTION)["programme"][name]


def test_the_fee_is_computed_from_the_answers(world: World) -> None:
    name = value_of("name")
    column = (("programme.name", "string"),)
    table(world, dmn((f'"{name}"', "750000"), (f'not("{name}")', "0"), inputs=column))
    processes.publish(world, fee=FEE)
    dossier_id = world.received()
    assert world.status(dossier_id) is Status.AWAITING_FEE
    with acting_as(world.process) as by:
        assert [o.amount_vnd for o in payments.of_subject(by, "dossier", dossier_id)] == [750_000]


def test_no_fee_by_the_table_is_no_fee(world: World) -> None:
    table(world, dmn(("-", "0"), inputs=(("programme.name", "string"),)))
    processes.publish(world, fee=FEE)
    assert world.status(world.received()) is Status.RECEIVED


def test_a_route_by_table_chooses_the_unit(world: World) -> None:
    column, out = (("programme.name", "string"),), (("unit", "string"),)
    table(world, dmn(("-", '"G02.26"'), inputs=column, outputs=out, key="tuyen"))
    processes.publish(world, route={"decision": "tuyen"})
    dossier_id = world.submitted()
    assert world.info(dossier_id).handling_unit_id == world.unit_id("G02.26")
    world.on_item(CLERK, actions.receive, dossier_id, "intake")
    assert world.item(dossier_id, "examine").unit_id == world.unit_id("G02.26")


def publish(world: World, **changes: Any) -> None:
    with acting_as(world.process) as by:
        procedures.publish(
            by=by,
            now=world.now,
            document=processes.document(**changes),
            known_unit=lambda code: code.startswith("G02"),
            known_process=lambda _: True,
        )


STRING = (("programme.name", "string"),)


@pytest.mark.parametrize(
    ("content", "changes", "pointer", "words"),
    [
        (None, {"fee": FEE}, "/fee/decision", "Không có bảng quyết định phi"),
        (dmn(("-", "1"), inputs=STRING, outputs=(("phi", "number"),)), {"fee": FEE}, "/fee/decision", "cột ra fee"),
        (dmn(("-", '"1"'), inputs=STRING, outputs=(("fee", "string"),)), {"fee": FEE}, "/fee/decision", "cột ra fee"),
        (dmn(("-", "-1"), inputs=STRING), {"fee": FEE}, "/fee/decision", "giá trị không dùng được: -1"),
        (dmn(("-", "0.5"), inputs=STRING), {"fee": FEE}, "/fee/decision", "giá trị không dùng được: 0.5"),
        (dmn(('"a"', "1"), inputs=STRING), {"fee": FEE}, "/fee/decision", "không dòng nào trả lời"),
        (dmn(("-", "1"), inputs=(("no.such", "string"),)), {"fee": FEE}, "/fee/decision", "biểu mẫu không có"),
        (dmn(("-", "1"), inputs=(("programme.name", "number"),)), {"fee": FEE}, "/fee/decision", "biểu mẫu không có"),
        (None, {"fee": {**FEE, "vnd": 0}}, "/fee", "Phí phải có"),
        (None, {"route": {"decision": "phi"}}, "/route/decision", "Không có bảng"),
        (
            dmn(("-", '"H26"'), inputs=STRING, outputs=(("unit", "string"),)),
            {"route": {"decision": "phi"}},
            "/route/decision",
            "không dùng được: H26",
        ),
    ],
)
def test_what_cannot_be_computed_is_not_published(
    world: World, content: bytes | None, changes: dict[str, Any], pointer: str, words: str
) -> None:
    if content:
        table(world, content)
    with pytest.raises(Refusal) as caught:
        publish(world, **changes)
    assert caught.value.code == "invalid_procedure"
    assert words in caught.value.fields[pointer]


@pytest.mark.parametrize(("days", "published"), [("5", True), ("5.5", False)])
def test_step_times_stay_within_the_term(world: World, days: str, published: bool) -> None:
    from emoit.workflow.drawing import SHIPPED

    drawing = (SHIPPED / "short.bpmn").read_text("utf-8")
    timed = drawing.replace('id="short_definitions"', 'id="d" xmlns:emoit="urn:emoit:process"').replace(
        '<bpmn:userTask id="examine"', f'<bpmn:userTask id="examine" emoit:workingDays="{days}"'
    )
    world.do(world.process, workflow.publish, content=timed.encode())
    assert processes.document()["term"] == {"value": 5, "unit": "working_day"}
    if published:
        publish(world, process_key="short")
        return
    with pytest.raises(Refusal) as caught:
        publish(world, process_key="short")
    assert "5.5 ngày làm việc, quá thời hạn 5 ngày" in caught.value.fields["/process_key"]
