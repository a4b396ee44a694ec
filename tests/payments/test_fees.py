"""A fee stands between the receipt and the examination; a cashier takes it, whole and once."""

from __future__ import annotations

import pytest

from emoit.dossiers import actions
from emoit.dossiers.types import Status, Verb
from emoit.kernel.access import acting_as
from emoit.payments import actions as payments
from emoit.payments import queries
from emoit.payments.types import Method, Obligation
from tests.dossiers import looks, verbs
from tests.support.traces import refused
from tests.support.world import World

CASHIER = "thuquy"


def due(world: World, dossier_id: int) -> Obligation:
    with acting_as(world.actor("doanhnghiep1")) as by:  # the applicant sees what is asked
        (found,) = queries.of_subject(by, "dossier", dossier_id)
    return found


def pay(world: World, dossier_id: int, *, who: str = CASHIER, amount: int = verbs.FEE) -> str:
    receipt: str = world.do(
        who,
        payments.record_payment,
        obligation_id=due(world, dossier_id).id,
        amount_vnd=amount,
        method=Method.CASH,
    )
    return receipt


def test_the_clock_stands_until_the_fee_is_paid(world: World) -> None:
    dossier_id = verbs.awaiting_fee(world)
    info = world.info(dossier_id)
    assert (info.status, info.due_at, world.items(dossier_id)) == (Status.AWAITING_FEE, None, [])
    assert (due(world, dossier_id).amount_vnd, due(world, dossier_id).paid_at) == (verbs.FEE, None)
    looks.check_replay(world, dossier_id)

    world.go("2026-05-05 10:30")
    assert pay(world, dossier_id) == "BL2026-000001"
    assert world.status(dossier_id) is Status.AWAITING_FEE  # until the event has been delivered
    world.run_jobs()
    info = world.info(dossier_id)
    assert (info.status, info.due_at) == (Status.RECEIVED, world.at("2026-05-12 10:30"))
    assert world.item(dossier_id, "examine").due_at == world.at("2026-05-12 10:30")
    assert looks.verbs(world, dossier_id) == [Verb.SUBMIT, Verb.RECEIVE, Verb.REQUIRE_FEE, Verb.PAY_FEE]
    looks.check_replay(world, dossier_id)


@pytest.mark.parametrize("amount", [0, 1, verbs.FEE - 1, verbs.FEE + 1, -verbs.FEE])
def test_not_the_amount_that_is_due(world: World, amount: int) -> None:
    dossier_id = verbs.awaiting_fee(world)
    with refused(world.actor(CASHIER), "wrong_amount"):
        pay(world, dossier_id, amount=amount)


def test_paid_once(world: World) -> None:
    dossier_id = verbs.awaiting_fee(world)
    pay(world, dossier_id)
    with refused(world.actor(CASHIER), "already_paid") as caught:
        pay(world, dossier_id)
    assert caught.value.message == "Khoản phí này đã nộp, biên lai số BL2026-000001."


def test_receipts_are_numbered_by_the_year_of_viet_nam(world: World) -> None:
    dossier_id = verbs.awaiting_fee(world)
    world.go("2027-01-01 00:30")
    assert pay(world, dossier_id) == "BL2027-000001"


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("motcua", "forbidden"),  # of the same office
        ("doanhnghiep1", "not_found"),
        ("congdan", "not_found"),
        ("xttm.cuctruong", "not_found"),
        ("quantri", "not_found"),
        ("kiemtra", "not_found"),
    ],
)
def test_only_a_cashier_takes_money(world: World, who: str, code: str) -> None:
    dossier_id = verbs.awaiting_fee(world)
    with refused(world.actor(who), code):
        pay(world, dossier_id, who=who)


def test_what_has_ended_is_not_paid_for(world: World) -> None:
    dossier_id = verbs.awaiting_fee(world)
    obligation = due(world, dossier_id)
    world.do("doanhnghiep1", actions.withdraw, dossier_id=dossier_id, reason="Hoãn")
    assert due(world, dossier_id).voided
    with refused(world.actor(CASHIER), "voided"):
        world.do(
            CASHIER,
            payments.record_payment,
            obligation_id=obligation.id,
            amount_vnd=verbs.FEE,
            method=Method.CASH,
        )


def test_paid_and_withdrawn_before_the_news_arrives(world: World) -> None:
    dossier_id = verbs.awaiting_fee(world)
    pay(world, dossier_id)
    world.do("doanhnghiep1", actions.withdraw, dossier_id=dossier_id, reason="Hoãn")
    world.run_jobs()
    assert world.status(dossier_id) is Status.WITHDRAWN
    assert due(world, dossier_id).receipt == "BL2026-000001"


def test_an_unknown_fee(world: World) -> None:
    with refused(world.actor(CASHIER), "not_found"):
        world.do(CASHIER, payments.record_payment, obligation_id=987, amount_vnd=1, method=Method.CASH)
