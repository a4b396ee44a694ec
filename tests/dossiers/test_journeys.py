"""Whole ways from the first draft to the result; at every step the timeline amounts to what is stored."""

from __future__ import annotations

from datetime import date

import pytest

from emoit.dossiers import actions, queries
from emoit.dossiers.types import Outcome, SlipKind, Status, Verb
from emoit.kernel.access import acting_as
from emoit.results import queries as results
from tests.dossiers import looks, verbs
from tests.support.answers import CHEMICALS
from tests.support.jobs import waiting_jobs
from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, World

V = Verb


def slips(world: World, dossier_id: int) -> list[SlipKind]:
    with acting_as(world.actor(verbs.APPLICANT)) as by:
        return [slip.kind for slip in queries.slips_of(by, dossier_id)]


def test_a_promotion_is_confirmed_after_one_supplement(world: World) -> None:
    dossier_id = world.draft()
    looks.check_replay(world, dossier_id)
    code = world.do(verbs.APPLICANT, actions.submit, dossier_id=dossier_id)
    assert code == "G02-260504-0001"
    looks.check_replay(world, dossier_id)
    assert world.items(dossier_id) == ["intake"]

    world.go("2026-05-04 10:00")
    world.on_item(CLERK, actions.receive, dossier_id, "intake")
    looks.check_replay(world, dossier_id)
    assert world.info(dossier_id).due_at == world.at("2026-05-11 10:00")
    assert world.item(dossier_id, "examine").due_at == world.at("2026-05-11 10:00")

    world.go("2026-05-04 14:00")
    item = world.item(dossier_id, "examine")
    world.do(
        HEAD,
        actions.assign,
        dossier_id=dossier_id,
        item_id=item.id,
        version=item.version,
        officer_id=world.account_id(SPECIALIST),
    )
    looks.check_replay(world, dossier_id)

    world.go("2026-05-05 08:00")
    world.on_item(SPECIALIST, actions.request_supplement, dossier_id, "examine", defects=verbs.DEFECTS, note="Bổ sung")
    looks.check_replay(world, dossier_id)
    assert (world.items(dossier_id), world.info(dossier_id).due_at) == ([], None)

    world.go("2026-05-07 08:00")
    verbs.supplied(world, dossier_id)
    looks.check_replay(world, dossier_id)
    assert world.info(dossier_id).due_at == world.at("2026-05-13 10:00")
    back = world.item(dossier_id, "examine")
    assert back.assignee_id == world.account_id(SPECIALIST)
    assert back.due_at == world.at("2026-05-13 10:00")

    for who, action, step, more in (
        (SPECIALIST, actions.propose, "examine", {"outcome": Outcome.GRANTED}),
        (HEAD, actions.return_for_rework, "approve", {"reason": "Nêu rõ địa bàn"}),
        (SPECIALIST, actions.propose, "examine", {"outcome": Outcome.GRANTED}),
        (HEAD, actions.approve, "approve", {}),
        (LEADER, actions.return_for_rework, "sign", {"reason": "Kiểm tra lại giá trị giải thưởng"}),
        (HEAD, actions.approve, "approve", {}),
        (LEADER, actions.sign, "sign", {}),
    ):
        world.on_item(who, action, dossier_id, step, **more)
        looks.check_replay(world, dossier_id)
    assert world.items(dossier_id) == []
    assert world.status(dossier_id) is Status.IN_PROGRESS

    world.run_jobs()
    looks.check_replay(world, dossier_id)
    assert looks.verbs(world, dossier_id) == [
        V.SUBMIT, V.RECEIVE, V.EXAMINE, V.REQUEST_SUPPLEMENT, V.SUPPLY, V.PROPOSE, V.RETURN_FOR_REWORK, V.PROPOSE,
        V.APPROVE, V.RETURN_FOR_REWORK, V.APPROVE, V.SIGN, V.DECIDE, V.RETURN_RESULT,
    ]  # fmt: skip
    assert looks.events(world, dossier_id) == [
        "DossierSubmitted", "DossierReceived", "SupplementRequested", "DossierSupplied", "DossierDecided",
        "ResultReturned",
    ]  # fmt: skip
    info = world.info(dossier_id)
    assert (info.status, info.outcome, info.returned_at) == (Status.RETURNED, Outcome.GRANTED, world.now)
    assert info.answers["programme"]["name"] == "Mùa hè rực rỡ"
    assert sorted(slips(world, dossier_id)) == [SlipKind.RECEIPT, SlipKind.SUPPLEMENT]
    assert waiting_jobs() == []


def test_the_result_is_registered_and_the_applicants(world: World) -> None:
    dossier_id = world.signed()
    with acting_as(world.actor(verbs.APPLICANT)) as by:
        result_id = queries.result_of(by, dossier_id)
        assert result_id is not None
        found = results.get_for(by, result_id, now=world.now)
        code = queries.get_for(by, dossier_id).code
    assert (found.number, found.subject_code, found.valid_to) == ("1/BCT-XTTM", code, date(2026, 6, 30))
    tracked = queries.track(agency_id=world.agency_id, code=code.lower(), datum="9900000016")
    assert (tracked.status, tracked.result_token) == (Status.RETURNED, found.token)
    assert [entry.verb for entry in tracked.entries] == [V.SUBMIT, V.RECEIVE, V.EXAMINE, V.DECIDE, V.RETURN_RESULT]


@pytest.mark.parametrize(("code", "datum"), [("G02-260504-0001", "9900000023"), ("G02-260504-9999", "9900000016")])
def test_tracking_says_the_same_of_an_unknown_code_and_a_wrong_datum(world: World, code: str, datum: str) -> None:
    from emoit.kernel.access import NotFound

    world.submitted()
    with pytest.raises(NotFound, match="Không tìm thấy hồ sơ với mã và thông tin này"):
        queries.track(agency_id=world.agency_id, code=code, datum=datum)


def test_a_promotion_is_refused_by_letter(world: World) -> None:
    dossier_id = world.signed(Outcome.REFUSED)
    looks.check_replay(world, dossier_id)
    info = world.info(dossier_id)
    assert (info.status, info.outcome) == (Status.RETURNED, Outcome.REFUSED)
    with acting_as(world.actor(verbs.APPLICANT)) as by:
        result_id = queries.result_of(by, dossier_id)
        assert result_id is not None
        found = results.get_for(by, result_id, now=world.now)
    assert (found.kind, found.valid_to) == ("refusal_letter", None)


@pytest.mark.parametrize("login", ["congdan", "doanhnghiep2"])
def test_chemicals_are_answered_by_themselves(world: World, login: str) -> None:
    dossier_id = world.submitted(CHEMICALS, login=login)
    assert world.status(dossier_id) is Status.SUBMITTED
    world.run_jobs()
    looks.check_replay(world, dossier_id)
    info = world.info(dossier_id)
    assert (info.status, info.outcome, info.due_at) == (Status.RETURNED, Outcome.GRANTED, None)
    assert looks.verbs(world, dossier_id) == [V.SUBMIT, V.RECEIVE, V.EXAMINE, V.DECIDE, V.RETURN_RESULT]
    assert world.items(dossier_id) == []


def test_an_automatic_service_that_was_withdrawn_first_answers_nothing(world: World) -> None:
    dossier_id = world.submitted(CHEMICALS, login="congdan")
    world.do("congdan", actions.withdraw, dossier_id=dossier_id, reason="Khai nhầm")
    world.run_jobs()
    assert looks.verbs(world, dossier_id) == [V.SUBMIT, V.WITHDRAW]
