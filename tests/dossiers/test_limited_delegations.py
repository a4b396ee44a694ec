"""A delegation that counts for some procedures only: good at the cash desk and in the register for these alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from emoit.dossiers.types import Status
from emoit.kernel.access import Forbidden, acting_as
from emoit.payments import actions as payments
from emoit.payments import queries as dues
from emoit.payments.types import Method
from emoit.people import actions as people
from emoit.people.types import Role
from emoit.results import actions as results
from emoit.results import queries as register
from tests.dossiers import looks, processes
from tests.support import amending
from tests.support.answers import CHEMICALS, PROMOTION
from tests.support.world import HEAD, OFFICE, UNIT, World

CASHIER, DEPUTY = "thuquy", "xttm.chuyenvien2"
BOTH = [(PROMOTION, True), (CHEMICALS, False)]


def lend(world: World, principal: str, unit: str, role: Role, *procedures: str) -> None:
    world.do(
        principal, people.delegate, principal_id=world.account_id(principal), delegate_id=world.account_id(DEPUTY),
        scope=[(world.unit_id(unit), role)], valid_from=world.now, valid_to=world.now + timedelta(days=5),
        reason="Đi công tác", procedures=procedures,
    )  # fmt: skip


def due(world: World, dossier_id: int) -> Any:
    with acting_as(world.process) as by:
        (fee,) = dues.of_subject(by, "dossier", dossier_id)
    return fee


@pytest.mark.parametrize(("procedure", "counts"), BOTH)
def test_a_fee_is_received_under_a_delegation_for_its_procedure(world: World, procedure: str, counts: bool) -> None:
    processes.publish(world, fee={"vnd": 60_000, "text": {"vi": "60.000 đ", "en": "60,000 dong"}})
    dossier_id = world.received()
    fee = due(world, dossier_id)
    lend(world, CASHIER, OFFICE, Role.CASHIER, procedure)
    pay = {"obligation_id": fee.id, "amount_vnd": 60_000, "method": Method.CASH}
    if counts:
        world.do(DEPUTY, payments.record_payment, **pay)
        row = looks.audit(world, dossier_id)[-1]
        world.run_jobs()
        assert world.status(dossier_id) is Status.RECEIVED
        assert row["on_behalf_of_id"] == world.account_id(CASHIER)
        return
    with pytest.raises(Forbidden):
        world.do(DEPUTY, payments.record_payment, **pay)
    assert due(world, dossier_id).paid_at is None


@pytest.mark.parametrize(("procedure", "counts"), BOTH)
def test_a_result_is_ended_under_a_delegation_for_its_procedure(world: World, procedure: str, counts: bool) -> None:
    result = amending.licensed(world)
    assert result.procedure == PROMOTION
    lend(world, HEAD, UNIT, Role.UNIT_HEAD, procedure)
    by = world.actor(DEPUTY)
    with acting_as(by):
        assert register.may_revoke(by, result) is counts
    if counts:
        assert world.do(DEPUTY, results.revoke, result_id=result.id, reason="Khai sai").state == "revoked"
        return
    with pytest.raises(Forbidden):
        world.do(DEPUTY, results.revoke, result_id=result.id, reason="Khai sai")
    assert amending.now_is(world, result.id) == result


def test_an_old_result_without_a_procedure_asks_for_the_whole_role(world: World) -> None:
    with acting_as(world.process) as by:
        old = results.issue(
            by=by, now=world.now, agency_id=world.agency_id, unit_id=world.unit_id(UNIT), issuer_name="Bộ Công Thương",
            kind="old", title="Giấy phép cũ", holder_name="Công ty A",
        )  # fmt: skip
    lend(world, HEAD, UNIT, Role.UNIT_HEAD, PROMOTION)
    with pytest.raises(Forbidden):
        world.do(DEPUTY, results.revoke, result_id=old.id, reason="Khai sai")
