"""Whatever officers and applicant do, in whatever order: the timeline amounts to what is stored, and work waits
exactly where somebody must act."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from emoit.dossiers import actions
from emoit.dossiers.rules import possible
from emoit.dossiers.types import Outcome, Status, Verb
from emoit.kernel.access import Refusal
from tests.dossiers import looks, verbs
from tests.support.world import CLERK, HEAD, LEADER, SPECIALIST, World

S = Status
WAITS = {S.SUBMITTED, S.RECEIVED, S.IN_PROGRESS}  # for an officer
OUTCOMES = st.sampled_from([Outcome.GRANTED, Outcome.REFUSED])


class Ways(RuleBasedStateMachine):
    world: World
    draft: int

    @initialize()
    def begin(self) -> None:
        self.clock = self.world.go("2026-05-04 09:30")
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.world.do(verbs.APPLICANT, actions.submit, dossier_id=self.draft)

    @property
    def status(self) -> Status:
        return self.world.status(self.draft)

    @staticmethod
    def refusal(act: Callable[[], object]) -> str:
        """The code of the refusal that answers an act; empty where it is done."""
        try:
            act()
        except Refusal as refusal:
            return refusal.code
        return ""

    def step(self) -> str:
        return next(iter(self.world.items(self.draft)), "")

    @rule(minutes=st.integers(1, 1000))
    def time_passes(self, minutes: int) -> None:
        self.world.clock.shift(minutes * 60)

    @precondition(lambda self: self.step() == "intake")
    @rule(refuses=st.booleans())
    def clerk(self, refuses: bool) -> None:
        if refuses:
            self.world.on_item(CLERK, actions.refuse_intake, self.draft, "intake", reason="Không thuộc thẩm quyền")
        else:
            self.world.on_item(CLERK, actions.receive, self.draft, "intake")

    @precondition(lambda self: self.step() == "examine")
    @rule(outcome=OUTCOMES)
    def proposes(self, outcome: Outcome) -> None:
        self.world.on_item(SPECIALIST, actions.propose, self.draft, "examine", outcome=outcome, content="Theo Điều 19.")

    @precondition(lambda self: self.step() == "examine")
    @rule()
    def asks(self) -> None:
        before = looks.verbs(self.world, self.draft)
        expected = "asked_already" if Verb.REQUEST_SUPPLEMENT in before else ""
        assert (
            self.refusal(
                lambda: self.world.on_item(
                    SPECIALIST, actions.request_supplement, self.draft, "examine", defects=verbs.DEFECTS
                )
            )
            == expected
        )
        assert (looks.verbs(self.world, self.draft) == before) is bool(expected)

    @precondition(lambda self: self.status is S.AWAITING_SUPPLEMENT)
    @rule()
    def supplies(self) -> None:
        verbs.supplied(self.world, self.draft)

    @precondition(lambda self: self.step() in {"approve", "sign"})
    @rule(back=st.booleans())
    def decides(self, back: bool) -> None:
        step = self.step()
        who = HEAD if step == "approve" else LEADER
        if back:
            self.world.on_item(who, actions.return_for_rework, self.draft, step, reason="Xem lại")
        elif step == "approve":
            self.world.on_item(who, actions.approve, self.draft, step)

    @precondition(lambda self: Verb.EXTEND in possible(self.status))
    @rule(days=st.integers(1, 5))
    def extends(self, days: int) -> None:
        expected = "extended_already" if self.world.info(self.draft).extended else ""
        assert (
            self.refusal(
                lambda: self.world.do(
                    HEAD, actions.extend, dossier_id=self.draft, working_days=days, reason="Chờ ý kiến"
                )
            )
            == expected
        )

    @precondition(lambda self: Verb.STOP in possible(self.status))
    @rule(chance=st.integers(0, 5))
    def stops(self, chance: int) -> None:
        if chance == 0:
            self.world.do(HEAD, actions.stop, dossier_id=self.draft, reason="Đã giải thể")

    @precondition(lambda self: Verb.WITHDRAW in possible(self.status))
    @rule(chance=st.integers(0, 5))
    def withdraws(self, chance: int) -> None:
        if chance == 0:
            self.world.do(verbs.APPLICANT, actions.withdraw, dossier_id=self.draft, reason="Hoãn")

    def check(self) -> None:
        looks.check_replay(self.world, self.draft)
        info = self.world.info(self.draft)
        assert len(self.world.items(self.draft)) == (1 if info.status in WAITS else 0)
        for step in self.world.items(self.draft):
            assert self.world.item(self.draft, step).due_at == info.due_at
        if info.deadline is not None and not info.status.is_final:
            assert info.due_at == info.deadline.due_at

    def teardown(self) -> None:
        try:
            self.check()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)


@pytest.mark.timeout(120)
def test_any_way(world: World) -> None:
    """No rule runs the jobs: signing has its own tests."""
    ways = type("WaysHere", (Ways,), {"world": world, "draft": world.draft()})
    run_state_machine_as_test(
        ways,
        settings=settings(
            max_examples=12, stateful_step_count=14, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
