"""Asked once for everything, a reason for each (Decree 61/2018/NĐ-CP, Article 17); answered with what was asked for."""

from __future__ import annotations

import pytest

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Defect, Status
from emoit.kernel.access import Forbidden, acting_as
from tests.dossiers import looks, verbs
from tests.support.answers import pdf
from tests.support.traces import refused
from tests.support.world import HEAD, SPECIALIST, World


@pytest.mark.parametrize(
    ("defects", "code", "fields"),
    [
        ([], "no_defects", set()),
        ([Defect("the_le", "  ")], "bad_defects", {"the_le"}),
        ([Defect("the_le", "thiếu"), Defect("/trader/phone", "")], "bad_defects", {"/trader/phone"}),
        ([Defect("giay_la", "thiếu")], "bad_defects", {"giay_la"}),
        ([Defect("/trader/shoe_size", "thiếu")], "bad_defects", {"/trader/shoe_size"}),
    ],
)
def test_what_may_be_asked_for(world: World, defects: list[Defect], code: str, fields: set[str]) -> None:
    dossier_id = world.in_examination()
    with refused(world.actor(SPECIALIST), code) as caught:
        world.on_item(SPECIALIST, actions.request_supplement, dossier_id, "examine", defects=defects)
    assert set(caught.value.fields) == fields


def test_asked_once(world: World) -> None:
    dossier_id = verbs.awaiting_supplement(world)
    verbs.supplied(world, dossier_id)
    with refused(world.actor(SPECIALIST), "asked_already") as caught:
        world.on_item(SPECIALIST, actions.request_supplement, dossier_id, "examine", defects=verbs.DEFECTS)
    assert "chỉ cho phép yêu cầu một lần" in caught.value.message


def test_every_paper_asked_for_is_there(world: World) -> None:
    dossier_id = verbs.awaiting_supplement(world)
    given = world.info(dossier_id).answers
    with refused(world.actor(verbs.APPLICANT), "incomplete") as caught:
        world.do(verbs.APPLICANT, actions.supply, dossier_id=dossier_id, answers=given)
    assert set(caught.value.fields) == {"paper:the_le"}


def test_fields_asked_for_are_answered(world: World) -> None:
    dossier_id = verbs.awaiting_supplement(world)
    world.attach(dossier_id, "the_le", "mới.pdf", pdf(3))
    with refused(world.actor(verbs.APPLICANT), "incomplete") as caught:
        world.do(verbs.APPLICANT, actions.supply, dossier_id=dossier_id)
    assert set(caught.value.fields) == {"/programme/name"}
    given = world.info(dossier_id).answers
    given["programme"]["name"] = ""
    with refused(world.actor(verbs.APPLICANT), "incomplete") as caught:
        world.do(verbs.APPLICANT, actions.supply, dossier_id=dossier_id, answers=given)
    assert set(caught.value.fields) == {"/programme/name"}


def test_only_what_was_asked_for_changes(world: World) -> None:
    dossier_id = verbs.awaiting_supplement(world)
    before = world.info(dossier_id).answers
    world.attach(dossier_id, "the_le", "mới.pdf", pdf(3))
    given = {**before, "programme": {**before["programme"], "name": "Tên mới", "ends_on": "2026-12-31"}}
    given["prize"] = {**before["prize"], "total_vnd": 5}
    world.do(verbs.APPLICANT, actions.supply, dossier_id=dossier_id, answers=given)
    expected = {**before, "programme": {**before["programme"], "name": "Tên mới"}}
    assert world.info(dossier_id).answers == expected
    with acting_as(world.actor(verbs.APPLICANT)) as by:
        papers = [(p.paper_code, p.round, p.superseded) for p in queries.papers_of(by, dossier_id)]
    assert papers == [("the_le", 0, True), ("hinh_anh", 0, False), ("the_le", 1, False)]


def test_only_papers_asked_for_are_taken(world: World) -> None:
    dossier_id = verbs.awaiting_supplement(world)
    with refused(world.actor(verbs.APPLICANT), "not_asked"):
        world.attach(dossier_id, "hinh_anh", "khác.pdf", pdf(3))
    with refused(world.actor(verbs.APPLICANT), "not_found"):
        world.attach(dossier_id, "giay_la", "khác.pdf", pdf(3))


def test_what_was_submitted_cannot_be_taken_away(world: World) -> None:
    dossier_id = verbs.awaiting_supplement(world)
    with acting_as(world.actor(verbs.APPLICANT)) as by:
        first = queries.papers_of(by, dossier_id)[0]
    with refused(world.actor(verbs.APPLICANT), "not_found"):
        world.do(verbs.APPLICANT, actions.remove_paper, dossier_id=dossier_id, paper_id=first.id)


@pytest.mark.parametrize("login", [SPECIALIST, HEAD])
def test_officers_do_not_answer_for_the_applicant(world: World, login: str) -> None:
    dossier_id = verbs.awaiting_supplement(world)
    with pytest.raises(Forbidden):
        world.do(login, actions.supply, dossier_id=dossier_id)
    assert world.status(dossier_id) is Status.AWAITING_SUPPLEMENT
    looks.check_replay(world, dossier_id)
