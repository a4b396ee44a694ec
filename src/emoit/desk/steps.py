"""What each kind of step is at the workbench: who does it, by which screens. The drawing says which verbs apply."""

from __future__ import annotations

from dataclasses import dataclass

from emoit.kernel.access import Actor, Holding
from emoit.lib.saying import vi
from emoit.people.types import Role
from emoit.work import queries as work
from emoit.work.types import Item
from emoit.workflow.types import kind_of


@dataclass(frozen=True, slots=True)
class StepVerb:
    """A verb of a step. `outcome` is the one it gives; a verb whose outcome is not drawn is not shown.

    Work beside the process, which no drawing knows, has none.
    """

    label: str
    screen: str
    outcome: str


@dataclass(frozen=True, slots=True)
class StepWork:
    """`claimed_first`: it begins by being someone's; other steps are done in one go.

    `for_unit`: the unit answers for it, so that its head may do it too.
    """

    roles: frozenset[Role]
    verbs: tuple[StepVerb, ...]
    claimed_first: bool = False
    for_unit: bool = False


OPINION = "opine"  # opened in the units whose opinion is asked; no step of the drawing
STEPS: dict[str, StepWork] = {
    "intake": StepWork(frozenset({Role.ONE_STOP_CLERK}), (StepVerb(vi("Tiếp nhận"), "receive", "receive"),)),
    "examine": StepWork(
        frozenset({Role.SPECIALIST}),
        (
            StepVerb(vi("Trình đề xuất"), "propose", "propose"),
            StepVerb(vi("Yêu cầu bổ sung"), "supplement", "supplement"),
            StepVerb(vi("Lấy ý kiến đơn vị khác"), "ask-opinions", "consult"),
            StepVerb(vi("Kiểm tra lại thực tế"), "replan-inspection", "replan"),
        ),
        claimed_first=True,
    ),
    "consult": StepWork(
        frozenset({Role.SPECIALIST}), (StepVerb(vi("Kết thúc lấy ý kiến"), "close-opinions", "answered"),)
    ),
    OPINION: StepWork(
        frozenset({Role.SPECIALIST, Role.UNIT_HEAD}), (StepVerb(vi("Cho ý kiến"), "give-opinion", ""),), for_unit=True
    ),
    "plan": StepWork(
        frozenset({Role.SPECIALIST}),
        (
            StepVerb(vi("Hẹn kiểm tra thực tế"), "plan-inspection", "planned"),
            StepVerb(vi("Yêu cầu bổ sung"), "supplement", "supplement"),
        ),
        claimed_first=True,
    ),
    "inspect": StepWork(
        frozenset({Role.SPECIALIST}),
        (
            StepVerb(vi("Lập biên bản kiểm tra"), "record-inspection", "recorded"),
            StepVerb(vi("Hẹn lại"), "replan-inspection", "replan"),
        ),
    ),
    "approve": StepWork(frozenset({Role.UNIT_HEAD}), (StepVerb(vi("Duyệt đề xuất"), "approve", "approve"),)),
    "sign": StepWork(frozenset({Role.LEADER, Role.UNIT_HEAD}), (StepVerb(vi("Ký ban hành"), "sign", "sign"),)),
}
NOTHING = StepWork(frozenset(), ())


def work_of(step: str) -> StepWork:
    """By the kind of the step; a kind that has no screen has no verbs."""
    return STEPS.get(kind_of(step), NOTHING)


def holding_of(actor: Actor, item: Item) -> Holding | None:
    """The holding under which the actor may do the item now."""
    return work.may_answer(actor, item) if work_of(item.step).for_unit else work.may_do(actor, item)


def roles_of(*kinds: str) -> frozenset[Role]:
    """Whoever may do one of these kinds."""
    return frozenset(role for kind in kinds for role in STEPS[kind].roles)
