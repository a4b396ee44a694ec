"""Opinions of other units, asked at the same time and answered in any order."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from emoit.dossiers import actions, queries
from emoit.dossiers.slips import make
from emoit.dossiers.types import Outcome, SlipKind, Stance, Status, Verb
from emoit.files import queries as files
from emoit.kernel.access import NotFound, acting_as
from tests.dossiers import looks, processes, verbs
from tests.dossiers.test_slips import slip_text
from tests.support.traces import refused
from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, World

CHEMISTS, ONE_STOP = "G02.26", "G02.MC"
CHEMIST, CHIEF_CHEMIST = "hoachat.chuyenvien1", "hoachat.cuctruong"
ASKED: dict[str, Any] = {"question": "Giải thưởng có chứa hóa chất hạn chế không?", "reply_by": date(2026, 5, 7)}


def examined(world: World) -> int:
    processes.publish(world, process_key="appraisal")
    return world.in_examination()


def ask(world: World, dossier_id: int, *units: str, **more: Any) -> None:
    chosen = [world.unit_id(code) for code in units or (CHEMISTS,)]
    world.on_item(SPECIALIST, actions.ask_opinions, dossier_id, "examine", unit_ids=chosen, **{**ASKED, **more})


def rounds(world: World, dossier_id: int) -> list[Any]:
    with acting_as(world.process) as by:
        return queries.consultations_of(by, dossier_id)


@pytest.fixture
def two_units(world: World) -> int:
    """Asked of the chemists and, for there are no others with officers who answer, of the leaders' office made so."""
    from emoit.people import actions as people
    from emoit.people.types import Role

    world.do(
        world.process,
        people.grant_role,
        account_id=world.account_id("vanthu"),
        unit_id=world.unit_id("G02.VP"),
        role=Role.SPECIALIST,
        valid_from=world.now,
    )
    dossier_id = examined(world)
    ask(world, dossier_id, CHEMISTS, "G02.VP")
    return dossier_id


def test_each_unit_is_asked_at_once_and_the_last_answer_goes_on(world: World, two_units: int) -> None:
    dossier_id = two_units
    assert sorted(world.items(dossier_id)) == ["consult", "opine", "opine"]
    with acting_as(world.process) as by:
        from emoit.work import queries as work

        items = {i.unit_id: i for i in work.open_of(by, "dossier", dossier_id) if i.step == "opine"}
    chemists, office = items[world.unit_id(CHEMISTS)], items[world.unit_id("G02.VP")]
    assert (chemists.due_at, chemists.note) == (world.at("2026-05-07 17:00"), ASKED["question"])
    assert world.item(dossier_id, "consult").assignee_id == world.account_id(SPECIALIST)
    with refused(world.process, "item_closed"):
        world.do(CHEMIST, actions.give_opinion, dossier_id=dossier_id, item_id=office.id, version=1,
                 stance=Stance.AGREE, text="Đồng ý")  # fmt: skip
    with refused(world.process, "wrong_step"):
        world.on_item(SPECIALIST, actions.propose, dossier_id, "consult", outcome=Outcome.GRANTED)
    for who, item, stance in (("vanthu", office, Stance.AGREE), (CHIEF_CHEMIST, chemists, Stance.REMARKS)):
        assert "examine" not in world.items(dossier_id)
        world.do(who, actions.give_opinion, dossier_id=dossier_id, item_id=item.id, version=item.version,
                 stance=stance, text="Không chứa hóa chất hạn chế.")  # fmt: skip
        looks.check_replay(world, dossier_id)
    assert world.items(dossier_id) == ["examine"]
    assert world.item(dossier_id, "examine").assignee_id == world.account_id(SPECIALIST)
    (only,) = rounds(world, dossier_id)
    assert only.closed_at == world.now
    assert [(o.stance, o.account_id) for o in only.opinions] == [
        (Stance.REMARKS, world.account_id(CHIEF_CHEMIST)),
        (Stance.AGREE, world.account_id("vanthu")),
    ]
    assert looks.verbs(world, dossier_id)[-3:] == [Verb.ASK_OPINIONS, Verb.GIVE_OPINION, Verb.GIVE_OPINION]


def test_to_the_end_and_into_the_control_slip(world: World) -> None:
    dossier_id = examined(world)
    ask(world, dossier_id)
    world.on_item(
        CHEMIST, actions.give_opinion, dossier_id, "opine", stance=Stance.DISAGREE, text="Mẫu chứa thủy ngân."
    )
    ask(world, dossier_id, question="Sau khi bỏ mẫu đó?")  # a second round
    world.on_item(CHEMIST, actions.give_opinion, dossier_id, "opine", stance=Stance.AGREE, text="Không còn vướng mắc.")
    world.on_item(SPECIALIST, actions.propose, dossier_id, "examine", outcome=Outcome.GRANTED)
    world.on_item(HEAD, actions.approve, dossier_id, "approve")
    world.on_item(LEADER, actions.sign, dossier_id, "sign")
    world.run_jobs()
    looks.check_replay(world, dossier_id)
    assert world.status(dossier_id) is Status.RETURNED
    world.do(HEAD, make, dossier_id=dossier_id, kind=SlipKind.CONTROL_SLIP)
    words = slip_text(world, dossier_id, SlipKind.CONTROL_SLIP, login=HEAD)
    assert "Cục Hóa chất" in words
    assert "Không đồng ý. Mẫu chứa thủy ngân." in words


def test_a_round_is_closed_with_a_reason(world: World) -> None:
    dossier_id = examined(world)
    ask(world, dossier_id)
    with refused(world.process, "reason_missing"):
        world.on_item(SPECIALIST, actions.close_opinions, dossier_id, "consult", reason="  ")
    world.on_item(SPECIALIST, actions.close_opinions, dossier_id, "consult", reason="Đã quá ngày trả lời")
    assert world.items(dossier_id) == ["examine"]
    (only,) = rounds(world, dossier_id)
    assert (only.close_reason, only.opinions[0].stance) == ("Đã quá ngày trả lời", None)
    looks.check_replay(world, dossier_id)
    supplied_by_law = world.item(dossier_id, "examine")
    assert supplied_by_law.note == "Kết thúc lấy ý kiến: Đã quá ngày trả lời"


def test_units_that_are_asked_see_the_dossier_and_its_papers_and_the_applicant_no_opinion(world: World) -> None:
    dossier_id = examined(world)
    with acting_as(world.actor(CHEMIST)) as by, pytest.raises(NotFound):
        queries.get_for(by, dossier_id)
    ask(world, dossier_id)
    with acting_as(world.actor(CHEMIST)) as by:
        assert queries.get_for(by, dossier_id).id == dossier_id
        for paper in queries.papers_of(by, dossier_id):
            assert files.get_for(by, paper.file_id).name == paper.name
    world.on_item(CHEMIST, actions.give_opinion, dossier_id, "opine", stance=Stance.AGREE, text="Đồng ý.")
    with acting_as(world.actor(verbs.APPLICANT)) as by:
        assert queries.consultations_of(by, dossier_id) == []
        assert [e.verb for e in queries.timeline_of(by, dossier_id)][-1] is Verb.ASK_OPINIONS


def test_an_extension_leaves_the_units_their_own_term(world: World) -> None:
    dossier_id = examined(world)
    ask(world, dossier_id)
    world.do(HEAD, actions.extend, dossier_id=dossier_id, working_days=5, reason="Chờ ý kiến")
    assert world.item(dossier_id, "opine").due_at == world.at("2026-05-07 17:00")
    assert world.item(dossier_id, "consult").due_at == world.info(dossier_id).due_at


def test_what_ends_the_dossier_ends_the_round(world: World) -> None:
    dossier_id = examined(world)
    ask(world, dossier_id)
    world.do(verbs.APPLICANT, actions.withdraw, dossier_id=dossier_id, reason="Hoãn")
    assert world.items(dossier_id) == []
    assert rounds(world, dossier_id)[0].closed_at == world.now


WRONG = [
    ({"unit_ids": []}, "units"),
    ({"unit_ids": [999_999]}, "units"),
    ({"unit_ids": list(range(1, 30))}, "units"),
    ({"question": " "}, "question"),
    ({"reply_by": None}, "reply_by"),
    ({"reply_by": date(2026, 5, 1)}, "reply_by"),  # a holiday, and gone
    ({"reply_by": date(2026, 5, 9)}, "reply_by"),  # a Saturday
    ({"reply_by": date(2026, 4, 29)}, "reply_by"),
    ({"reply_by": date(2026, 5, 12)}, "reply_by"),  # after the dossier's own day, 11 May
    ({"reply_by": date(2199, 1, 5)}, "reply_by"),
]


@pytest.mark.parametrize(("changes", "field"), WRONG)
def test_a_wrong_question_is_not_asked(world: World, changes: dict[str, Any], field: str) -> None:
    dossier_id = examined(world)
    given = {"unit_ids": [world.unit_id(CHEMISTS)], **ASKED, **changes}
    with refused(world.process, "bad_question") as caught:
        world.on_item(SPECIALIST, actions.ask_opinions, dossier_id, "examine", **given)
    assert set(caught.value.fields) == {field}


@pytest.mark.parametrize(("stance", "text", "field"), [(None, "Có", "stance"), (Stance.AGREE, " ", "text")])
def test_an_opinion_says_what_and_why(world: World, stance: Stance | None, text: str, field: str) -> None:
    dossier_id = examined(world)
    ask(world, dossier_id)
    with refused(world.process, "bad_opinion") as caught:
        world.on_item(CHEMIST, actions.give_opinion, dossier_id, "opine", stance=stance, text=text)
    assert set(caught.value.fields) == {field}


def test_where_no_opinions_are_drawn_none_are_asked(world: World) -> None:
    dossier_id = world.in_examination()  # by the standard process
    with refused(world.process, "not_drawn"):
        ask(world, dossier_id)


def test_the_receiving_clerk_answers_for_nobody(world: World) -> None:
    dossier_id = examined(world)
    ask(world, dossier_id)
    with refused(world.process, "item_closed"):
        world.on_item(CLERK, actions.give_opinion, dossier_id, "opine", stance=Stance.AGREE, text="Có")


def test_a_head_does_not_answer_over_the_officer_who_has_it(world: World) -> None:
    dossier_id = examined(world)
    ask(world, dossier_id)
    world.on_item(CHEMIST, actions.claim, dossier_id, "opine")
    with refused(world.process, "forbidden"):
        world.on_item(CHIEF_CHEMIST, actions.give_opinion, dossier_id, "opine", stance=Stance.AGREE, text="Có")
    world.on_item(CHEMIST, actions.give_opinion, dossier_id, "opine", stance=Stance.AGREE, text="Có")
    assert world.items(dossier_id) == ["examine"]
