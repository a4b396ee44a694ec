"""Call activities: the part stands in the place of its call when a drawing is published, and stays as it was then."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from emoit.kernel.access import Refusal, acting_as, process
from emoit.workflow import actions, calls, drawing, engine, lint, queries
from emoit.workflow.drawing import SHIPPED
from emoit.workflow.models import ProcessVersion

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
AGENCY = 7
RISK = (SHIPPED / "risk.bpmn").read_text("utf-8")
PART = (SHIPPED / "onsite.bpmn").read_text("utf-8")
CALL = '<bpmn:callActivity id="onsite" name="Kiểm tra thực tế" calledElement="onsite"/>'


def shipped(key: str) -> bytes | None:
    return PART.encode() if key == "onsite" else None


def publish(*contents: str) -> list[tuple[int, bool]]:
    with acting_as(process("test", AGENCY)) as by:
        return [actions.publish(by=by, now=NOW, content=content.encode()) for content in contents]


def test_the_part_stands_where_it_was_called() -> None:
    drawn = drawing.read(calls.expanded(RISK.encode(), shipped))
    assert lint.check(drawn) == []
    assert drawn.calls == {}
    lanes = {step.key: step.lane for step in drawn.steps}
    assert {key: lane for key, lane in lanes.items() if key.endswith("__onsite")} == {
        "plan__onsite": "specialist",
        "supplement__onsite": "applicant",
        "inspect__onsite": "specialist",
    }
    assert {(f.source, f.target) for f in drawn.flows if "__onsite" in f.source + f.target} == {
        ("channelled", "plan__onsite"),
        ("plan__onsite", "after_plan__onsite"),
        ("after_plan__onsite", "supplement__onsite"),
        ("supplement__onsite", "plan__onsite"),
        ("after_plan__onsite", "inspect__onsite"),
        ("inspect__onsite", "after_inspect__onsite"),
        ("after_inspect__onsite", "plan__onsite"),
        ("after_inspect__onsite", "examine"),
    }


def test_turns_within_the_part_lead_where_they_are_drawn() -> None:
    content = calls.expanded(RISK.encode(), shipped)
    progress = engine.start(content, {"channel": "red"})
    for step, outcome in (("intake", "receive"), ("plan", "supplement"), ("supplement", "supplied"),
                          ("plan", "planned"), ("inspect", "replan"), ("plan", "planned"),
                          ("inspect", "recorded")):  # fmt: skip
        progress = engine.complete(content, progress.state, step, {"outcome": outcome})
    assert [step.key for step in progress.open] == ["examine"]


def test_a_lane_of_the_part_comes_along() -> None:
    bare = RISK.replace('<bpmn:lane id="specialist"', '<bpmn:lane id="nobody"')
    lanes = {s.key: s.lane for s in drawing.read(calls.expanded(bare.encode(), shipped)).steps}
    assert (lanes["plan__onsite"], lanes["examine"]) == ("specialist", "nobody")


def test_one_part_may_be_called_twice() -> None:
    """Once for red, and once more before the signature."""
    twice = RISK.replace(CALL, CALL + CALL.replace('id="onsite"', 'id="again"')).replace(
        'sourceRef="proposed" targetRef="approve"/>',
        'sourceRef="proposed" targetRef="again"/>\n<bpmn:sequenceFlow id="x" sourceRef="again" targetRef="approve"/>',
    )
    drawn = drawing.read(calls.expanded(twice.encode(), shipped))
    assert lint.check(drawn) == []
    assert {"plan__onsite", "plan__again"} <= {step.key for step in drawn.steps}


def test_a_drawing_that_calls_nothing_is_as_it_was() -> None:
    assert calls.expanded(PART.encode(), shipped) == PART.encode()


@pytest.mark.django_db
def test_a_published_version_keeps_the_part_as_it_was() -> None:
    (_, _), (first, new) = publish(PART, RISK)
    assert new
    assert publish(RISK) == [(first, False)]
    publish(PART.replace("Kiểm tra thực tế, lập biên bản", "Kiểm tra tại nơi sản xuất"))
    with acting_as(process("test", AGENCY)):
        assert queries.version(first).step("inspect__onsite").name == "Kiểm tra thực tế, lập biên bản"
    (second, new) = publish(RISK)[0]
    assert (new, second != first) == (True, True)
    with acting_as(process("test", AGENCY)):
        assert queries.version(second).step("inspect__onsite").name == "Kiểm tra tại nơi sản xuất"


@pytest.mark.django_db
def test_a_part_is_no_process_for_a_procedure() -> None:
    publish(PART, RISK)
    with acting_as(process("test", AGENCY)):
        assert (queries.exists(AGENCY, "onsite"), queries.exists(AGENCY, "risk")) == (False, True)


_TWO_ENDS = PART.replace(
    '<bpmn:endEvent id="inspected" name="Đã kiểm tra"/>',
    '<bpmn:endEvent id="inspected" name="Đã kiểm tra"/><bpmn:endEvent id="other" name="Khác"/>',
).replace('name="Hẹn lại" sourceRef="after_inspect" targetRef="plan"', 'sourceRef="after_inspect" targetRef="other"')


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("part", "before", "after", "element", "words"),
    [
        ("", "", "", "onsite", "Chưa công bố quy trình được gọi «onsite»."),
        (PART, 'calledElement="onsite"', 'calledElement="no"', "onsite", "Chưa công bố quy trình được gọi «no»."),
        (PART, 'calledElement="onsite"', 'calledElement="risk"', "onsite", "Quy trình không được gọi chính nó."),
        (PART, 'calledElement="onsite"', "", "onsite", "Chưa công bố quy trình được gọi «»."),
        (PART, 'name="Kiểm tra thực tế" called', 'name=" " called', "onsite", "Bước gọi phải có tên."),
        (PART, CALL, CALL.replace("/>", "><bpmn:script/></bpmn:callActivity>"), "onsite", "không được dùng script"),
        (PART, CALL, CALL.replace("/>", ' z:x="1" xmlns:z="urn:z"/>'), "onsite", "thuộc tính x của callActivity"),
        (
            PART,
            '<bpmn:sequenceFlow id="inspected" name="Đã kiểm tra" sourceRef="onsite" targetRef="examine"/>',
            "",
            "onsite",
            "Bước gọi phải có đúng một đường ra.",
        ),
    ],
)  # fmt: skip
def test_calls_that_cannot_be_replaced(part: str, before: str, after: str, element: str, words: str) -> None:
    if part:
        publish(part)
    with pytest.raises(Refusal) as caught:
        publish(RISK.replace(before, after) if before else RISK)
    assert caught.value.code == "bad_process"
    assert words in caught.value.fields[element]
    with acting_as(process("test", AGENCY)):
        assert ProcessVersion.objects.filter(key="risk").count() == 0


def test_a_part_with_two_ends_says_nothing_of_where_it_leads() -> None:
    problems = calls.check(drawing.read(RISK.encode()), lambda _: _TWO_ENDS.encode())
    assert [p.message for p in problems] == ["Quy trình được gọi «onsite» phải có đúng một điểm kết thúc."]


@pytest.mark.django_db
def test_what_is_wrong_with_the_whole_is_told_at_the_step() -> None:
    """The part's lane is one that may not do the step: told under the id that it has in the whole."""
    publish(PART)
    with pytest.raises(Refusal) as caught:
        publish(RISK.replace('sourceRef="onsite" targetRef="examine"', 'sourceRef="onsite" targetRef="not_accepted"')
                .replace('id="channel_papers" name="Luồng xanh, luồng vàng" sourceRef="channelled" targetRef="examine"',
                         'id="channel_papers" sourceRef="channelled" targetRef="not_accepted"'))  # fmt: skip
    assert "Không có đường nào dẫn tới bước này." in caught.value.fields["examine"]
